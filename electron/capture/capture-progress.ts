import type { CaptureState, ShardProgress } from '#shared/model/capture.ts'
import type { Failure } from '#shared/model/error.ts'
import type { StartPosition } from '#shared/model/stream.ts'
import type { Governor } from '../kinesis/governor.ts'
import type { ShardPage } from '../kinesis/shard-reader.ts'
import { SHARD_LIMIT } from '../kinesis/governor.ts'
import type { ShardState } from '../kinesis/stream-reader.ts'
import type { CaptureCounters } from '../store/capture-rows.ts'
import { timeLeft } from './time-left.ts'
import type { Limits, Milestone } from './time-left.ts'
import { accountOf } from './capture-target.ts'
import type { CaptureJob, CaptureSnapshot } from './messages.ts'

/** Rates are over this many ms. */
const RATE_WINDOW = 3000

/** Everything that is told of a running capture, gathered as it comes. */
export interface CaptureProgressLog {
  state: CaptureState
  failure: Failure | null
  name: string | null
  from: StartPosition
  filter: string | null
  createdAt: number
  /** Why shards are read by polling though fan-out was asked for. */
  fallback: string | null
  /** The server's time (ms) at which the range ends; null where it has no end in time. */
  end: number | null
  /** What the file holds; the first call is where rates begin. */
  counted(counters: CaptureCounters): void
  shardState(shardId: string, state: ShardState): void
  page(page: ShardPage): void
  /** Rows on their way into the file, and the arrival of the last one (ms). */
  stored(shardId: string, records: number, reached: number | null): void
  snapshot(): CaptureSnapshot
}

export const nothingCounted: CaptureCounters = { records: 0, bytes: 0, fileSize: 0, gaps: 0, filtered: 0, firstArrival: null, lastArrival: null }

/** What may still be stored, and how long it may still take (ms): null where that is not limited. */
export type Rest = Pick<Limits, 'records' | 'bytes' | 'duration'>

/** What is told of a capture before anything is known. `now` is this machine's time, ms. */
export const firstSnapshot = (job: CaptureJob, now: number): CaptureSnapshot => ({
  ...nothingCounted,
  name: job.name,
  path: job.path,
  connectionId: job.connection.id,
  streamName: job.stream.name,
  streamArn: job.stream.arn,
  endpoint: job.connection.endpoint,
  region: job.connection.region,
  account: accountOf(job),
  from: job.from ?? { type: 'LATEST' },
  filter: job.filter,
  state: 'starting',
  failure: null,
  createdAt: now,
  recordsPerSecond: 0,
  bytesPerSecond: 0,
  millisBehind: null,
  readsPerSecond: 0,
  readBudget: Math.min(job.readsPerSecond, SHARD_LIMIT.callsPerSecond),
  way: job.fanOut === null ? 'polling' : 'fan-out',
  fallback: null,
  end: null,
  remaining: null,
  shards: [],
})

export const createProgressLog = (job: CaptureJob, governor: Governor, clock: { now(): number; wall(): number }, rest: () => Rest): CaptureProgressLog => {
  const base = firstSnapshot(job, clock.wall())
  const shards = new Map<string, ShardProgress>()
  /** The server's time up to which a shard was read, ms. */
  const readTo = new Map<string, number>()
  let counters = nothingCounted
  let samples: ({ records: number; bytes: number } & Milestone)[] = []

  const shard = (shardId: string): ShardProgress => {
    const known = shards.get(shardId)
    if (known) return known
    const made: ShardProgress = { shardId, state: 'waiting', records: 0, reached: null, millisBehind: null }
    shards.set(shardId, made)
    return made
  }
  const rates = () => {
    const now = clock.now()
    // The last sample before the window is where it begins.
    const recent = samples.findLastIndex(({ at }) => at <= now - RATE_WINDOW)
    samples = samples.slice(Math.max(0, recent))
    const [first] = samples
    if (first === undefined) return { recordsPerSecond: 0, bytesPerSecond: 0 }
    const seconds = Math.max(1000, Math.min(now - first.at, RATE_WINDOW)) / 1000
    return {
      recordsPerSecond: Math.max(0, counters.records - first.records) / seconds,
      bytesPerSecond: Math.max(0, counters.bytes - first.bytes) / seconds,
    }
  }
  const worstLag = (): number | null => {
    let worst: number | null = null
    for (const { state, millisBehind } of shards.values()) {
      if (state === 'ended' || state === 'left-out' || millisBehind === null) continue
      worst = Math.max(worst ?? 0, millisBehind)
    }
    return worst
  }

  const toGo = (end: number | null): number | null => {
    if (end === null) return null
    let most: number | null = null
    for (const { shardId, state } of shards.values()) {
      const to = readTo.get(shardId)
      if (state === 'ended' || state === 'left-out' || to === undefined) continue
      most = Math.max(most ?? 0, end - to)
    }
    return most
  }

  return {
    state: 'starting',
    failure: null,
    name: job.name,
    from: base.from,
    filter: base.filter,
    fallback: null,
    end: null,
    createdAt: base.createdAt,
    counted(next) {
      counters = next
      samples.push({ at: clock.now(), records: next.records, bytes: next.bytes, toGo: toGo(this.end) })
    },
    shardState(shardId, state) {
      shard(shardId).state = state
    },
    page({ shardId, millisBehind, date }) {
      shard(shardId).millisBehind = millisBehind
      if (date !== null && millisBehind !== null) readTo.set(shardId, date - millisBehind)
    },
    stored(shardId, records, reached) {
      const progress = shard(shardId)
      progress.records += records
      progress.reached = reached ?? progress.reached
    },
    snapshot() {
      const pace = rates()
      const isReading = this.state === 'reading'
      return {
        ...base,
        ...counters,
        ...pace,
        filter: this.filter,
        fallback: this.fallback,
        end: this.end,
        remaining: isReading ? timeLeft(samples[0], { at: clock.now(), toGo: toGo(this.end) }, { ...rest(), ...pace }) : null,
        name: this.name,
        from: this.from,
        createdAt: this.createdAt,
        state: this.state,
        failure: this.failure,
        millisBehind: worstLag(),
        readsPerSecond: governor.busiest(),
        readBudget: Math.min(governor.budget.callsPerSecond, SHARD_LIMIT.callsPerSecond),
        shards: [...shards.values()].map((progress) => ({ ...progress })),
      }
    },
  }
}
