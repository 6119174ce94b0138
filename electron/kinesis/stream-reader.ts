import type { ChildShard } from '@aws-sdk/client-kinesis'
import { KinescopeError } from '#shared/model/error.ts'
import type { Shard, StartPosition, StopCondition } from '#shared/model/stream.ts'
import type { ByteGate } from './byte-gate.ts'
import type { Clock } from './clock.ts'
import { createEventQueue } from './event-queue.ts'
import { readShardByFanOut } from './fan-out-reader.ts'
import type { FanOut } from './fan-out-reader.ts'
import { faultOf } from './fault.ts'
import type { Fault } from './fault.ts'
import type { ReadTurns } from './governor.ts'
import { listShards } from './list-shards.ts'
import { expiredShard } from './losses.ts'
import type { NewGap } from './losses.ts'
import { LATEST_MARGIN, sequenceTime } from './position.ts'
import { createReadingPlan } from './reading-plan.ts'
import type { KnownShard, PlannedShard } from './reading-plan.ts'
import { ENDURING } from './request.ts'
import type { Patience } from './request.ts'
import type { KinesisSender } from './server-date.ts'
import { readShard } from './shard-reader.ts'
import type { ShardPage, ShardReaderOptions } from './shard-reader.ts'
import { stopRule } from './stop-rule.ts'
import { assertSameStream, findStream, isSameCreation, recreated } from './stream-identity.ts'
import { isOpen, parentsOf } from './topology.ts'

export type ShardState = 'waiting' | 'reading' | 'caught-up' | 'throttled' | 'ended' | 'left-out'

export type StreamEvent =
  /**
   * Shards to be known before any of their pages comes, and, to be stored together with them before the next event is asked for, what nothing else
   * would tell a later run: times (ms) at which shards are held that begin now (LATEST), or that were taken in because their parents had expired;
   * and what is missing of those.
   */
  | { type: 'shards'; shards: Shard[]; held: { shardId: string; heldFrom: number }[]; gaps: NewGap[] }
  /** A page; its permit must be released when its bytes are no longer held, or reading comes to a halt. */
  | { type: 'page'; page: ShardPage }
  /** Something is missing; `endsShard` when it is all that was left of its shard. */
  | { type: 'gap'; gap: NewGap; endsShard: boolean }

export interface StreamReaderOptions {
  client: KinesisSender
  streamArn: string
  from: StartPosition
  until: StopCondition
  /** What an earlier run knows; empty for a fresh one. */
  known: readonly KnownShard[]
  /** Creation time that an earlier run noted, ms: a namesake that was created since is refused. */
  createdAt: number | null
  /** As an earlier run noted it (see `StreamReading`); null for a fresh one. */
  dueFrom?: number | null
  /** At most so many shards are read, and at a time; null: all. */
  maxShards: number | null
  governor: ReadTurns
  gate: ByteGate
  clock: Clock
  signal: AbortSignal
  /** Resolves when reading may go on: how it is paused. */
  ready?: () => Promise<void>
  onShardState?: (shardId: string, state: ShardState) => void
  /** What a shard's reader is fighting with; null when it is over. */
  onTrouble?: (shardId: string, fault: Fault | null, error: unknown) => void
  patience?: Patience
  /** Read by enhanced fan-out, where that works. */
  fanOut?: FanOut | null
}

export interface StreamReading {
  /** The stream as it was found; `startedAt` is the server's time of the start, ms. */
  readonly stream: { name: string; createdAt: number | null; startedAt: number }
  readonly leftOut: readonly string[]
  /** The server's time (ms) since which all records belong to the range, of the shards that were there at the start; null where the start is none in time. */
  readonly dueFrom: number | null
  /**
   * Parents come before their children, a shard's records in its order. Ends when the stop condition is met;
   * throws the signal's reason when aborted, a `KinescopeError` or the SDK's error where reading can't go on.
   */
  events(): AsyncGenerator<StreamEvent, void, void>
}

