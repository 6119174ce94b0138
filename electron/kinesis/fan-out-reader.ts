import { SubscribeToShardCommand } from '@aws-sdk/client-kinesis'
import type { ChildShard, StartingPosition, SubscribeToShardEvent, SubscribeToShardEventStream } from '@aws-sdk/client-kinesis'
import type { Permit } from './byte-gate.ts'
import { faultOf } from './fault.ts'
import { advanced, compareDecimals, isRepeat, iteratorPlace, opened, positionAt } from './position.ts'
import type { Position, ShardStart } from './position.ts'
import { createTrouble, DEADLINE, DeadlineError, ENDURING, withDeadline } from './request.ts'
import { serverDate } from './server-date.ts'
import type { KinesisSender } from './server-date.ts'
import { readShard, recordsOf } from './shard-reader.ts'
import type { ShardPage, ShardReaderOptions } from './shard-reader.ts'

const TIMING = {
  /** A subscription lives for five minutes (SubscribeToShard); ours is renewed before that, with some spread over the shards, ms. */
  renewAfter: 275_000,
  renewSpread: 15_000,
  /** A second call for the same consumer and shard is refused with ResourceInUseException for so long (SubscribeToShard), ms. */
  inUse: 5000,
  /** Kinesis sends an event every few seconds, also when there is nothing to tell: without one for so long the connection is dead, ms. */
  silence: 30_000,
  /** The end of a shard that the listing shows closed comes with its last records; a server that says nothing for so long won't tell it, ms. */
  untoldEnd: 10_000,
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
  /** Whether the newest listing shows this shard closed. */
  isListedClosed?: (shardId: string) => boolean
}

/** As `readShard`: a place this close to the end of its retention may have been trimmed away, which only polling finds out. */
const TRIM_MARGIN = 300_000

class OvertakenError extends Error {
  override readonly name = 'OvertakenError'
}

/** Not an error: the rest of the shard is its end, which polling finds. */
class UntoldEndError extends Error {
  override readonly name = 'UntoldEndError'
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
 * after their continuation, and what comes twice at a renewal (KCL 371) is left out. Where fan-out can't go on (the consumer
 * is gone, access is denied, nothing helps), the rest of the shard is read by polling, and `onFallback` is told.
 */
export async function* readShardByFanOut(options: FanOutReaderOptions): AsyncGenerator<ShardPage, void, void> {
  const { fanOut, shardId, gate, clock, signal } = options
  const trouble = createTrouble(options, options.patience ?? ENDURING)
  const timing = { ...TIMING, ...fanOut.timing }
  let position = positionAt(options.start)
  let continuation: string | null = null
  let refusals = 0
  /** The children of a shard that the listing has shown closed. */
  let told: ChildShard[] | null = null
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
    /** Since when nothing came from a shard that is listed as closed. */
    let closedSince: number | null = null
    let permit: Permit | null = null
    try {
      const { events, date } = await subscribe(abort)
      const answered = clock.now()
      position = opened(position, date)
      const retention = options.retentionMs?.() ?? null
      if (reached !== null && date !== null && retention !== null && date - reached > retention - TRIM_MARGIN) throw new OvertakenError('read further behind than the retention')
      while (clock.now() < renewAt) {
        const rest = Math.max(1, renewAt - clock.now())
        isDue = rest <= timing.silence
        const { value, done } = await withDeadline(() => events.next(), Math.min(timing.silence, rest), options)
        isDue = false
        // Its five minutes are over, or the server had enough of it: the next one goes on where it ended.
        if (done === true) break
        const event = eventOf(value)
        if (event === null) continue
        refusals = 0
        heard = clock.now()
        const millisBehind = event.MillisBehindLatest ?? null
        const received = recordsOf(event, date, millisBehind)
        const next = event.ContinuationSequenceNumber || null
        const children = event.ChildShards ?? []
        // A null continuation is the shard's end (KCL 1744), if its children are known; records may have come between it and the closing.
        const ended = next !== null ? null : children.length > 0 ? children : told
        if (received === null || (next === null && ended === null)) {
          if (next === null) told = (await options.confirmEnd?.(shardId)) ?? null
          throw new DeadlineError('an event without records or its continuation')
        }
        const before: Position = position
        const records = received.filter(({ sequenceNumber }) => !isRepeat(before, sequenceNumber))
        const bytes = received.reduce((sum, { data, partitionKey }) => sum + data.length + partitionKey.length, 0)
        permit = await gate.acquire(bytes, signal)
        if (trouble.fault !== null) options.onTrouble?.(shardId, null, null)
        trouble.over()
        const last = records.reduce<string | null>((max, { sequenceNumber }) => (max === null || compareDecimals(sequenceNumber, max) > 0 ? sequenceNumber : max), null)
        if (last !== null) position = advanced(position, last)
        continuation = next
        // Events carry no time of their own: the answer's, and what went by since.
        const now = date === null ? null : date + Math.floor((clock.now() - answered) / 1000) * 1000
        const page: ShardPage = { shardId, records, bytes, millisBehind, date: now, ended, gap: null, permit }
        permit = null
        if (now !== null) reached = now - (millisBehind ?? 0)
        yield page
        if (ended !== null) return
        await options.ready?.()
        if (received.length > 0 || millisBehind !== 0 || options.isListedClosed?.(shardId) !== true) closedSince = null
        else if (clock.now() - (closedSince ??= clock.now()) > timing.untoldEnd) throw new UntoldEndError('the shard is closed and its end is not told')
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
    const fault = faultOf(error, signal)
    try {
      if (error instanceof OvertakenError || error instanceof UntoldEndError || fault === 'not-found' || fault === 'fatal' || fault === 'invalid-argument' || isInUse(error)) throw error
      options.onTrouble?.(shardId, fault, error)
      // A connection that was lost in its first seconds may still be known to the server: that is refused, and waited for.
      await trouble.endure(error, clock.now() - heard)
    } catch {
      if (signal.aborted) throw signal.reason as Error
      options.onTrouble?.(shardId, null, null)
      if (!(error instanceof UntoldEndError)) fanOut.onFallback?.(shardId, error)
      yield* readShard({ ...options, start: pollingStart(position) })
      return
    }
  }
}
