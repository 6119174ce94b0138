import type { ChildShard } from '@aws-sdk/client-kinesis'
import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import type { Shard, StartPosition } from '#shared/model/stream.ts'
import { compareDecimals, resumeStart, sequenceTime, startOfShard } from './position.ts'
import type { ShardStart } from './position.ts'
import { lostParents } from './losses.ts'
import type { NewGap } from './losses.ts'
import { ancestorsOf, buildTopology, byHashRange, descendantsOf, hashRange, isOpen, parentsOf } from './topology.ts'
import type { Topology } from './topology.ts'

/** How far a shard was read in an earlier run. */
export interface KnownShard {
  shard: Shard
  checkpoint: { sequenceNumber: string | null; ended: boolean; heldFrom: number | null }
}

export interface PlannedShard {
  shardId: string
  start: ShardStart
  /** All records since this time (ms) belong to the range; null where that is not known. */
  dueFrom: number | null
}

export interface ReadingPlan {
  readonly topology: Topology
  /** Shards in the range that was asked for. */
  readonly scope: ReadonlySet<string>
  /** Open shards that are in the range but over the number of shards that may be read. */
  readonly leftOut: readonly string[]
  /** Takes the shards whose turn has come: their parents in the range were read to the end. Each is given once. */
  takeReady(): PlannedShard[]
  /** The shard was read to its end; `hadRecords`: in this run or before. */
  ended(shardId: string, hadRecords: boolean, children: readonly ChildShard[]): void
  /** The shard met the stop condition before its end: its children are not read. */
  done(shardId: string): void
  /** A fresh listing. Returns the shards that are new, and what it shows to be lost. */
  list(shards: readonly Shard[]): { added: Shard[]; gaps: NewGap[] }
  /** Nothing is being read and nothing can be. */
  isFinished(): boolean
  /** Whether some shard was left before its end by the stop condition. */
  readonly isStopped: boolean
}

const hasState = ({ checkpoint }: KnownShard): boolean =>
  checkpoint.ended || checkpoint.sequenceNumber !== null || checkpoint.heldFrom !== null

const UNKNOWN_START = '0'

/** A shard that its parent's last page names but the listing does not show yet. */
const fromChild = (child: ChildShard): Shard => ({
  shardId: child.ShardId ?? '',
  parentShardId: child.ParentShards?.[0] ?? null,
  adjacentParentShardId: child.ParentShards?.[1] ?? null,
  startingHashKey: child.HashKeyRange?.StartingHashKey ?? '0',
  endingHashKey: child.HashKeyRange?.EndingHashKey ?? '0',
  startingSequenceNumber: UNKNOWN_START,
  endingSequenceNumber: null,
})

/** Told of by its parents only, so far: no number says how old it is. */
const isAgeless = ({ startingSequenceNumber }: Shard): boolean => startingSequenceNumber === UNKNOWN_START

/**
 * Which shards to read, from where and when: a pure state machine over listings and ends of shards.
 * - TRIM_HORIZON and AT_TIMESTAMP read every listed shard, LATEST the open ones, a sequence number its shard;
 *   all of them the descendants too.
 * - A shard waits for its parents in the range; one that is not listed any more has expired and is not waited for.
 * - Whatever was born while the stream was being read starts at its TRIM_HORIZON.
 * - With `known` shards it goes on where these were left.
 */
