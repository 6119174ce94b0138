import type { Shard } from '#shared/model/stream.ts'

export interface TargetShards {
  /** Open shards in the order of their hash ranges. */
  readonly open: readonly Shard[]
  /** Index into `open` of the shard that takes this hash key. */
  indexOf(hashKey: bigint): number
}

/**
 * The open shards of a replay's target. Their ranges tile the whole hash space; while a
 * reshard runs a listing may leave a hole, and a key in it counts for the range before it.
 */
export function targetShards(shards: readonly Shard[]): TargetShards {
  const sorted = shards
    .filter((shard) => shard.endingSequenceNumber === null)
    .map((shard) => ({ shard, start: BigInt(shard.startingHashKey) }))
    .toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
  const starts = sorted.map(({ start }) => start)
  return {
    open: sorted.map(({ shard }) => shard),
    indexOf(hashKey) {
      let low = 0
      let high = starts.length
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((starts[middle] ?? 0n) <= hashKey) low = middle + 1
        else high = middle
      }
      return Math.max(0, low - 1)
    },
  }
}
