import { type Failure, KinescopeError } from '#shared/model/error.ts'
import type { Pace, ReplayCounts } from '#shared/model/replay.ts'
import type { Shard } from '#shared/model/stream.ts'
import type { Clock } from '../kinesis/clock.ts'
import { hashKeyOf } from '../kinesis/hash-key.ts'
import { Lane } from './lane.ts'
import { type Pacing, pacing } from './pacing.ts'
import { RateMeter } from './rate-meter.ts'
import type { BatchCounts, ReplayJournal } from './replay-journal.ts'
import { type ReplayRecord, type ReplaySource, loadBytes, unsendable } from './replay-record.ts'
import type { SendBatch, SendResult } from './send-batch.ts'
import { Slots } from './slots.ts'
import { targetShards, type TargetShards } from './target-shards.ts'

export interface ReplayOptions {
  /** Opens the source; the signal ends it early. */
  readonly source: (signal: AbortSignal) => ReplaySource
  /** How many records the source has; null: counted while it is read. */
  readonly planned: number | null
  /** Shards of the target: each open one gets a lane of its own. */
  readonly shards: readonly Shard[]
  /** Data and partition key of one record, in bytes: 1 MiB unless the stream allows more. */
  readonly maxRecordBytes: number
  readonly pace: Pace
  readonly send: SendBatch
  readonly journal: ReplayJournal
  readonly clock: Clock
}

export interface ReplaySnapshot extends ReplayCounts {
  readonly state: 'running' | 'done' | 'stopped' | 'failed'
  /** Why it ended before its time, for `failed`. */
  readonly failure: Failure | null
  readonly recordsPerSecond: number
  /** Throttled entries that were sent again. */
  readonly retried: number
  readonly timeLeftMs: number | null
  /** Why the first record that was not acknowledged wasn't; null while all were. */
  readonly firstReason: string | null
}

/** What waits in all lanes together: the source is read no further ahead. */
const maxWaitingBytes = 32 * 1024 * 1024
const maxWaitingRecords = 20_000
/** Shortest wait for a record to be due, in ms: a request and two lines in the journal for each record would be slow. */
const shortestWait = 50
/** Requests under way at a stop may end, so that their outcome is known; after this many ms they are cut off. */
const graceMs = 5000
/** Below the sockets that the client's agent opens: a request that waits for one would run into its deadline. */
const maxRequests = 16

/**
 * Sends a source into a stream. Each open shard of the target has a lane with one request
 * under way at a time. A key always goes by the same lane, and what failed of a batch is sent
 * again before the lane's next batch: a record is not sent while one of its key in an earlier
 * batch is unacknowledged. Shards, each with limits of its own, are written to side by side.
 * A record whose request was never answered is `unknown` and not sent again: it may be stored.
 */
export class ReplaySession {
  /** The last snapshot; resolves in every case, after a failure too. */
  readonly finished: Promise<ReplaySnapshot>
  readonly #options: ReplayOptions
  readonly #target: TargetShards
  readonly #lanes: Lane[]
  readonly #slots = new Slots(maxRequests)
  readonly #listeners = new Set<() => void>()
  readonly #meter = new RateMeter()
  /** Once it is aborted no new request is started. */
  readonly #stop = new AbortController()
  /** Cuts off requests under way. */
  readonly #cut = new AbortController()
  readonly #counts = { planned: 0, sent: 0, acknowledged: 0, failed: 0, unknown: 0 }
  readonly #waiting = { records: 0, bytes: 0 }
  #room = Promise.withResolvers<void>()
  #state: ReplaySnapshot['state'] = 'running'
  #failure: Failure | null = null
  #retried = 0
  #firstReason: string | null = null
  #batches = 0

  constructor(options: ReplayOptions) {
    this.#options = options
    this.#counts.planned = options.planned ?? 0
    this.#target = targetShards(options.shards)
    this.#lanes = this.#target.open.map(({ shardId }) => new Lane(shardId))
    this.#meter.sample(0, options.clock.now())
    this.#stop.signal.addEventListener('abort', () => this.#room.resolve())
    this.finished = this.#run()
  }

  progress(): ReplaySnapshot {
    const rate = this.#meter.perSecond(this.#options.clock.now())
    const left = this.#counts.planned - this.#handled
    const leftKnown = this.#options.planned !== null && this.#state === 'running' && rate > 0
    return {
      ...this.#counts,
      state: this.#state,
      failure: this.#failure,
      recordsPerSecond: this.#state === 'running' ? rate : 0,
      retried: this.#retried,
      timeLeftMs: leftKnown ? Math.round((left / rate) * 1000) : null,
      firstReason: this.#firstReason,
    }
  }

  /** Calls back when a batch goes out, when it is settled, and at the end. Returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Starts no new request, lets those under way end, and resolves with the final counts. */
  stop(): Promise<ReplaySnapshot> {
    this.#halt()
    return this.finished
  }

