import { createHash } from 'node:crypto'

/** One past the largest hash key: keys are 128-bit integers. */
export const HASH_SPACE = 1n << 128n

/** The hash key that places a record: the explicit one where it is given, else MD5 of the key as a 128-bit integer. */
export const hashKeyOf = (partitionKey: string, explicitHashKey: string | null = null): bigint =>
  explicitHashKey === null
    ? BigInt(`0x${createHash('md5').update(partitionKey, 'utf8').digest('hex')}`)
    : BigInt(explicitHashKey)

/** The same as 32 hex digits, for the screen. */
export const hashKeyHex = (partitionKey: string, explicitHashKey: string | null = null): string =>
  hashKeyOf(partitionKey, explicitHashKey).toString(16).padStart(32, '0')
