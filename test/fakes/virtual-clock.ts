import type { Clock } from '../../electron/kinesis/clock.ts'

export interface VirtualClock extends Clock {
  /** How many sleeps are being waited for. */
  readonly sleepers: number
  /** The machine slept: so many ms passed at once, and what was due meanwhile comes late. */
  jump(ms: number): void
}

/** Some time in 2026, so that dates look like dates. */
export const VIRTUAL_START = Date.UTC(2026, 10, 23, 8, 0, 0)

/**
 * Time that passes only while everybody sleeps: when nothing else is left to run, it jumps to the earliest
 * end of a sleep. `random` is a fixed sequence (mulberry32), the same in each run.
 */
export const createVirtualClock = (seed = 1): VirtualClock => {
  let now = 0
  let state = seed
  let isRunning = false
  const timers: { at: number; wake: () => void }[] = []
  const run = () => {
    if (timers.length === 0) {
      isRunning = false
      return
    }
    timers.sort((a, b) => a.at - b.at)
    const next = timers.shift()
    if (next === undefined) return
    now = Math.max(now, next.at)
    next.wake()
    setImmediate(run)
  }
  return {
    now: () => now,
    wall: () => VIRTUAL_START + now,
    random: () => {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
    },
    get sleepers() {
      return timers.length
    },
    jump(ms) {
      now += ms
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const timer = {
          at: now + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', leave)
            resolve()
          },
        }
        const leave = () => {
          const at = timers.indexOf(timer)
          if (at >= 0) timers.splice(at, 1)
          reject(signal?.reason as Error)
        }
        signal?.addEventListener('abort', leave, { once: true })
        timers.push(timer)
        if (!isRunning) {
          isRunning = true
          setImmediate(run)
        }
      }),
  }
}