/** How often the shard list is looked at while nothing points to a change, ms; jittered by a quarter. */
const REFRESH_INTERVAL = 60_000
/** The first polls of a tail are spread over this many ms. */
const STAGGER = 500
/** What leaves the retention within this many ms of the start had as well left it before. */
const START_MARGIN = 300_000
/** The listing after a shard's end is only to know its children better: it must not hold the stream up. */
const BRIEF = { throttled: 2000 } as const satisfies Patience

type Internal =
  | { type: 'page'; page: ShardPage }
  | { type: 'gap'; gap: NewGap; endsShard: boolean }
  | { type: 'ended'; shardId: string; hadRecords: boolean; children: ChildShard[] }
  | { type: 'done'; shardId: string }
  | { type: 'listed'; shards: Shard[] }
  | { type: 'time-is-up' }

const asChild = (shard: Shard): ChildShard => ({
  ShardId: shard.shardId,
  ParentShards: parentsOf(shard),
  HashKeyRange: { StartingHashKey: shard.startingHashKey, EndingHashKey: shard.endingHashKey },
})

/** A shard that is taken in though its parents have expired is read from where it was made. */
const heldOrphan = ({ shardId, beforeSequence }: NewGap) => ({ shardId, heldFrom: sequenceTime(beforeSequence ?? '') ?? 0 })

const futureStart = (at: number, now: number): KinescopeError =>
  new KinescopeError(
    'invalid-argument',
    `The start, ${new Date(at).toISOString()}, is in the future: the server's clock says ${new Date(now).toISOString()}.`,
    { action: 'Start at LATEST to read what comes in from now on.' },
  )

const dueAtFirst = (from: StartPosition, startedAt: number, retentionMs: number | null): number | null => {
  if (retentionMs === null || (from.type !== 'TRIM_HORIZON' && from.type !== 'AT_TIMESTAMP')) return null
  const horizon = startedAt - retentionMs + START_MARGIN
  return from.type === 'AT_TIMESTAMP' ? Math.max(horizon, from.at) : horizon
}

/**
 * Finds the stream and lists its shards; reading begins with `events`. Throws at once where the stream can't be
 * reached, is not there, or is another one than `createdAt` says.
 */
