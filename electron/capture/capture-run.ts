import { KinescopeError } from '#shared/model/error.ts'
import { createByteGate } from '../kinesis/byte-gate.ts'
import type { Clock } from '../kinesis/clock.ts'
import type { Fault } from '../kinesis/fault.ts'
import { budgetFor, createGovernor, VIEW_BYTES_PER_SECOND } from '../kinesis/governor.ts'
import { createLeasedTurns } from '../kinesis/leased-turns.ts'
import type { TurnEvent } from '../kinesis/leased-turns.ts'
import type { Turn } from '../kinesis/shared-budget.ts'
import type { KinesisSender } from '../kinesis/server-date.ts'
import type { ShardPage } from '../kinesis/shard-reader.ts'
import { openStream } from '../kinesis/stream-reader.ts'
import type { StreamEvent, StreamReading } from '../kinesis/stream-reader.ts'
import { captureFileSize } from '../store/capture-file.ts'
import type { Checkpointer } from '../store/checkpointer.ts'
import { continueCapture, createCapture } from '../store/capture-writer.ts'
import type { CaptureWriter } from '../store/capture-writer.ts'
import type { StoredShard } from '../store/capture-rows.ts'
import { createProgressLog } from './capture-progress.ts'
import { assertSameSource, lookAtTarget, metaFor } from './capture-target.ts'
import type { ExistingCapture } from './capture-target.ts'
import { accepting, filterOf } from './capture-filter.ts'
import { createGroupCommit, withIdleCommits } from './group-commit.ts'
import type { GroupCommit } from './group-commit.ts'
import type { CaptureJob, CaptureSnapshot } from './messages.ts'
import { createPauseGate } from './pause-gate.ts'
import { isFull, portions } from './record-limit.ts'
import type { Room } from './record-limit.ts'
import { createReporter } from './reporter.ts'

export interface CaptureRunOptions {
  job: CaptureJob
  client: KinesisSender
  /** For SubscribeToShard, where the job reads by fan-out. */
  fanOutClient?: KinesisSender
  clock: Clock
  /** An error of the SDK as a sentence with an action. */
  explain: (error: unknown) => KinescopeError
  onProgress: (snapshot: CaptureSnapshot) => void
  /** Carries wishes for turns to their dealer, for a job with `dealtTurns`. */
  tellTurns?: (event: TurnEvent) => void
  /** Helps a writer of much; closed before the file is. */
  checkpointer?: Checkpointer
}

export interface CaptureRun {
  /** Resolves with the last word: complete, stopped or failed. Never rejects. */
  readonly finished: Promise<CaptureSnapshot>
  snapshot(): CaptureSnapshot
  pause(): void
  resume(): void
  /** Names the capture and makes it durable: it is no ring any more. Rejects where there is no file or it can't be synced. */
  keep(name: string): Promise<void>
  setBudget(readsPerSecond: number): void
  /** A turn has come from the dealer. */
  takeTurn(turn: Turn): void
  stop(): void
}

/** A view reads at most so many shards, and says which it leaves out. */
const VIEW_SHARDS = 64
/** Answers on their way and in memory, over all shards of a capture. */
const MEMORY = 24 * 1024 * 1024

/**
 * Captures a stream into a file: from the reader, through the taking apart of aggregates and the decoding of text,
 * into group commits with the checkpoints that cover them. The records and checkpoints of a commit are stored
 * together or not at all, so that the file holds each record exactly once, whatever dies.
 */