  get #handled(): number {
    return this.#counts.acknowledged + this.#counts.failed + this.#counts.unknown
  }

  #halt(): void {
    if (this.#stop.signal.aborted) return
    this.#stop.abort()
    const cut = () => this.#cut.abort()
    this.#options.clock.sleep(graceMs, this.#cut.signal).then(cut, () => {})
  }

  async #run(): Promise<ReplaySnapshot> {
    // The caller gets the session before anything is sent.
    await Promise.resolve()
    let whole = false
    try {
      if (this.#lanes.length === 0) throw new KinescopeError('invalid-argument', 'The target has no open shard.', { action: 'Wait until it is ACTIVE, then try again.' })
      whole = await this.#read()
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#fail(error)
    }
    while (this.#lanes.some((lane) => lane.running !== null)) await Promise.all(this.#lanes.flatMap((lane) => lane.running ?? []))
    const left = this.#lanes.some((lane) => lane.waiting > 0)
    if (this.#state === 'running') this.#state = whole && !left && !this.#cut.signal.aborted ? 'done' : 'stopped'
    this.#stop.abort()
    this.#cut.abort()
    this.#tell()
    return this.progress()
  }

  /** Puts every record on its lane when it is due. False when it was stopped before the source's end. */
  async #read(): Promise<boolean> {
    const { signal } = this.#stop
    const { clock, pace, maxRecordBytes } = this.#options
    let due: Pacing | null = null
    let [index, start] = [0, 0]
    for await (const batch of this.#options.source(signal)) {
      for (const record of batch) {
        if (signal.aborted) return false
        if (due === null) {
          due = pacing(pace, record.arrival)
          start = clock.now()
        }
        const at = start + due(index, record.arrival)
        index += 1
        if (this.#options.planned === null) this.#counts.planned += 1
        const reason = unsendable(record, maxRecordBytes)
        if (reason !== null) {
          this.#counts.failed += 1
          this.#firstReason ??= reason
          continue
        }
        if (at > clock.now()) {
          this.#kick()
          await clock.sleep(Math.max(shortestWait, at - clock.now()), signal)
        }
        await this.#enqueue(record)
      }
      this.#kick()
    }
    return !signal.aborted
  }

  async #enqueue(record: ReplayRecord): Promise<void> {
    const waiting = this.#waiting
    while ((waiting.bytes >= maxWaitingBytes || waiting.records >= maxWaitingRecords) && !this.#stop.signal.aborted) {
      this.#room = Promise.withResolvers<void>()
      this.#kick()
      await this.#room.promise
    }
    waiting.records += 1
    waiting.bytes += loadBytes(record)
    this.#lanes[this.#target.indexOf(hashKeyOf(record.partitionKey, record.explicitHashKey))]?.push(record)
  }

  /** Sets every lane going that has something to send. */
  #kick(): void {
    for (const lane of this.#lanes) {
      if (lane.running !== null || lane.waiting === 0 || this.#stop.signal.aborted) continue
      lane.running = this.#pump(lane)
        .catch((error: unknown) => this.#fail(error))
        .finally(() => {
          lane.running = null
          this.#kick()
        })
    }
  }

  async #pump(lane: Lane): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stop
    while (lane.waiting > 0 && !signal.aborted) {
      const wait = lane.rate.nextAt - clock.now()
      if (wait > 0) await clock.sleep(wait, signal).catch(() => {})
      await this.#slots.use(async () => {
        if (!signal.aborted) await this.#send(lane)
      })
    }
  }

  async #send(lane: Lane): Promise<void> {
    const { clock, journal, send } = this.#options
    const { records, bytes, cost } = lane.take()
    this.#waiting.records -= records.length
    this.#waiting.bytes -= bytes
    this.#room.resolve()
    const rows = {
      batch: ++this.#batches,
      shardId: lane.shardId,
      firstRow: records[0]?.id ?? 0,
      lastRow: records.at(-1)?.id ?? 0,
      records: records.length,
    }
    journal.sending(rows)
    this.#counts.sent += records.length
    this.#tell()
    lane.rate.sending(cost, clock.now())
    let throttled = false
    const onRetry = (entries: number) => {
      throttled = true
      this.#retried += entries
    }
    let results: readonly SendResult[]
    try {
      results = await send(records, { signal: this.#cut.signal, onRetry })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      results = records.map(() => ({ state: 'failed', reason }))
      this.#fail(error)
    }
    lane.rate.settled(throttled, clock.now())
    const counts = this.#count(results, records.length)
    this.#meter.sample(this.#handled, clock.now())
    journal.settled(rows.batch, counts)
    this.#tell()
  }

  #count(results: readonly SendResult[], sent: number): BatchCounts {
    const counts = { sent, acknowledged: 0, failed: 0, unknown: 0 }
    for (const result of results) {
      counts[result.state] += 1
      if (result.state !== 'acknowledged') this.#firstReason ??= result.reason
    }
    this.#counts.acknowledged += counts.acknowledged
    this.#counts.failed += counts.failed
    this.#counts.unknown += counts.unknown
    return counts
  }

  #fail(error: unknown): void {
    if (this.#state !== 'failed') {
      const message = error instanceof Error ? error.message : String(error)
      const known = error instanceof KinescopeError ? error : new KinescopeError('internal', `The replay could not go on: ${message}`, { cause: error })
      this.#state = 'failed'
      this.#failure = known.failure
    }
    this.#halt()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
