import { setTimeout as timer } from 'node:timers/promises'

/** Time and chance, passed in, so that every core of this folder runs under a virtual clock. */
export interface Clock {
  /** Monotonic ms: a jump of the wall clock does not show in it. */
  now(): number
  /** Ms since the epoch by this machine. Never compared with times of the server, only a stand-in where it tells none. */
  wall(): number
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** In [0, 1). */
  random(): number
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await timer(Math.max(0, ms), undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
  random: () => Math.random(),
}

/**
 * Full-jitter backoff: anything between 0 and an exponentially growing cap, so that readers
 * that failed together don't come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export const fullJitter = (attempt: number, random: () => number, { base = 200, cap = 5000 } = {}): number =>
  random() * Math.min(cap, base * 2 ** Math.min(attempt, 30))
