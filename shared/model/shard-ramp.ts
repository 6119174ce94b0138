/**
 * A shard's place on the colour ramp, 0 to 15: the middle of its hash range as a share of 2^128.
 * It stays for the shard's life, and a child stands near its parent. Hash keys are decimal strings.
 */
export function shardStep(startingHashKey: string, endingHashKey: string): number {
  const middle = (BigInt(startingHashKey) + BigInt(endingHashKey)) / 2n
  return Math.max(0, Math.min(15, Number((middle * 16n) >> 128n)))
}

/** The number that stands for a shard everywhere: `shardId-000000000004` is 004. Other names are given as they are. */
export function shardNumber(shardId: string): string {
  const digits = /^shardId-0*(\d+)$/.exec(shardId)?.[1]
  return digits === undefined ? shardId : digits.padStart(3, '0')
}
