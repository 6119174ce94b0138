import type { Clock } from './clock.ts'
import { fullJitter } from './clock.ts'
import { faultOf } from './fault.ts'
import type { Fault } from './fault.ts'

export interface RequestContext {
  clock: Clock
  signal?: AbortSignal | undefined
}

/** Ms until a call that is not answered counts as lost: a GetRecords that hung for ten minutes has been seen (aws-sdk-go 1037). */
export const DEADLINE = { control: 15_000, data: 30_000 } as const

/** The answer did not come before the deadline. */
export class DeadlineError extends Error {
  override readonly name = 'TimeoutError'
}

/**
 * Runs a call with a deadline and the caller's signal. Races it too: a call that does not listen to its
 * abort signal (aws-sdk-js-v3 3809) must not hold the reader.
 */
export const withDeadline = async <T>(
  call: (signal: AbortSignal) => Promise<T>,
  ms: number,
  { clock, signal }: RequestContext,
): Promise<T> => {
  signal?.throwIfAborted()
  const own = new AbortController()
  const stopTimer = new AbortController()
  const abort = () => own.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  const deadline = clock.sleep(ms, stopTimer.signal).then(() => {
    const error = new DeadlineError(`no answer within ${ms} ms`)
    own.abort(error)
    throw error
  })
  const aborted = new Promise<never>((_, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason as Error), { once: true })
  })
  deadline.catch(() => {})
  aborted.catch(() => {})
  try {
    return await Promise.race([call(own.signal), deadline, aborted])
  } finally {
    signal?.removeEventListener('abort', abort)
    stopTimer.abort()
  }
}

/** How long each kind of fault is retried, in ms of trying: backoff and waiting for answers, not time asleep. */
export type Patience = Partial<Record<Fault, number>>

/** For calls that a person waits for: throttles pass, a connection that is refused does not. */
export const INTERACTIVE: Patience = { throttled: 20_000, network: 3000, server: 5000, 'clock-skew': 3000, 'stale-credentials': 3000 }

/**
 * For a capture that is under way. Throttles never end it; a lost network for 60 s does.
 */
export const ENDURING: Patience = {
  throttled: Number.POSITIVE_INFINITY,
  network: 60_000,
  refused: 60_000,
  server: 300_000,
  'clock-skew': 10_000,
  'stale-credentials': 30_000,
  'expired-iterator': 300_000,
}

/**
 * Counts the trouble of one caller. Time is counted as what was planned and waited for, never as the
 * difference of two clock readings around a sleep of the whole machine: a laptop that was closed
 * over night must not find its patience used up.
 */
export const createTrouble = ({ clock, signal }: RequestContext, patience: Patience) => {
  let attempt = 0
  // By kind, so that faults which take turns still come to an end; a refused connection is a lost network.
  const spent = new Map<Fault, number>()
  let current: Fault | null = null
  return {
    get fault(): Fault | null {
      return current
    },
    /** The call went well. */
    over(): void {
      attempt = 0
      spent.clear()
      current = null
    },
    /** Waits before the next try, or throws the error when it is not worth one. `took` is how long the failed call ran, in ms. */
    async endure(error: unknown, took: number): Promise<Fault> {
      const fault = faultOf(error, signal)
      const limit = patience[fault] ?? 0
      const kind = fault === 'refused' ? 'network' : fault
      // A call that ran on far beyond its deadline slept with the machine: that was no try.
      const tried = took > 2 * DEADLINE.data ? 0 : Math.min(took, DEADLINE.data)
      const before = (spent.get(kind) ?? 0) + tried
      if (before >= limit) throw error
      current = fault
      const delay = fullJitter(attempt, () => clock.random())
      attempt += 1
      spent.set(kind, before + delay)
      await clock.sleep(delay, signal)
      return fault
    },
  }
}

/** One control-plane call: a deadline for each try, and retries as long as the patience allows. */
export const request = async <T>(
  call: (signal: AbortSignal) => Promise<T>,
  context: RequestContext,
  patience: Patience = INTERACTIVE,
  deadline: number = DEADLINE.control,
): Promise<T> => {
  const trouble = createTrouble(context, patience)
  for (;;) {
    const started = context.clock.now()
    try {
      return await withDeadline(call, deadline, context)
    } catch (error) {
      await trouble.endure(error, context.clock.now() - started)
    }
  }
}
