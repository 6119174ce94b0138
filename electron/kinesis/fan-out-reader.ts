import { SubscribeToShardCommand } from '@aws-sdk/client-kinesis'
import type { StartingPosition, SubscribeToShardEvent, SubscribeToShardEventStream } from '@aws-sdk/client-kinesis'
import type { Permit } from './byte-gate.ts'
import { faultOf } from './fault.ts'
import { advanced, compareDecimals, isRepeat, iteratorPlace, opened, positionAt, sequenceTime } from './position.ts'
import type { Position, ShardStart } from './position.ts'
import { createTrouble, DEADLINE, DeadlineError, ENDURING, withDeadline } from './request.ts'
import { serverDate } from './server-date.ts'
import type { KinesisSender } from './server-date.ts'
import { LEAST_RETENTION, readShard, recordsOf, STAMP_MARGIN } from './shard-reader.ts'
import type { ShardPage, ShardReaderOptions, ShardRecord } from './shard-reader.ts'

const TIMING = {
  /** A subscription lives for five minutes (SubscribeToShard); ours is renewed before that, with some spread over the shards, ms. */
  renewAfter: 275_000,
  renewSpread: 15_000,
  /** A second call for the same consumer and shard is refused with ResourceInUseException for so long (SubscribeToShard), ms. */
  inUse: 5000,
  /** Kinesis sends an event every few seconds, also when there is nothing to tell: without one for so long the connection is dead, ms. */
  silence: 30_000,
}
/**
 * How often a refusal is waited for before the shard is read by polling: a subscription that nobody holds any more has been
 * seen to live on until its five minutes were over (flink-connector-aws 224).
 */
const IN_USE_TRIES = 66

/** A consumer of ours that is registered and ACTIVE. */
export interface FanOut {
  /** A client over HTTP/2, but for loopback endpoints. */
  client: KinesisSender
  consumerArn: string
  /** This shard is read by polling from here on, and why. */
  onFallback?: (shardId: string, error: unknown) => void
  /** Shorter times, for tests over a real connection. */
  timing?: Partial<typeof TIMING>
}

export interface FanOutReaderOptions extends ShardReaderOptions {
  fanOut: FanOut
}

/** The server's time is told in whole seconds at the start of a subscription, and counted on from there, ms. */
const CLOCK_SLACK = 5000
/** Catching up by polling is of use once; a subscription that needs it again before its first event does not get on. */
const CATCH_UPS = 1

/** Records may have been trimmed away before what comes next, which only polling finds out, with the gap to tell. */
class OvertakenError extends Error {
  override readonly name = 'OvertakenError'
}

const isInUse = (error: unknown): boolean => (error as { name?: unknown } | null)?.name === 'ResourceInUseException'

const startingPosition = (position: Position, continuation: string | null): StartingPosition => {
  if (continuation !== null) return { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: continuation }
  const { ShardIteratorType: Type, StartingSequenceNumber: SequenceNumber, Timestamp } = iteratorPlace(position)
  return { Type, ...(SequenceNumber === undefined ? {} : { SequenceNumber }), ...(Timestamp === undefined ? {} : { Timestamp }) }
}

/** Where polling goes on: a continuation is for SubscribeToShard only, so it goes on after the last record. */
const pollingStart = ({ start, last, heldFrom }: Position): ShardStart => {
  if (last !== null) return { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last, resumed: true }
  return heldFrom === null ? start : { type: 'AT_TIMESTAMP', at: heldFrom }
}

/** When (ms) the record was put that reading resumes after; null where its number does not tell, undefined where it does not resume. */
const resumedAt = (start: ShardStart): number | null | undefined => (start.type === 'AFTER_SEQUENCE_NUMBER' && start.resumed === true ? sequenceTime(start.sequenceNumber) : undefined)

/** Since when (ms) nothing is known of a shard of which nothing was read yet; null where that is no matter. */
const unknownSince = ({ start, heldFrom }: Position, dueFrom: number | null): number | null => {
  const at = resumedAt(start)
  return at === undefined ? (dueFrom ?? heldFrom) : at
}

