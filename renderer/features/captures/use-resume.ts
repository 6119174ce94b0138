import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { CaptureInfo } from '#shared/model/capture.ts'
import type { Failure } from '#shared/model/error.ts'
import { failureOf } from '../../data/failure.ts'
import { useClient } from '../../platform/client.ts'

export interface Resuming {
  /** Reads on into captures, all at once. */
  run: (captures: readonly CaptureInfo[]) => void
  pending: ReadonlySet<string>
  /** Why the last attempt failed, by id. */
  failures: ReadonlyMap<string, Failure>
}

/** Reads on into captures that were cut off, each with its own outcome. */
export function useResume(): Resuming {
  const client = useClient()
  const queries = useQueryClient()
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set())
  const [failures, setFailures] = useState<ReadonlyMap<string, Failure>>(new Map())
  const resume = async ({ id }: CaptureInfo): Promise<void> => {
    setPending((before) => new Set(before).add(id))
    setFailures((before) => new Map([...before].filter(([known]) => known !== id)))
    try {
      queries.setQueryData(['capture', id], await client.captures.resumeReading({ id }))
    } catch (error) {
      setFailures((before) => new Map(before).set(id, failureOf(error)))
    } finally {
      setPending((before) => new Set([...before].filter((known) => known !== id)))
    }
  }
  return { run: (captures) => captures.forEach((capture) => void resume(capture)), pending, failures }
}

/** Whether reading on into it can be asked for: a kept capture that is not read now, and says where it came from. */
export function canResume({ name, state, held, connectionId, failure }: CaptureInfo): boolean {
  if (name === null || held === 'elsewhere' || state === 'starting' || state === 'reading' || state === 'paused') return false
  if (held === 'interrupted') return true
  return connectionId !== null && failure?.code !== 'damaged-capture'
}
