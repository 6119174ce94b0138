import type { Clock } from '../../../electron/kinesis/clock.ts'

/** A clock whose time passes only while nothing else can happen. */
export interface VirtualClock extends Clock {
  /** Lets time pass until the promise settles; fails when it can't any more. */
  run<T>(promise: Promise<T>): Promise<T>
}

interface Timer {
  at: number
  wake: () => void
}

export const virtualClock = (random: () => number = () => 0.5): VirtualClock => {
  let time = 0
  let timers: Timer[] = []
  return {
    now: () => time,
    wall: () => time,
    random,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error)
          return
        }
        const abort = () => {
          timers = timers.filter((other) => other !== timer)
          reject(signal?.reason as Error)
        }
        const timer: Timer = {
          at: time + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        signal?.addEventListener('abort', abort, { once: true })
        timers.push(timer)
      }),
    async run(promise) {
      let settled = false
      const done = () => {
        settled = true
      }
      void promise.catch(() => {}).finally(done)
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve))
        if (settled) return promise
        const next = timers.toSorted((a, b) => a.at - b.at)[0]
        if (next === undefined) throw new Error('nothing is under way any more, and the promise is not settled')
        timers = timers.filter((timer) => timer !== next)
        time = Math.max(time, next.at)
        next.wake()
      }
    },
  }
}
