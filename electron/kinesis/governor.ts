import type { Clock } from './clock.ts'

/** What readers of one stream may take. Infinity means: not governed. */
export interface ReadBudget {
  /** GetRecords calls a second and shard. */
  callsPerSecond: number
  /** Bytes a second and shard. */
  bytesPerSecond: number
  /** Bytes a second over all shards. */
  streamBytesPerSecond: number
}

/** What AWS allows all consumers of a shard together: 5 reads and 2 MiB a second. */
export const SHARD_LIMIT = { callsPerSecond: 5, bytesPerSecond: 2 * 1024 * 1024 } as const

/** A live view reads at most this much over all its shards. */
export const VIEW_BYTES_PER_SECOND = 8 * 1024 * 1024

/**
 * The budget for so many reads a second: 2 of the 5 come with half of the shard's bytes, 4 with all of them.
 * Infinity switches the governor off, for servers without limits.
 */
export const budgetFor = (readsPerSecond: number, streamBytesPerSecond = Number.POSITIVE_INFINITY): ReadBudget => ({
  callsPerSecond: readsPerSecond,
  bytesPerSecond: Number.isFinite(readsPerSecond)
    ? Math.min(1, readsPerSecond / 4) * SHARD_LIMIT.bytesPerSecond
    : Number.POSITIVE_INFINITY,
  streamBytesPerSecond,
})

/** A throttle with our own use within the budget means that another consumer is there: take half, but never less than this share. */
export const SMALLEST_SHARE = 1 / 8
/** An undisturbed shard gets a tenth of its budget back in this many ms. */
export const RECOVERY_STEP = 10_000

/** Meters one rate: what was taken pushes the time of the next taking ahead, so no window ever holds more than its rate and one taking. */
interface Meter {
  /** From when on there is nothing owed, ms of the clock. */
  free: number
}

interface ShardMeters {
  calls: Meter
  bytes: Meter
  iterators: Meter
  share: number
  disturbed: number
  /** Times of the calls of the last two seconds, for the status bar. */
  recent: number[]
}

/** What a reader needs of a governor: its turns, whoever deals them. */
export interface ReadTurns {
  /** Resolves when a GetRecords call of the shard is due: it is to be made at once. Rejects with the signal's reason. */
  call(shardId: string, signal: AbortSignal): Promise<void>
  /** The same for GetShardIterator. */
  iterator(shardId: string, signal: AbortSignal): Promise<void>
  /** The call is over and brought so many bytes: later calls wait until they are paid off. */
  spent(shardId: string, bytes: number): void
  /** The shard refused a call: halves what we take of it. */
  throttled(shardId: string): void
  forget(shardId: string): void
}

export interface Governor extends ReadTurns {
  /**
   * Takes a GetRecords call when it is due and returns 0, else takes nothing and returns the ms until it may be asked again.
   */
  take(shardId: string): number
  /** The same for GetShardIterator, which has a limit of its own: 5 a second and shard. */
  takeIterator(shardId: string): number
  setBudget(budget: ReadBudget): void
  readonly budget: ReadBudget
  /** Calls a second on the busiest shard, over the last two seconds. */
  busiest(): number
}

const charge = (meter: Meter, now: number, amount: number, rate: number): void => {
  if (!Number.isFinite(rate)) return
  meter.free = Math.max(meter.free, now) + (amount / rate) * 1000
}

/** One read budget over all shards of a stream, for one reader of it. Pure but for the clock. */
export const createGovernor = (clock: Pick<Clock, 'now' | 'sleep'>, initial: ReadBudget): Governor => {
  let budget = initial
  const shards = new Map<string, ShardMeters>()
  const all: Meter = { free: 0 }

  const metersOf = (shardId: string): ShardMeters => {
    const known = shards.get(shardId)
    if (known) return known
    const made: ShardMeters = { calls: { free: 0 }, bytes: { free: 0 }, iterators: { free: 0 }, share: 1, disturbed: 0, recent: [] }
    shards.set(shardId, made)
    return made
  }
  const shareOf = (meters: ShardMeters, now: number): number => {
    const steps = Math.floor((now - meters.disturbed) / RECOVERY_STEP)
    if (meters.share < 1 && steps > 0) {
      meters.share = Math.min(1, meters.share + steps * 0.1)
      meters.disturbed += steps * RECOVERY_STEP
    }
    return meters.share
  }
  const keepRecent = (meters: ShardMeters, now: number) => {
    while ((meters.recent[0] ?? now) < now - 2000) meters.recent.shift()
  }

  const taken = async (take: (shardId: string) => number, shardId: string, signal: AbortSignal) => {
    for (let wait = take(shardId); wait > 0; wait = take(shardId)) await clock.sleep(Math.min(wait, 1000), signal)
  }

  return {
    call(shardId, signal) {
      return taken(this.take, shardId, signal)
    },
    iterator(shardId, signal) {
      return taken(this.takeIterator, shardId, signal)
    },
    take(shardId) {
      const now = clock.now()
      const meters = metersOf(shardId)
      const wait = Math.max(meters.calls.free, meters.bytes.free, all.free) - now
      if (wait > 0) return wait
      charge(meters.calls, now, 1, budget.callsPerSecond * shareOf(meters, now))
      meters.recent.push(now)
      keepRecent(meters, now)
      return 0
    },
    takeIterator(shardId) {
      const now = clock.now()
      const meters = metersOf(shardId)
      if (meters.iterators.free > now) return meters.iterators.free - now
      charge(meters.iterators, now, 1, Math.min(SHARD_LIMIT.callsPerSecond / 2, budget.callsPerSecond))
      return 0
    },
    spent(shardId, bytes) {
      const now = clock.now()
      const meters = metersOf(shardId)
      charge(meters.bytes, now, bytes, budget.bytesPerSecond * shareOf(meters, now))
      charge(all, now, bytes, budget.streamBytesPerSecond)
    },
    throttled(shardId) {
      const now = clock.now()
      const meters = metersOf(shardId)
      meters.share = Math.max(SMALLEST_SHARE, shareOf(meters, now) / 2)
      meters.disturbed = now
    },
    setBudget(next) {
      const now = clock.now()
      // A wait that was set at a lower rate must not outlast it.
      const scale = next.callsPerSecond / budget.callsPerSecond
      if (scale > 1) {
        for (const { calls } of shards.values()) if (calls.free > now) calls.free = now + (calls.free - now) / scale
      }
      budget = next
    },
    get budget() {
      return budget
    },
    busiest() {
      const now = clock.now()
      let most = 0
      for (const meters of shards.values()) {
        keepRecent(meters, now)
        most = Math.max(most, meters.recent.length)
      }
      return most / 2
    },
    forget(shardId) {
      shards.delete(shardId)
    },
  }
}