export const createReadingPlan = (input: {
  from: StartPosition
  listed: readonly Shard[]
  known: readonly KnownShard[]
  maxShards: number | null
  /** All records of the shards that the capture began with belong to it since this time (ms), where that is known. */
  dueFrom?: number | null
}): ReadingPlan => {
  const { from, listed, known, maxShards } = input
  const isResumed = known.length > 0
  const isWholeStream = from.type === 'TRIM_HORIZON' || from.type === 'AT_TIMESTAMP'
  const checkpoints = new Map(known.map((entry) => [entry.shard.shardId, entry.checkpoint]))
  /** Shards that were there when the capture began (or, resumed, that its file knows). */
  const initial = new Set(isResumed ? known.map(({ shard }) => shard.shardId) : listed.map(({ shardId }) => shardId))
  const shards = new Map<string, Shard>()
  /** Told by their parents only: which of their other parents have expired can't be known yet. */
  const unlisted = new Set<string>()
  const scope = new Set<string>()
  const leftOut: string[] = []
  const taken = new Set<string>()
  const ends = new Map<string, { hadRecords: boolean }>()
  const stopped = new Set<string>()
  const reading = new Set<string>()
  let topology = buildTopology([])

  const put = (next: readonly Shard[]): Shard[] => {
    const added = next.filter(({ shardId }) => !shards.has(shardId))
    for (const shard of next) shards.set(shard.shardId, shard)
    topology = buildTopology(shards.values())
    return added
  }
  /** Returns what is new, and what only its parents had told of. */
  const putListed = (next: readonly Shard[]): { added: Shard[]; confirmed: Shard[] } => {
    const confirmed = next.filter((shard) => {
      const before = shards.get(shard.shardId)
      return before !== undefined && isAgeless(before) && !isAgeless(shard)
    })
    for (const { shardId } of next) unlisted.delete(shardId)
    return { added: put(next), confirmed }
  }
  const knownParents = (shard: Shard) => parentsOf(shard).filter((id) => shards.has(id))

  /** Takes hash keys that were the range's: whatever stood between them has expired, as every key passes on to descendants only. */
  const succeeds = (shard: Shard): boolean => {
    const { start, end } = hashRange(shard)
    return [...scope].some((id) => {
      const older = shards.get(id)
      if (older === undefined || isAgeless(older) || compareDecimals(older.startingSequenceNumber, shard.startingSequenceNumber) >= 0) return false
      const range = hashRange(older)
      return range.start <= end && start <= range.end
    })
  }

  /** Parents that nobody knows any more. */
  const lostParentsOf = (shard: Shard) => parentsOf(shard).filter((id) => !shards.has(id))
  const isLosing = (shard: Shard | undefined): boolean => shard !== undefined && lostParentsOf(shard).length > 0

  /** A shard that came up later belongs to the range when it descends from it, or when nobody knows from what it descends. */
  const admit = ({ added, confirmed }: ReturnType<typeof putListed>): NewGap[] => {
    const gaps: NewGap[] = []
    const pending = new Set(added.map(({ shardId }) => shardId))
    const isOfRange = (shard: Shard, ancestors: ReadonlySet<string>): boolean => {
      const isOrphan = ![...ancestors].some((id) => !pending.has(id))
      const hasLost = [shard.shardId, ...ancestors].some((id) => pending.has(id) && isLosing(shards.get(id)))
      if (!isOrphan && !hasLost) return false
      // A lost parent of what belongs to the range belonged to it too, and so do its other children.
      return isWholeStream || from.type === 'LATEST' || succeeds(shard) || lostParentsOf(shard).some((id) => lostOfRange.has(id))
    }
    const lostOfRange = new Set<string>()
    /** Whatever the first listing did not show is younger than the capture: a parent that none has shown came and went meanwhile. */
    const takeIn = (shard: Shard): void => {
      scope.add(shard.shardId)
      if (!isLosing(shard)) return
      gaps.push(lostParents(shard))
      for (const id of lostParentsOf(shard)) lostOfRange.add(id)
    }
    for (const shard of confirmed) if (scope.has(shard.shardId)) takeIn(shard)
    const left = new Set(added)
    // One that is taken in may be what makes another one of the range.
    for (let before = -1; before !== left.size; ) {
      before = left.size
      for (const shard of left) {
        const ancestors = ancestorsOf(topology, [shard.shardId])
        const descends = [...ancestors].some((id) => scope.has(id))
        if (!descends && !isOfRange(shard, ancestors)) continue
        takeIn(shard)
        left.delete(shard)
      }
    }
    return gaps
  }

  const begin = (): void => {
    put(known.map(({ shard }) => shard))
    const fresh = putListed(listed)
    if (isResumed) {
      const own = isWholeStream ? [...shards.keys()].filter((id) => initial.has(id)) : known.filter((entry) => hasState(entry) || ('shardId' in from && entry.shard.shardId === from.shardId)).map(({ shard }) => shard.shardId)
      const family = isWholeStream ? own : [...own, ...descendantsOf(topology, own)]
      for (const id of family) scope.add(id)
      for (const [id, { ended, sequenceNumber }] of checkpoints) {
        if (!ended) continue
        ends.set(id, { hadRecords: sequenceNumber !== null })
        taken.add(id)
      }
      firstGaps.push(...admit(fresh))
    } else if (isWholeStream) {
      for (const id of shards.keys()) scope.add(id)
    } else if (from.type === 'LATEST') {
      for (const shard of listed) if (isOpen(shard)) scope.add(shard.shardId)
    } else {
      if (!shards.has(from.shardId)) {
        throw new KinescopeError('invalid-argument', `The stream has no shard ${printable(JSON.stringify(from.shardId))}.`, {
          action: 'Take the shard and the sequence number from a record of this stream; a shard whose records have all expired is gone.',
        })
      }
      for (const id of [from.shardId, ...descendantsOf(topology, [from.shardId])]) scope.add(id)
    }
    limit()
  }

  const limit = (): void => {
    if (maxShards === null) return
    const open = [...scope].flatMap((id) => shards.get(id) ?? []).filter(isOpen).toSorted(byHashRange)
    if (open.length <= maxShards) return
    const chosen = open.slice(0, maxShards).map(({ shardId }) => shardId)
    const family = new Set([...chosen, ...ancestorsOf(topology, chosen)])
    for (const id of scope) if (!family.has(id)) scope.delete(id)
    leftOut.push(...open.slice(maxShards).map(({ shardId }) => shardId))
  }

  const startFor = (shard: Shard): ShardStart => {
    const { shardId } = shard
    const parents = parentsOf(shard).filter((id) => scope.has(id))
    const isBornLater = !initial.has(shardId)
    const hadRecords = parents.some((id) => ends.get(id)?.hadRecords)
    const descends = parents.length > 0 && from.type !== 'AT_TIMESTAMP'
    // Before the time a child of a shard without a record in the range may hold records that are outside of it.
    const otherwise: ShardStart = isBornLater || hadRecords || descends ? { type: 'TRIM_HORIZON' } : startOfShard(from, shardId)
    const checkpoint = checkpoints.get(shardId)
    if (checkpoint === undefined) return otherwise
    return resumeStart(checkpoint, 'sequenceNumber' in otherwise ? { ...otherwise, resumed: true } : otherwise)
  }

  /** A parent of it is not known, and no listing has shown the shard yet: the parent may be as new as it is. */
  const isUntold = (shard: Shard): boolean => unlisted.has(shard.shardId) && isLosing(shard)
  const isWaiting = (shard: Shard): boolean => isUntold(shard) || knownParents(shard).some((parent) => scope.has(parent) && !ends.has(parent))

  /** A descendant of the range belongs to it since it was made, as far as its numbers tell when that was. */
  const dueFrom = (shard: Shard): number | null => {
    const checkpoint = checkpoints.get(shard.shardId)
    if (checkpoint?.sequenceNumber === null && checkpoint.heldFrom !== null) return checkpoint.heldFrom
    const due = input.dueFrom ?? null
    const born = sequenceTime(shard.startingSequenceNumber)
    const isInitial = initial.has(shard.shardId)
    const isFirst = isInitial && !parentsOf(shard).some((id) => scope.has(id))
    if (due === null) return isFirst ? null : born
    // What only its parent has told is not known to be old.
    if (born === null) return isFirst || (isInitial && !isAgeless(shard)) ? due : null
    return Math.max(born, due)
  }

  const firstGaps: NewGap[] = []
  begin()

  return {
    get topology() {
      return topology
    },
    scope,
    leftOut,
    get isStopped() {
      return stopped.size > 0
    },
    takeReady() {
      const ready: PlannedShard[] = []
      for (const id of scope) {
        const shard = shards.get(id)
        if (shard === undefined || taken.has(id)) continue
        if (isWaiting(shard)) continue
        taken.add(id)
        reading.add(id)
        ready.push({ shardId: id, start: startFor(shard), dueFrom: dueFrom(shard) })
      }
      return ready
    },
    ended(shardId, hadRecords, children) {
      reading.delete(shardId)
      ends.set(shardId, { hadRecords: hadRecords || (checkpoints.get(shardId)?.sequenceNumber ?? null) !== null })
      const unknown = children.filter((child) => child.ShardId !== undefined && !shards.has(child.ShardId))
      for (const shard of put(unknown.map(fromChild))) {
        scope.add(shard.shardId)
        unlisted.add(shard.shardId)
      }
    },
    done(shardId) {
      reading.delete(shardId)
      stopped.add(shardId)
    },
    list(next) {
      const gaps = firstGaps.splice(0)
      const fresh = putListed(next)
      return { added: fresh.added, gaps: [...gaps, ...admit(fresh)] }
    },
    isFinished() {
      if (reading.size > 0) return false
      return ![...scope].some((id) => {
        const shard = shards.get(id)
        return shard !== undefined && !taken.has(id) && (isUntold(shard) || !isWaiting(shard))
      })
    },
  }
}
