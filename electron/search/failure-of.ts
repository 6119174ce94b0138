import type { Failure } from '#shared/model/error.ts'
import { KinescopeError } from '#shared/model/error.ts'

/** An error as data, as it leaves a worker. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof KinescopeError) return error.failure
  const message = error instanceof Error ? error.message : String(error)
  return new KinescopeError('internal', `The search failed: ${message}`, { action: 'Try again, and report it if it happens again.' }).failure
}

export const cancelled = (): KinescopeError => new KinescopeError('cancelled', 'The search was stopped.')

export const noSuchRows = (): KinescopeError =>
  new KinescopeError('not-found', 'These rows are no longer open.', { action: 'Open the capture or the stream again.' })
