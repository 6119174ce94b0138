import type { ReadRank } from '#shared/model/read-use.ts'
import type { Clock } from './clock.ts'
import { SHARD_LIMIT, SMALLEST_SHARE, RECOVERY_STEP } from './governor.ts'

/** One call that may be made: GetRecords, or GetShardIterator, which has a limit of its own. */
export interface Turn {
  kind: 'records' | 'iterator'
  shardId: string
}

export interface DealtTurn extends Turn {
  reader: string
}

/** What one reader has of its stream's budget. */
export interface ReaderUse {
  reader: string
  rank: ReadRank
  /** Calls a second on its busiest shard. */
  reads: number
  /** What it gets when all readers of the stream ask all the time, calls a second and shard. */
  fair: number
}

export interface StreamUse {
  stream: string
  /** Calls a second on the busiest shard, over all readers. */
  reads: number
  /** Bytes a second on the busiest shard. */
  bytes: number
  /** What the readers together may take of a shard that is not disturbed, calls a second. */
  budget: number
  /** Shards that throttled us, so that we take less of them until they recover. */
  disturbed: { shards: number; smallestShare: number } | null
  readers: ReaderUse[]
}

/** A capture that was asked for by name has a shard to itself, but leaves one of its 5 reads a second to others. */
export const namedReads = 4
const WEIGHT = { screen: 2, background: 1, named: 2 } as const satisfies Record<ReadRank, number>
/** A call that was not heard of for this many ms is taken for hung, and no longer holds up the other readers. */
const HUNG = 2000
/** Several readers that run into one throttle are one sign of another consumer, ms. */
const SAME_THROTTLE = 1000
/** Rates are told over this many ms. */
const WINDOW = 5000
/** A shard that nobody asks for is remembered for this many ms. */
const FORGET_AFTER = 60_000

const RANKS = ['screen', 'background', 'named'] as const

interface Meter {
  /** Time of the last call, ms. */
  last: number
  /** Bytes that are not paid off yet. */
  owed: number
}

interface ShardState {
  calls: Record<ReadRank | 'all', Meter>
  /** When bytes were last paid off, ms. */
  paid: number
  lastIterator: number
  share: number
  disturbed: number
  flight: { reader: string; rank: ReadRank; since: number } | null
  waiting: { reader: string; kind: Turn['kind'] }[]
  /** Start-time fair queueing: who was served least, by weight, is served next. */
  passes: Map<string, number>
  virtual: number
  recent: { at: number; reader: string; bytes: number }[]
  /** Nothing can be dealt before this time; 0 when it must be looked at. */
  readyAt: number
}

interface StreamState {
  readers: Map<string, ReadRank>
  shards: Map<string, ShardState>
}

export interface SharedBudget {
  join(reader: string, stream: string, rank: ReadRank): void
  setRank(reader: string, rank: ReadRank): void
  leave(reader: string): void
  /** One turn is wanted. Asking for it twice is asking once; it also says that the reader's last call is over. */
  ask(reader: string, turn: Turn): void
  /** It is not wanted any more. */
  cancel(reader: string, turn: Turn): void
  /** A call is over and brought so many bytes: later turns wait until they are paid off. */
  spent(reader: string, shardId: string, bytes: number): void
  /** The shard refused a call although we kept to the budget: another consumer is there. */
  throttled(reader: string, shardId: string): void
  /** The reader has ended this shard. */
  forget(reader: string, shardId: string): void
  /** Turns that are due now; each is to be used at once. */
  deal(): DealtTurn[]
  /** Ms until `deal` may have something; null while nobody waits for time to pass. */
  next(): number | null
  /** Reads a second and shard for what is on the screen; a capture in the background gets half of it. */
  setReads(readsPerSecond: number): void
  readonly reads: number
  use(): StreamUse[]
}

const meter = (): Meter => ({ last: Number.NEGATIVE_INFINITY, owed: 0 })

