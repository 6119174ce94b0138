import { Failure, KinescopeError } from '#shared/model/error.ts'

/**
 * What an error of any kind says to a person. Errors of the contract carry a `Failure` as
 * their data; anything else is our own fault or the transport's, and says so.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof KinescopeError) return error.failure
  const carried = Failure.safeParse((error as { data?: unknown } | null)?.data)
  if (carried.success) return carried.data
  return {
    code: 'internal',
    message: error instanceof Error && error.message !== '' ? error.message : 'Something went wrong inside Kinescope.',
    action: 'Try it again.',
    retryable: true,
    requestId: null,
    position: null,
  }
}

/** Whether an error only says that its own abort signal fired. */
export function isAbort(error: unknown): boolean {
  if (error instanceof KinescopeError) return error.code === 'cancelled'
  return error instanceof Error && error.name === 'AbortError'
}
