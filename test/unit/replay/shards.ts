import type { Shard } from '#shared/model/stream.ts'

/** Shards that share the hash space evenly, all open. */
export const evenShards = (count: number): Shard[] => {
  const width = (1n << 128n) / BigInt(count)
  return Array.from({ length: count }, (_, at) => ({
    shardId: `shardId-${String(at).padStart(12, '0')}`,
    parentShardId: null,
    adjacentParentShardId: null,
    startingHashKey: (width * BigInt(at)).toString(),
    endingHashKey: (at === count - 1 ? (1n << 128n) - 1n : width * BigInt(at + 1) - 1n).toString(),
    startingSequenceNumber: '1',
    endingSequenceNumber: null,
  }))
}