/** Its call may still be on its way, and its bytes with it: that ends with `spent`, or counts as hung. */
const quit = (shard: ShardState, reader: string): void => {
  shard.waiting = shard.waiting.filter((wait) => wait.reader !== reader)
  shard.passes.delete(reader)
  shard.readyAt = 0
}

const bytesFor = (rate: number): number => Math.min(1, rate / namedReads) * SHARD_LIMIT.bytesPerSecond

const shareOf = (shard: ShardState, now: number): number => {
  const steps = Math.floor((now - shard.disturbed) / RECOVERY_STEP)
  if (shard.share < 1 && steps > 0) {
    shard.share = Math.min(1, shard.share + steps * 0.1)
    shard.disturbed += steps * RECOVERY_STEP
  }
  return shard.share
}

const keepRecent = (shard: ShardState, now: number): void => {
  while ((shard.recent[0]?.at ?? now) < now - WINDOW) shard.recent.shift()
}

/**
 * One read budget per stream and shard over all readers of this process, dealt out turn by turn: shares of a rate
 * would let ten views call within the same second and then be silent, which a shard answers with throttles. Whoever
 * does not ask leaves its part to the others. Only one call of a shard is on its way at a time, so that bytes can't
 * be overdrawn by more than one answer. Pure but for the clock.
 */