export const startRun = ({ job, client, fanOutClient, clock, explain, onProgress, tellTurns, checkpointer }: CaptureRunOptions): CaptureRun => {
  const { isView } = job
  const budget = (readsPerSecond: number) => budgetFor(readsPerSecond, isView ? VIEW_BYTES_PER_SECOND : Number.POSITIVE_INFINITY)
  const leased = job.dealtTurns && tellTurns ? createLeasedTurns(clock, budget(job.readsPerSecond), tellTurns) : null
  const governor = leased ?? createGovernor(clock, budget(job.readsPerSecond))
  const startedAt = clock.now()
  /** What may still be stored in this run. */
  let room = (): Room => ({ records: job.maxRecords ?? Number.POSITIVE_INFINITY, bytes: job.maxBytes ?? Number.POSITIVE_INFINITY })
  const duration = () => (job.until.type === 'duration' ? Math.max(0, startedAt + job.until.ms - clock.now()) : null)
  const progress = createProgressLog(job, governor, clock, () => ({ ...room(), duration: duration() }))
  const reporter = createReporter(clock, () => onProgress(progress.snapshot()))
  const stop = new AbortController()
  const pauseGate = createPauseGate()
  const troubled = new Set<string>()
  let capBytes = job.capBytes
  /** The file while it is being written. */
  const opened = Promise.withResolvers<{ writer: CaptureWriter; commits: GroupCommit }>()
  opened.promise.catch(() => {})
  let isOver = false

  const onTrouble = (shardId: string, fault: Fault | null, error: unknown) => {
    // Throttles show at their shard and expired iterators are everyday; the rest is for the person to know while it lasts.
    if (fault === null || fault === 'throttled' || fault === 'expired-iterator') troubled.delete(shardId)
    else troubled.add(shardId)
    if (troubled.size === 0) progress.failure = null
    else if (fault !== null) progress.failure = { ...explain(error).failure, retryable: true }
    reporter.changed()
  }

  const fanOut =
    job.fanOut === null || fanOutClient === undefined
      ? null
      : {
          client: fanOutClient,
          consumerArn: job.fanOut.consumerArn,
          onFallback: (_shardId: string, error: unknown) => {
            progress.fallback = explain(error).message
            reporter.changed()
          },
        }

  const openReading = (existing: ExistingCapture | null): Promise<StreamReading> =>
    openStream({
      client,
      streamArn: job.stream.arn,
      from: existing?.meta.from ?? job.from ?? { type: 'LATEST' },
      until: job.until,
      known: existing?.shards ?? [],
      createdAt: existing?.meta.streamCreatedAt ?? null,
      dueFrom: existing?.meta.dueFrom ?? null,
      maxShards: isView ? VIEW_SHARDS : null,
      governor,
      gate: createByteGate(MEMORY),
      clock,
      signal: stop.signal,
      ready: () => pauseGate.ready(),
      onShardState: (shardId, state) => {
        progress.shardState(shardId, state)
        reporter.changed()
      },
      onTrouble,
      fanOut,
    })

  /** Finds the stream before the file is touched, and opens the file before anything is read. */
  const begin = async (): Promise<{ reading: StreamReading; writer: CaptureWriter; known: readonly StoredShard[] }> => {
    let existing = lookAtTarget(job)
    progress.filter = filterOf(job.filter, existing?.meta ?? null)
    if (existing !== null) {
      assertSameSource(existing, job)
      progress.counted(existing.counters)
    }
    let reading = await openReading(existing)
    if (existing === null) {
      const meta = metaFor({ ...job, filter: progress.filter }, reading, clock.wall())
      return { reading, writer: createCapture(job.path, meta, { durable: job.durable }), known: [] }
    }
    const writer = continueCapture(job.path, { durable: job.durable })
    try {
      // Somebody may have captured into it between the look and the lock.
      const shards = writer.shards()
      if (JSON.stringify(shards) !== JSON.stringify(existing.shards)) {
        existing = { meta: writer.meta, shards, counters: writer.counters() }
        reading = await openReading(existing)
      }
      progress.from = existing.meta.from
      progress.createdAt = existing.meta.createdAt
      progress.name = existing.meta.name
      return { reading, writer, known: shards }
    } catch (error) {
      writer.close()
      throw error
    }
  }

  const record = async (reading: StreamReading, writer: CaptureWriter, known: readonly StoredShard[]): Promise<'complete' | 'full'> => {
    const commits = createGroupCommit(writer, () => clock.now())
    if (checkpointer !== undefined) writer.expectCheckpoints()
    opened.resolve({ writer, commits })
    let counters = writer.counters()
    const before = counters
    const accepts = accepting(progress.filter)
    if (job.until.type === 'now') progress.end = reading.stream.startedAt
    else if (job.until.type === 'time') progress.end = job.until.at
    const held = new Map(known.map(({ shard, checkpoint }) => [shard.shardId, checkpoint.heldFrom]))
    for (const { shard, checkpoint, records } of known) {
      progress.stored(shard.shardId, records, null)
      if (checkpoint.ended) progress.shardState(shard.shardId, 'ended')
    }
    progress.counted(counters)

    let isBroken = false
    const commit = () => {
      // After a write that failed the file stays as it is: what was acknowledged is in it.
      if (isBroken) return
      isBroken = true
      commits.commit()
      isBroken = false
      if (capBytes !== null) writer.capTo(capBytes)
      const stored = counters.bytes
      counters = writer.counters()
      checkpointer?.stored(Math.max(0, counters.bytes - stored))
      progress.counted(counters)
      reporter.changed('now')
    }
    room = () => ({
      records: job.maxRecords === null ? Number.POSITIVE_INFINITY : job.maxRecords - (counters.records - before.records) - commits.waitingRecords,
      bytes: job.maxBytes === null ? Number.POSITIVE_INFINITY : job.maxBytes - (counters.bytes - before.bytes) - commits.waitingBytes,
    })

    const takeShards = ({ shards, held: fresh, gaps }: Extract<StreamEvent, { type: 'shards' }>) => {
      // From here on a crash loses nothing: reading resumes from the held times.
      writer.putShards(shards, { held: fresh, gaps })
      for (const { shardId, heldFrom } of fresh) held.set(shardId, heldFrom)
      if (gaps.length > 0) commit()
    }
    const takePage = (page: ShardPage): 'more' | 'full' => {
      const { shardId, records, ended, gap, permit } = page
      progress.page(page)
      if (gap !== null) commits.addGap(gap)
      const heldFrom = held.get(shardId) ?? null
      for (const { rows, covered, filtered, isRest } of portions(records, room, accepts?.(shardId) ?? null)) {
        const isEnd = isRest && ended !== null
        if (rows.length > 0 || covered !== null || isEnd) {
          const checkpoint = { sequenceNumber: covered, ended: isEnd, heldFrom }
          commits.add({ shardId, records: rows, checkpoint, filtered }, isRest ? permit.release : undefined)
          progress.stored(shardId, rows.length, rows.at(-1)?.arrival ?? null)
        } else if (isRest) permit.release()
        // At a limit only the file can tell how many of the rows were new to it.
        if (isFull(room())) commit()
      }
      return isFull(room()) ? 'full' : 'more'
    }
    const take = (event: StreamEvent): 'more' | 'full' => {
      if (event.type === 'page') return takePage(event.page)
      if (event.type === 'shards') takeShards(event)
      else {
        const { shardId } = event.gap
        commits.addGap(event.gap)
        if (event.endsShard) {
          commits.add({ shardId, records: [], checkpoint: { sequenceNumber: null, ended: true, heldFrom: held.get(shardId) ?? null } })
        }
      }
      return 'more'
    }

    const events = reading.events()
    try {
      for await (const event of withIdleCommits(events, commits, commit, clock)) {
        if (take(event) === 'full') return 'full'
      }
      return 'complete'
    } finally {
      try {
        // Also after an error or a stop: what was read is stored before the last word.
        commit()
      } finally {
        // First the readers, as a generator that waits for them can't return.
        stop.abort(new Error('the capture is over'))
        await events.return(undefined).catch(() => {})
      }
    }
  }

  const run = async (): Promise<CaptureSnapshot> => {
    let writer: CaptureWriter | null = null
    try {
      const begun = await begin()
      ;({ writer } = begun)
      if (progress.state === 'starting') progress.state = pauseGate.isPaused ? 'paused' : 'reading'
      reporter.changed('now')
      await record(begun.reading, begun.writer, begun.known)
      progress.state = 'complete'
      progress.failure = null
    } catch (error) {
      if (stop.signal.aborted && error === stop.signal.reason) {
        progress.state = 'stopped'
        progress.failure = null
      } else {
        progress.state = 'failed'
        progress.failure = explain(error).failure
      }
    } finally {
      isOver = true
      opened.reject(notWritten())
      stop.abort(new Error('the capture is over'))
      if (writer !== null) {
        const last = countersOf(writer)
        await checkpointer?.close()
        writer.close()
        if (last !== null) progress.counted({ ...last, fileSize: sizeAfterClose(job.path, last.fileSize) })
      }
      reporter.close()
    }
    return progress.snapshot()
  }

  const finished = run()
  return {
    finished,
    snapshot: () => progress.snapshot(),
    pause() {
      pauseGate.pause()
      if (progress.state === 'reading') progress.state = 'paused'
      reporter.changed('now')
    },
    resume() {
      pauseGate.resume()
      if (progress.state === 'paused') progress.state = 'reading'
      reporter.changed('now')
    },
    async keep(name) {
      const { writer, commits } = await opened.promise
      if (isOver) throw notWritten()
      capBytes = null
      commits.commit()
      writer.rename(name)
      writer.makeDurable()
      progress.name = name
      reporter.changed('now')
    },
    setBudget(readsPerSecond) {
      governor.setBudget(budget(readsPerSecond))
      reporter.changed()
    },
    takeTurn: (turn) => leased?.dealt(turn),
    stop() {
      stop.abort(new Error('the capture was stopped'))
      pauseGate.resume()
    },
  }
}

const notWritten = (): KinescopeError => new KinescopeError('not-found', 'This capture is not being written.', { action: 'Start it again.' })

const countersOf = (writer: CaptureWriter) => {
  try {
    return writer.counters()
  } catch {
    // A disk that failed may fail here too; the reason is told already.
    return null
  }
}

const sizeAfterClose = (path: string, before: number): number => {
  try {
    return captureFileSize(path)
  } catch {
    return before
  }
}
