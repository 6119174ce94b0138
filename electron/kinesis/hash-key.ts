import { createHash } from 'node:crypto'

/** One past the largest hash key: keys are 128-bit integers. */
export const HASH_SPACE = 1n << 128n

/** The hash key that places a record: the explicit one where it is given, else MD5 of the key as a 128-bit integer. */
export const hashKeyOf = (partitionKey: string, explicitHashKey: string | null = null): bigint =>
  explicitHashKey === null
    ? BigInt(`0x${createHash('md5').update(partitionKey, 'utf8').digest('hex')}`)
    : BigInt(explicitHashKey)

/** Hash keys of a shard, decimal, both inclusive. */
export interface HashRange {
  startingHashKey: string
  endingHashKey: string
}

/** Whether a hash key is outside a shard's range. False where the range is not known: a listing that tells none is kept as 0 to 0. */
export const isOutside = (hash: bigint, { startingHashKey, endingHashKey }: HashRange): boolean => {
  if (!/^\d{1,39}$/.test(startingHashKey) || !/^\d{1,39}$/.test(endingHashKey)) return false
  const [start, end] = [BigInt(startingHashKey), BigInt(endingHashKey)]
  return end > 0n && (hash < start || hash > end)
}

/** A record's hash key as 32 hex digits, for the screen. */
export const hashKeyHex = (partitionKey: string, explicitHashKey: string | null = null): string =>
  hashKeyOf(partitionKey, explicitHashKey).toString(16).padStart(32, '0')