/** The event of a message, or the error that it carries. */
const eventOf = (message: SubscribeToShardEventStream): SubscribeToShardEvent | null => {
  if (message.SubscribeToShardEvent !== undefined) return message.SubscribeToShardEvent
  const [value] = Object.values(message) as unknown[]
  if (value instanceof Error) throw value
  return null
}

/**
 * Reads one shard from `start` to its end by enhanced fan-out, and yields the same pages as `readShard`: what the shard
 * gets is pushed within a fraction of a second, with 2 MiB a second of its own. Subscriptions are renewed before they end, go on
 * after their continuation, and what comes twice at a renewal (KCL 371) is left out. What may have left the retention is
 * caught up with by polling, which finds out what is missing. Where fan-out can't go on (the consumer
 * is gone, access is denied, nothing helps), the rest of the shard is read by polling, and `onFallback` is told.
 */
export async function* readShardByFanOut(options: FanOutReaderOptions): AsyncGenerator<ShardPage, void, void> {
  const { fanOut, shardId, gate, clock, signal } = options
  const trouble = createTrouble(options, options.patience ?? ENDURING)
  const timing = { ...TIMING, ...fanOut.timing }
  let position = positionAt(options.start)
  let continuation: string | null = null
  let refusals = 0
  let catchUps = 0
  /** The time up to which the shard was read, by the server's clock. */
  let reached: number | null = null

  const subscribe = async (abort: AbortController) => {
    const StartingPosition = startingPosition(position, continuation)
    const output = await withDeadline(
      (deadline) => {
        deadline.addEventListener('abort', () => abort.abort(deadline.reason), { once: true })
        return fanOut.client.send(new SubscribeToShardCommand({ ConsumerARN: fanOut.consumerArn, ShardId: shardId, StartingPosition }), { abortSignal: abort.signal })
      },
      DEADLINE.control,
      options,
    )
    if (output.EventStream === undefined) throw new DeadlineError('SubscribeToShard answered without events')
    return { events: output.EventStream[Symbol.asyncIterator](), date: serverDate(output) }
  }

  /** Whether records may have been trimmed away since the shard was read last, before this one (or the tip). */
  const isOvertaken = async (now: number | null, first: ShardRecord | undefined): Promise<boolean> => {
    if (reached === null || now === null || now - reached <= LEAST_RETENTION - CLOCK_SLACK) return false
    if (first !== undefined && first.arrival <= reached + STAMP_MARGIN) return false
    const retention = (await options.freshRetentionMs?.()) ?? options.retentionMs?.() ?? null
    return retention !== null && now - reached > retention - CLOCK_SLACK
  }

  /** Reads by polling to the shard's end, or until it has caught up. Returns whether the shard ended. */
  async function* poll(until: 'tip' | 'end'): AsyncGenerator<ShardPage, boolean, void> {
    const dueFrom = reached === null ? (options.dueFrom ?? null) : null
    for await (const page of readShard({ ...options, start: pollingStart(position), reached, dueFrom, firstDelay: 0 })) {
      const last = page.records.at(-1)?.sequenceNumber
      if (last !== undefined) position = advanced(position, last)
      if (page.date !== null) reached = page.date - (page.millisBehind ?? 0)
      yield page
      if (page.ended !== null) return true
      if (until === 'tip' && page.millisBehind === 0) break
    }
    continuation = null
    return false
  }

  // Whether such a place was trimmed away can't be told from its age.
  if (resumedAt(options.start) === null && (yield* poll('tip'))) return
  for (;;) {
    await options.ready?.()
    const abort = new AbortController()
    const stop = () => abort.abort(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    const began = clock.now()
    const renewAt = began + timing.renewAfter + clock.random() * timing.renewSpread
    let heard = began
    /** Whether silence until the deadline only means that it is time to renew. */
    let isDue = false
    let error: unknown = null
    let permit: Permit | null = null
    /** At the tip of a shard that is closed. */
    let isPastEnd = false
    try {
      const { events, date } = await subscribe(abort)
      const answered = clock.now()
      position = opened(position, date)
      reached ??= unknownSince(position, options.dueFrom ?? null)
      while (clock.now() < renewAt && !isPastEnd) {
        const rest = Math.max(1, renewAt - clock.now())
        isDue = rest <= timing.silence
        const { value, done } = await withDeadline(() => events.next(), Math.min(timing.silence, rest), options)
        isDue = false
        // Its five minutes are over, or the server had enough of it: the next one goes on where it ended.
        if (done === true) break
        const event = eventOf(value)
        if (event === null) continue
        heard = clock.now()
        const millisBehind = event.MillisBehindLatest ?? null
        const received = recordsOf(event, date, millisBehind)
        const next = event.ContinuationSequenceNumber || null
        const children = event.ChildShards ?? []
        // A null continuation is the shard's end (KCL 1744) where it names the children. Where the listing only says that the
        // shard is closed it may have got more since the event: the rest is polled.
        const ended = next === null && children.length > 0 ? children : null
        const isUntoldEnd = next === null && ended === null && Boolean(await options.confirmEnd?.(shardId))
        if (received === null || (next === null && ended === null && !isUntoldEnd)) throw new DeadlineError('an event without records or its continuation')
        // Events carry no time of their own: the answer's, and what went by since.
        const now = date === null ? null : date + Math.floor((clock.now() - answered) / 1000) * 1000
        if (await isOvertaken(now, received[0])) throw new OvertakenError('further behind than the retention')
        refusals = 0
        catchUps = 0
        const before: Position = position
        const records = received.filter(({ sequenceNumber }) => !isRepeat(before, sequenceNumber))
        const bytes = received.reduce((sum, { data, partitionKey }) => sum + data.length + partitionKey.length, 0)
        permit = await gate.acquire(bytes, signal)
        if (trouble.fault !== null) options.onTrouble?.(shardId, null, null)
        trouble.over()
        const last = records.reduce<string | null>((max, { sequenceNumber }) => (max === null || compareDecimals(sequenceNumber, max) > 0 ? sequenceNumber : max), null)
        if (last !== null) position = advanced(position, last)
        continuation = next
        const page: ShardPage = { shardId, records, bytes, millisBehind, date: now, ended, gap: null, permit }
        permit = null
        if (now !== null) reached = now - (millisBehind ?? 0)
        yield page
        if (ended !== null) return
        // Not every server tells a subscription that the shard has ended.
        isPastEnd = isUntoldEnd || (received.length === 0 && millisBehind === 0 && options.isKnownClosed?.(shardId) === true)
        await options.ready?.()
      }
    } catch (caught) {
      permit?.release()
      error = caught
    } finally {
      signal.removeEventListener('abort', stop)
      // Never two subscriptions at a time: what an old one still sends must not come after the new one's.
      abort.abort(new Error('this subscription is over'))
    }
    if (signal.aborted) throw signal.reason as Error
    if (isPastEnd) {
      yield* poll('end')
      return
    }
    const fault = error === null ? null : faultOf(error, signal)
    if ((error instanceof OvertakenError || fault === 'invalid-argument') && catchUps < CATCH_UPS) {
      catchUps += 1
      if (yield* poll('tip')) return
      continue
    }
    const isRenewal = error instanceof DeadlineError && isDue
    if (error === null || isRenewal) {
      // A server that ends each subscription at once must not be asked in a circle.
      if (clock.now() - began < timing.inUse) await clock.sleep(timing.inUse - (clock.now() - began), signal)
      continue
    }
    if (isInUse(error) && refusals < IN_USE_TRIES) {
      refusals += 1
      await clock.sleep(timing.inUse * (1 + clock.random() / 10), signal)
      continue
    }
    try {
      if (error instanceof OvertakenError || fault === 'not-found' || fault === 'fatal' || fault === 'invalid-argument' || isInUse(error)) throw error
      options.onTrouble?.(shardId, fault, error)
      // A connection that was lost in its first seconds may still be known to the server: that is refused, and waited for.
      await trouble.endure(error, clock.now() - heard)
    } catch {
      if (signal.aborted) throw signal.reason as Error
      options.onTrouble?.(shardId, null, null)
      fanOut.onFallback?.(shardId, error)
      yield* poll('end')
      return
    }
  }
}
