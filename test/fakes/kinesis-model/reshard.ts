import { LAST_PLACE, sequenceOf } from './sequence.ts'
import { invalidArgument, isOpen, ModelError, shardNotFound, ACCOUNT } from './state.ts'
import type { ModelShard, ModelStream } from './state.ts'

/** One past the largest hash key. */
export const HASH_SPACE = 1n << 128n

const addShard = (stream: ModelStream, start: bigint, end: bigint, parents: readonly ModelShard[], now: number): ModelShard => {
  const number = stream.shards.length
  // Numbers of a child are above its parents', also when all of it happens within one second.
  const created = Math.max(Math.floor(now / 1000), ...parents.map((parent) => parent.created + 1))
  const shard: ModelShard = {
    id: `shardId-${String(number).padStart(12, '0')}`,
    number,
    parents: parents.map(({ id }) => id),
    start,
    end,
    created,
    startSequence: sequenceOf({ created, shard: number, place: 0n, second: created }),
    closedAt: null,
    endSequence: null,
    records: [],
    horizon: 0,
    nextPlace: 1n,
    reads: { calls: [], debt: 0, debtAt: 0, isPenalised: false, iterators: [] },
    writes: { at: 0, bytes: 0, records: 0 },
    watchers: new Set(),
  }
  stream.shards.push(shard)
  return shard
}

const close = (shard: ModelShard, now: number): void => {
  const { created, number } = shard
  shard.closedAt = now
  shard.endSequence = sequenceOf({ created, shard: number, place: LAST_PLACE, second: Math.floor(now / 1000) })
  for (const wake of shard.watchers) wake()
}

/** Bounds of so many shards that share the hash keys evenly. */
const evenRanges = (count: number): { start: bigint; end: bigint }[] => {
  const width = HASH_SPACE / BigInt(count)
  return Array.from({ length: count }, (_, n) => ({
    start: width * BigInt(n),
    end: n === count - 1 ? HASH_SPACE - 1n : width * BigInt(n + 1) - 1n,
  }))
}

export const addFirstShards = (stream: ModelStream, count: number, now: number): void => {
  for (const { start, end } of evenRanges(count)) addShard(stream, start, end, [], now)
}

const openShard = (stream: ModelStream, shardId: string): ModelShard => {
  const shard = stream.shards.find(({ id }) => id === shardId)
  if (shard === undefined) throw shardNotFound(shardId, stream.name)
  if (!isOpen(shard)) throw invalidArgument(`Shard ${shardId} in stream ${stream.name} under account ${ACCOUNT} has already been merged or split, and thus is not eligible for merging or splitting.`)
  return shard
}

export const openShards = (stream: ModelStream): ModelShard[] =>
  stream.shards.filter(isOpen).toSorted((a, b) => (a.start < b.start ? -1 : 1))

/** Checks a split and returns what does it. */
export const planSplit = (stream: ModelStream, shardId: string, newStart: bigint, now: () => number): (() => void) => {
  const shard = openShard(stream, shardId)
  if (newStart <= shard.start + 1n || newStart >= shard.end) {
    throw invalidArgument(
      `NewStartingHashKey ${newStart} used in SplitShard() on shard ${shardId} in stream ${stream.name} under account ${ACCOUNT} is not both greater than one plus the shard's StartingHashKey ${shard.start} and less than the shard's EndingHashKey ${shard.end - 1n}.`,
    )
  }
  return () => {
    close(shard, now())
    addShard(stream, shard.start, newStart - 1n, [shard], now())
    addShard(stream, newStart, shard.end, [shard], now())
  }
}

export const planMerge = (stream: ModelStream, shardId: string, adjacentId: string, now: () => number): (() => void) => {
  const [shard, adjacent] = [openShard(stream, shardId), openShard(stream, adjacentId)]
  if (shard.end + 1n !== adjacent.start && adjacent.end + 1n !== shard.start) {
    throw invalidArgument(`Shards ${shardId} and ${adjacentId} in stream ${stream.name} under account ${ACCOUNT} are not an adjacent pair of shards eligible for merging`)
  }
  return () => {
    close(shard, now())
    close(adjacent, now())
    const start = shard.start < adjacent.start ? shard.start : adjacent.start
    const end = shard.end > adjacent.end ? shard.end : adjacent.end
    addShard(stream, start, end, [shard, adjacent], now())
  }
}

/**
 * UpdateShardCount one step at a time: splits at the bounds of the target, then merges within them. What lies
 * between two steps are shards that live for a moment. Each call does one step, and returns false when none is left.
 */
export const shardCountStep = (stream: ModelStream, target: number, now: () => number): boolean => {
  const ranges = evenRanges(target)
  for (const shard of openShards(stream)) {
    const bound = ranges.find(({ start }) => start > shard.start + 1n && start < shard.end)
    if (bound === undefined) continue
    planSplit(stream, shard.id, bound.start, now)()
    return true
  }
  const open = openShards(stream)
  const at = open.findIndex((shard, n) => {
    const next = open[n + 1]
    return next !== undefined && !ranges.some(({ start }) => start === next.start) && shard.end + 1n === next.start
  })
  const [left, right] = [open[at], open[at + 1]]
  if (at < 0 || left === undefined || right === undefined) return false
  planMerge(stream, left.id, right.id, now)()
  return true
}

export const planShardCount = (stream: ModelStream, target: number, now: () => number): (() => void) => {
  const current = openShards(stream).length
  if (target > current * 2 || target < current / 2) {
    throw new ModelError('LimitExceededException', `UpdateShardCount cannot scale from ${current} to ${target} shards: at most double, at least half.`)
  }
  return () => {
    while (shardCountStep(stream, target, now));
  }
}