export const openStream = async (options: StreamReaderOptions): Promise<StreamReading> => {
  const { client, streamArn, from, until, clock, signal, governor } = options
  const found = await findStream(client, streamArn, options)
  if (!isSameCreation(options.createdAt, found.createdAt)) throw recreated(found.name)
  const listing = await listShards(client, streamArn, options)
  const startedAt = listing.date ?? found.date ?? clock.wall()
  if (from.type === 'AT_TIMESTAMP' && from.at > startedAt + LATEST_MARGIN) throw futureStart(from.at, startedAt)
  const dueFrom = options.dueFrom ?? dueAtFirst(from, startedAt, found.retentionMs)
  const plan = createReadingPlan({ from, listed: listing.shards, known: options.known, maxShards: options.maxShards, dueFrom })
  const stream = { name: found.name, createdAt: found.createdAt, startedAt }
  const isDone = stopRule(until, startedAt)
  /** From when on a listing tells which shards were closed before the end, ms by the server's clock. */
  const end = until.type === 'time' ? until.at : startedAt
  let retentionMs = found.retentionMs

  async function* events(): AsyncGenerator<StreamEvent, void, void> {
    const queue = createEventQueue<Internal>()
    const over = new AbortController()
    const context = { clock, signal: AbortSignal.any([signal, over.signal]) }
    const waiting: { shard: PlannedShard; delay: number }[] = []
    let active = 0

    const confirmEnd = async (shardId: string): Promise<ChildShard[] | null> => {
      const { shards } = await listShards(client, streamArn, context)
      const isClosed = shards.some((shard) => shard.shardId === shardId && shard.endingSequenceNumber !== null)
      return isClosed ? shards.filter((shard) => parentsOf(shard).includes(shardId)).map(asChild) : null
    }
    let listedAt = startedAt
    let relisting: Promise<void> | null = null
    const relist = async () => {
      const fresh = await listShards(client, streamArn, context, ENDURING)
      listedAt = Math.max(listedAt, fresh.date ?? end)
      queue.push({ type: 'listed', shards: fresh.shards })
      for (const shard of fresh.shards) if (!isOpen(shard)) closed.add(shard.shardId)
    }
    /** Shards that were closed before the end of the range. One listing since then serves all shards. */
    const closed = new Set([...plan.topology.shards.values()].filter((shard) => !isOpen(shard)).map(({ shardId }) => shardId))
    const isClosed = async (shardId: string): Promise<boolean> => {
      if (listedAt < end) {
        relisting ??= relist().finally(() => (relisting = null))
        await relisting
      }
      return closed.has(shardId)
    }
    const checkStream = async () => {
      retentionMs = (await assertSameStream(client, streamArn, stream, context, ENDURING)).retentionMs
    }
    let checking: Promise<void> | null = null
    let next: Promise<void> | null = null
    /** Asks anew, as an answer that was under way may be older than what is to be confirmed; one serves all who wait for it. */
    const confirmStream = (): Promise<void> => {
      if (checking === null) return (checking = checkStream().finally(() => (checking = null)))
      return (next ??= checking.catch(() => {}).then(() => {
        next = null
        return confirmStream()
      }))
    }

    const readOne = async ({ shardId, start, dueFrom }: PlannedShard, firstDelay: number) => {
      const setState = (state: ShardState) => options.onShardState?.(shardId, state)
      let hadRecords = false
      let lastRead = start.type === 'AFTER_SEQUENCE_NUMBER' ? start.sequenceNumber : null
      setState('reading')
      try {
        const reading: ShardReaderOptions = {
          ...options,
          signal: context.signal,
          shardId,
          start,
          firstDelay,
          dueFrom,
          retentionMs: () => retentionMs,
          freshRetentionMs: async () => {
            await checkStream()
            return retentionMs
          },
          confirmEnd,
          isKnownClosed: (id) => (plan.topology.shards.get(id)?.endingSequenceNumber ?? null) !== null,
          confirmStream,
          onTrouble: (id, fault, error) => {
            setState(fault === 'throttled' ? 'throttled' : 'reading')
            options.onTrouble?.(id, fault, error)
          },
        }
        const pages = options.fanOut ? readShardByFanOut({ ...reading, fanOut: options.fanOut }) : readShard(reading)
        for await (const page of pages) {
          const { records, millisBehind, date, ended } = page
          if (records.length > 0) hadRecords = true
          lastRead = records.at(-1)?.sequenceNumber ?? lastRead
          if (ended === null) setState(millisBehind === 0 ? 'caught-up' : 'reading')
          queue.push({ type: 'page', page })
          if (ended !== null) {
            queue.push({ type: 'ended', shardId, hadRecords, children: ended })
            return
          }
          const lastArrival = records.length === 0 ? null : records.reduce((max, { arrival }) => Math.max(max, arrival), 0)
          const reason = isDone({ lastArrival, millisBehind, date })
          if (reason === 'past' || (reason === 'tip' && !(await isClosed(shardId)))) {
            queue.push({ type: 'done', shardId })
            return
          }
        }
      } catch (error) {
        if (faultOf(error, context.signal) !== 'not-found') throw error
        await checkStream()
        queue.push({ type: 'gap', gap: expiredShard(shardId, lastRead), endsShard: true })
        queue.push({ type: 'ended', shardId, hadRecords, children: [] })
      }
    }
    const start = (shards: readonly PlannedShard[], delay = () => 0) => {
      waiting.push(...shards.map((shard) => ({ shard, delay: delay() })))
      while (active < (options.maxShards ?? Number.POSITIVE_INFINITY)) {
        const next = waiting.shift()
        if (next === undefined) break
        active += 1
        readOne(next.shard, next.delay).catch((error: unknown) => queue.fail(error))
      }
    }
    const leave = (shardId: string, state: ShardState) => {
      active -= 1
      governor.forget(shardId)
      options.onShardState?.(shardId, state)
    }

    const watchListing = async () => {
      for (;;) {
        await clock.sleep(REFRESH_INTERVAL * (0.75 + clock.random() * 0.5), context.signal)
        await options.ready?.()
        try {
          await checkStream()
          queue.push({ type: 'listed', shards: (await listShards(client, streamArn, context, ENDURING)).shards })
        } catch (error) {
          // A stream that is gone or another one ends the reading; that it can't be listed just now does not.
          if (error instanceof KinescopeError) throw error
          context.signal.throwIfAborted()
        }
      }
    }
    const listBriefly = async (): Promise<Shard[]> => {
      try {
        return (await listShards(client, streamArn, context, BRIEF, 5000)).shards
      } catch {
        context.signal.throwIfAborted()
        return []
      }
    }
    /** Brings a listing into the plan: what it adds and what it shows to be lost. */
    const learn = (shards: readonly Shard[], before: ReadonlySet<string>): StreamEvent[] => {
      const { gaps } = plan.list(shards)
      const isNew = [...plan.topology.shards.keys()].some((id) => !before.has(id))
      for (const id of plan.scope) if (!before.has(id)) options.onShardState?.(id, 'waiting')
      if (!isNew && gaps.length === 0) return []
      return [{ type: 'shards', shards: [...plan.topology.shards.values()], held: gaps.map(heldOrphan), gaps }]
    }

    const first = plan.takeReady()
    const held = first.filter(({ start }) => start.type === 'LATEST').map(({ shardId }) => ({ shardId, heldFrom: startedAt - LATEST_MARGIN }))
    let isTimeUp = false
    try {
      for (const shardId of plan.leftOut) options.onShardState?.(shardId, 'left-out')
      for (const shardId of plan.scope) options.onShardState?.(shardId, 'waiting')
      const { gaps } = plan.list([])
      yield { type: 'shards', shards: listing.shards, held: [...held, ...gaps.map(heldOrphan)], gaps }
      watchListing().catch((error: unknown) => queue.fail(error))
      if (until.type === 'duration') {
        clock.sleep(until.ms, context.signal).then(
          () => queue.push({ type: 'time-is-up' }),
          () => {},
        )
      }
      start(first, () => (held.length > 0 ? clock.random() * STAGGER : 0))
      for (;;) {
        if (!isTimeUp && plan.isFinished()) {
          if (plan.isStopped || until.type === 'now') return
          // Every shard ended and no child is known: only the listing can tell how it goes on.
          await checkStream()
          yield* learn(await listBriefly(), new Set(plan.topology.shards.keys()))
          start(plan.takeReady())
          if (plan.isFinished()) await clock.sleep(1000, context.signal)
          continue
        }
        const event = isTimeUp ? queue.poll() : await queue.next(signal)
        if (event === undefined) return
        switch (event.type) {
          case 'page':
          case 'gap':
            yield event
            break
          case 'done':
            plan.done(event.shardId)
            leave(event.shardId, 'caught-up')
            start([])
            break
          case 'ended': {
            leave(event.shardId, 'ended')
            if (isTimeUp) break
            const before = new Set(plan.topology.shards.keys())
            const isKnown = event.children.every(({ ShardId }) => ShardId !== undefined && before.has(ShardId))
            const listed = isKnown ? [] : await listBriefly()
            plan.ended(event.shardId, event.hadRecords, event.children)
            yield* learn(listed, before)
            start(plan.takeReady())
            break
          }
          case 'listed':
            yield* learn(event.shards, new Set(plan.topology.shards.keys()))
            start(plan.takeReady())
            break
          case 'time-is-up':
            isTimeUp = true
            over.abort(new Error('the time is up'))
            break
        }
      }
    } finally {
      over.abort(new Error('the reading is over'))
    }
  }

  return { stream, leftOut: plan.leftOut, dueFrom, events }
}