export const createSharedBudget = (clock: Pick<Clock, 'now'>, initial: number): SharedBudget => {
  let reads = initial
  const streams = new Map<string, StreamState>()
  const streamOf = new Map<string, string>()

  const rateOf = (rank: ReadRank): number => (rank === 'named' ? namedReads : rank === 'screen' ? reads : reads / 2)
  /** The largest budget among those who are there, and not their sum. */
  const totalOf = ({ readers }: StreamState): number => Math.max(...[...new Set(readers.values())].map(rateOf), 0)

  const payOff = (stream: StreamState, shard: ShardState, now: number): void => {
    const seconds = (now - shard.paid) / 1000
    shard.paid = now
    const share = shareOf(shard, now)
    const pay = (account: Meter, rate: number) => {
      account.owed = Math.max(0, account.owed - bytesFor(rate) * share * seconds)
    }
    pay(shard.calls.all, totalOf(stream))
    for (const rank of RANKS) pay(shard.calls[rank], rateOf(rank))
  }
  /** Before a rate changes, what went by is paid off at the old one. */
  const settle = (stream: StreamState): void => {
    const now = clock.now()
    for (const shard of stream.shards.values()) {
      payOff(stream, shard, now)
      shard.readyAt = 0
    }
  }
  const shardOf = (stream: StreamState, shardId: string): ShardState => {
    const known = stream.shards.get(shardId)
    if (known) return known
    const made: ShardState = {
      calls: { all: meter(), screen: meter(), background: meter(), named: meter() },
      paid: clock.now(),
      lastIterator: Number.NEGATIVE_INFINITY,
      share: 1,
      disturbed: Number.NEGATIVE_INFINITY,
      flight: null,
      waiting: [],
      passes: new Map(),
      virtual: 0,
      recent: [],
      readyAt: 0,
    }
    stream.shards.set(shardId, made)
    return made
  }
  const find = (reader: string): StreamState | null => streams.get(streamOf.get(reader) ?? '') ?? null

  /** When this kind of turn may be dealt to a reader of this rank, ms. */
  const dueAt = (stream: StreamState, shard: ShardState, kind: Turn['kind'], rank: ReadRank, now: number): number => {
    const share = shareOf(shard, now)
    const due = ({ last, owed }: Meter, rate: number) => Math.max(last + 1000 / (rate * share), now + (owed * 1000) / (bytesFor(rate) * share))
    if (kind === 'iterator') return shard.lastIterator + 1000 / (Math.min(SHARD_LIMIT.callsPerSecond / 2, totalOf(stream)) * share)
    const isFree = shard.flight === null ? now : shard.flight.since + HUNG
    return Math.max(isFree, due(shard.calls.all, totalOf(stream)), due(shard.calls[rank], rateOf(rank)))
  }
  const dealShard = (stream: StreamState, shard: ShardState, shardId: string, now: number): DealtTurn[] => {
    const dealt: DealtTurn[] = []
    payOff(stream, shard, now)
    for (const kind of ['iterator', 'records'] as const) {
      const able = shard.waiting.filter((wait) => wait.kind === kind && dueAt(stream, shard, kind, stream.readers.get(wait.reader) ?? 'background', now) <= now)
      const passOf = (reader: string) => shard.passes.get(reader) ?? shard.virtual
      const chosen = able.reduce<(typeof able)[number] | null>((best, wait) => (best === null || passOf(wait.reader) < passOf(best.reader) ? wait : best), null)
      if (chosen === null) continue
      const { reader } = chosen
      const rank = stream.readers.get(reader) ?? 'background'
      shard.waiting.splice(shard.waiting.indexOf(chosen), 1)
      if (kind === 'iterator') shard.lastIterator = now
      else {
        shard.virtual = Math.max(shard.virtual, passOf(reader))
        shard.passes.set(reader, shard.virtual + 1 / WEIGHT[rank])
        shard.calls.all.last = now
        shard.calls[rank].last = now
        shard.flight = { reader, rank, since: now }
        shard.recent.push({ at: now, reader, bytes: 0 })
        keepRecent(shard, now)
      }
      dealt.push({ reader, kind, shardId })
    }
    shard.readyAt = Math.min(
      ...shard.waiting.map(({ kind, reader }) => dueAt(stream, shard, kind, stream.readers.get(reader) ?? 'background', now)),
      Number.POSITIVE_INFINITY,
    )
    // Rounding must not make it due a hair before its time, for ever.
    if (shard.readyAt <= now) shard.readyAt = now + 1
    return dealt
  }

  /** What is owed, and when the last call was, outlives its reader: the next one must not start afresh. */
  const forgetOld = (now: number): void => {
    for (const [name, stream] of streams) {
      settle(stream)
      for (const [shardId, { calls, lastIterator, share, waiting, flight }] of stream.shards) {
        const isOld = share === 1 && calls.all.owed === 0 && now - Math.max(calls.all.last, lastIterator) > FORGET_AFTER
        if (isOld && waiting.length === 0 && (flight === null || now - flight.since > HUNG)) stream.shards.delete(shardId)
      }
      if (stream.readers.size === 0 && stream.shards.size === 0) streams.delete(name)
    }
    for (const [reader, name] of streamOf) if (!streams.has(name)) streamOf.delete(reader)
  }

  return {
    join(reader, name, rank) {
      const now = clock.now()
      forgetOld(now)
      const stream = streams.get(name) ?? { readers: new Map(), shards: new Map() }
      streams.set(name, stream)
      settle(stream)
      stream.readers.set(reader, rank)
      streamOf.set(reader, name)
    },
    setRank(reader, rank) {
      const stream = find(reader)
      if (stream === null || !stream.readers.has(reader) || stream.readers.get(reader) === rank) return
      settle(stream)
      stream.readers.set(reader, rank)
    },
    leave(reader) {
      const stream = find(reader)
      if (stream === null || !stream.readers.has(reader)) return
      settle(stream)
      for (const shard of stream.shards.values()) quit(shard, reader)
      stream.readers.delete(reader)
    },
    ask(reader, { kind, shardId }) {
      const stream = find(reader)
      if (stream === null || !stream.readers.has(reader)) return
      const shard = shardOf(stream, shardId)
      if (kind === 'records' && shard.flight?.reader === reader) shard.flight = null
      if (!shard.waiting.some((wait) => wait.reader === reader && wait.kind === kind)) shard.waiting.push({ reader, kind })
      // Who was away has not saved up turns.
      shard.passes.set(reader, Math.max(shard.passes.get(reader) ?? 0, shard.virtual))
      shard.readyAt = 0
    },
    cancel(reader, { kind, shardId }) {
      const shard = find(reader)?.shards.get(shardId)
      if (shard === undefined) return
      shard.waiting = shard.waiting.filter((wait) => wait.reader !== reader || wait.kind !== kind)
      shard.readyAt = 0
    },
    spent(reader, shardId, bytes) {
      const stream = find(reader)
      const shard = stream?.shards.get(shardId)
      if (!stream || !shard) return
      const now = clock.now()
      payOff(stream, shard, now)
      shard.calls.all.owed += bytes
      shard.calls[shard.flight?.reader === reader ? shard.flight.rank : (stream.readers.get(reader) ?? 'background')].owed += bytes
      const call = shard.recent.findLast((entry) => entry.reader === reader)
      if (call) call.bytes += bytes
      if (shard.flight?.reader === reader) shard.flight = null
      shard.readyAt = 0
    },
    throttled(reader, shardId) {
      const stream = find(reader)
      const shard = stream?.shards.get(shardId)
      if (!stream || !shard) return
      const now = clock.now()
      payOff(stream, shard, now)
      if (shard.share < 1 && now - shard.disturbed < SAME_THROTTLE) return
      shard.share = Math.max(SMALLEST_SHARE, shard.share / 2)
      shard.disturbed = now
      shard.readyAt = 0
    },
    forget(reader, shardId) {
      const shard = find(reader)?.shards.get(shardId)
      if (shard) quit(shard, reader)
    },
    deal() {
      const now = clock.now()
      const dealt: DealtTurn[] = []
      for (const stream of streams.values()) {
        for (const [shardId, shard] of stream.shards) {
          if (shard.waiting.length > 0 && shard.readyAt <= now) dealt.push(...dealShard(stream, shard, shardId, now))
        }
      }
      return dealt
    },
    next() {
      const now = clock.now()
      let soonest = Number.POSITIVE_INFINITY
      for (const { shards } of streams.values()) {
        for (const { waiting, readyAt } of shards.values()) if (waiting.length > 0) soonest = Math.min(soonest, readyAt)
      }
      return Number.isFinite(soonest) ? Math.max(0, soonest - now) : null
    },
    setReads(readsPerSecond) {
      for (const stream of streams.values()) settle(stream)
      reads = readsPerSecond
    },
    get reads() {
      return reads
    },
    use() {
      const now = clock.now()
      return [...streams].filter(([, { readers }]) => readers.size > 0).map(([name, stream]): StreamUse => {
        const budget = totalOf(stream)
        const weights = [...stream.readers.values()].reduce((sum, rank) => sum + WEIGHT[rank], 0)
        let [busiest, bytes, disturbed, smallestShare] = [0, 0, 0, 1]
        const most = new Map<string, number>()
        for (const shard of stream.shards.values()) {
          keepRecent(shard, now)
          const share = shareOf(shard, now)
          if (share < 1) disturbed += 1
          smallestShare = Math.min(smallestShare, share)
          busiest = Math.max(busiest, shard.recent.length)
          bytes = Math.max(bytes, shard.recent.reduce((sum, call) => sum + call.bytes, 0))
          for (const reader of stream.readers.keys()) {
            most.set(reader, Math.max(most.get(reader) ?? 0, shard.recent.filter((call) => call.reader === reader).length))
          }
        }
        const readers = [...stream.readers].map(([reader, rank]): ReaderUse => ({
          reader,
          rank,
          reads: ((most.get(reader) ?? 0) * 1000) / WINDOW,
          fair: Math.min(rateOf(rank), (budget * WEIGHT[rank]) / weights),
        }))
        return {
          stream: name,
          reads: (busiest * 1000) / WINDOW,
          bytes: (bytes * 1000) / WINDOW,
          budget,
          disturbed: disturbed === 0 ? null : { shards: disturbed, smallestShare },
          readers,
        }
      })
    },
  }
}
