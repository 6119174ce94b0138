import { useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '#shared/model/error.ts'
import { failureOf } from '../data/failure.ts'

export interface Job<T> {
  state: 'idle' | 'running' | 'done' | 'failed' | 'stopped'
  last: T | null
  failure: Failure | null
  run: (open: (signal: AbortSignal) => Promise<AsyncIterable<T>>) => void
  stop: () => void
}

/** A piece of work that tells how far it has come; it ends with the component, or when it is stopped. */
export function useJob<T>(): Job<T> {
  const [state, setState] = useState<Omit<Job<T>, 'run' | 'stop'>>({ state: 'idle', last: null, failure: null })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const run = useCallback((open: (signal: AbortSignal) => Promise<AsyncIterable<T>>) => {
    const life = new AbortController()
    running.current?.abort()
    running.current = life
    setState({ state: 'running', last: null, failure: null })
    const go = async () => {
      try {
        for await (const last of await open(life.signal)) {
          if (life.signal.aborted) return
          setState({ state: 'running', last, failure: null })
        }
        if (!life.signal.aborted) setState((before) => ({ ...before, state: 'done' }))
      } catch (error) {
        if (!life.signal.aborted) setState((before) => ({ ...before, state: 'failed', failure: failureOf(error) }))
      }
    }
    void go()
  }, [])
  const stop = useCallback(() => {
    running.current?.abort()
    setState((before) => ({ ...before, state: 'stopped' }))
  }, [])
  return { ...state, run, stop }
}
