import type { Failure } from '#shared/model/error.ts'
import { failureOf } from './failure.ts'

/** The last value of an event iterator, and how its subscription stands. */
export interface Live<T> {
  value: T | undefined
  /** Why it failed, or why it is being tried again; the last value stays beside it. */
  failure: Failure | null
  state: 'connecting' | 'live' | 'retrying' | 'ended' | 'failed'
}

export interface LiveStore<T> {
  get(): Live<T>
  subscribe(changed: () => void): () => void
  /** Asks again after it has ended or failed, for who knows that there is more; does nothing otherwise. */
  renew(): void
}

export type OpenStream<T> = (signal: AbortSignal) => Promise<AsyncIterable<T>>

/** First and longest wait in ms before a broken subscription is opened again. */
const FIRST_RETRY = 250
const LAST_RETRY = 5_000

/**
 * One subscription for all who show its value: opened by the first subscriber, aborted
 * when the last has gone, opened again after the transport broke. A typed failure that is
 * not retryable ends it.
 *
 * `linger` ms keep it open for a subscriber that comes right back, as a remounted view does.
 */
export function createLiveStore<T>(open: OpenStream<T>, linger = 100): LiveStore<T> {
  let current: Live<T> = { value: undefined, failure: null, state: 'connecting' }
  let running: AbortController | null = null
  let closing: ReturnType<typeof setTimeout> | undefined
  const listeners = new Set<() => void>()

  const set = (next: Live<T>) => {
    current = next
    for (const changed of listeners) changed()
  }

  const run = async (signal: AbortSignal) => {
    let wait = FIRST_RETRY
    while (!signal.aborted) {
      try {
        const events = await open(signal)
        for await (const value of events) {
          if (signal.aborted) return
          wait = FIRST_RETRY
          set({ value, failure: null, state: 'live' })
        }
        if (!signal.aborted) set({ ...current, state: 'ended' })
        return
      } catch (error) {
        if (signal.aborted) return
        const failure = failureOf(error)
        if (!failure.retryable) {
          set({ ...current, failure, state: 'failed' })
          return
        }
        set({ ...current, failure, state: 'retrying' })
        await pause(wait, signal)
        wait = Math.min(wait * 2, LAST_RETRY)
      }
    }
  }

  return {
    get: () => current,
    renew() {
      if (running === null || (current.state !== 'ended' && current.state !== 'failed')) return
      running = new AbortController()
      set({ value: current.value, failure: null, state: 'connecting' })
      void run(running.signal)
    },
    subscribe(changed) {
      listeners.add(changed)
      clearTimeout(closing)
      if (running === null) {
        running = new AbortController()
        if (current.state !== 'connecting') current = { value: current.value, failure: null, state: 'connecting' }
        void run(running.signal)
      }
      return () => {
        listeners.delete(changed)
        if (listeners.size > 0) return
        closing = setTimeout(() => {
          running?.abort()
          running = null
        }, linger)
      }
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
