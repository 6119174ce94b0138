import { createORPCClient, type ClientContext, type ClientLink, type ClientOptions } from '@orpc/client'
import type { Client } from '#shared/contract/contract.ts'
import { Failure, KinescopeError } from '#shared/model/error.ts'
import type { Transport } from './transport.ts'

/** `lost`: it was there and is being made again. */
export type LinkState = 'connecting' | 'open' | 'lost'

export interface Connected {
  client: Client
  state: () => LinkState
  watch: (listener: () => void) => () => void
  /** Tries again at once, as when the computer woke up. */
  retryNow: () => void
}

const firstWait = 250
const longestWait = 5_000

const lostFailure = (cause: unknown): KinescopeError =>
  new KinescopeError('connection-refused', 'The connection to the console was lost.', {
    action: 'It is being made again. If the console was stopped, start it and open the link that it prints.',
    retryable: true,
    cause,
  })

/**
 * The client over a transport that is made again whenever it is lost. A call that comes while there is none
 * waits for the next one until its signal ends it; calls that were under way fail, retryable. Every failure
 * is a `KinescopeError`.
 */
export function connect(open: () => Transport): Connected {
  let state: LinkState = 'connecting'
  let wasOpen = false
  const listeners = new Set<() => void>()
  const set = (next: LinkState): void => {
    state = next
    for (const listener of listeners) listener()
  }
  let next = Promise.withResolvers<Transport>()
  let waiting: ReturnType<typeof pause> | null = null

  const keepOpen = async (): Promise<never> => {
    let wait = firstWait
    for (;;) {
      const transport = open()
      try {
        await transport.ready
        wait = firstWait
        wasOpen = true
        next.resolve(transport)
        set('open')
        await transport.closed
        next = Promise.withResolvers()
      } catch {
        wait = Math.min(wait * 2, longestWait)
      }
      if (wasOpen) set('lost')
      waiting = pause(wait)
      await waiting.over
    }
  }
  void keepOpen()

  const link: ClientLink<ClientContext> = {
    async call(path, input, options) {
      const transport = await aborted(next.promise, options.signal)
      try {
        return rebuilt(await transport.link.call(path, input, options), options)
      } catch (error) {
        throw asKinescopeError(error, options)
      }
    },
  }
  return {
    client: createORPCClient<Client>(link),
    state: () => state,
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    retryNow: () => waiting?.end(),
  }
}

/** A wait of `ms` that can be ended early. */
function pause(ms: number): { over: Promise<void>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  return {
    over: promise,
    end: () => {
      clearTimeout(timer)
      resolve()
    },
  }
}

/** The promise, or the signal's reason if that comes first. */
async function aborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  signal.throwIfAborted()
  const end = Promise.withResolvers<never>()
  const stop = (): void => end.reject(signal.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError'))
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([promise, end.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** An error of the wire as what it was on the other side; our own abort stays an abort. */
function asKinescopeError(error: unknown, options: ClientOptions<ClientContext>): unknown {
  if (options.signal?.aborted || error instanceof KinescopeError) return error
  const carried = Failure.safeParse((error as { data?: unknown } | null)?.data)
  if (carried.success) return KinescopeError.from(carried.data)
  // An answer of the backend that is no failure of ours: an input that its contract refuses, or a fault in it.
  if (error instanceof Error && 'code' in error && 'status' in error) {
    return new KinescopeError('internal', error.message === '' ? 'Something went wrong inside Kinescope.' : error.message, { cause: error })
  }
  return lostFailure(error)
}

/** An event iterator whose failures are rebuilt as well; anything else as it is. */
function rebuilt(output: unknown, options: ClientOptions<ClientContext>): unknown {
  if (output === null || typeof output !== 'object' || !(Symbol.asyncIterator in output)) return output
  const source = (output as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  return {
    async next() {
      try {
        return await source.next()
      } catch (error) {
        throw asKinescopeError(error, options)
      }
    },
    async return(value?: unknown) {
      return (await source.return?.(value)) ?? { done: true, value }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
