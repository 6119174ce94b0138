import { Failure, KinescopeError } from '../model/error.ts'

/**
 * What went wrong, whichever way a call of the contract failed: the `Failure` it carries; input that
 * was refused before it was looked at; or a transport that broke.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof KinescopeError) return error.failure
  const { code, data, message, name } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  if (code === 'FAILED') {
    const failure = Failure.safeParse(data)
    if (failure.success) return failure.data
  }
  if (name === 'AbortError') return new KinescopeError('cancelled', 'Cancelled.').failure
  if (code === 'BAD_REQUEST') {
    return new KinescopeError('invalid-argument', `A value was refused: ${refusals(data)}.`, { action: 'Correct it and try again.' }).failure
  }
  return new KinescopeError('internal', typeof message === 'string' && message !== '' ? message : 'The console lost its backend.', {
    action: 'Try again.',
    retryable: true,
  }).failure
}

/** zod's issues, as oRPC sends them: `path: message`, at most three. */
function refusals(data: unknown): string {
  const issues = (data as { issues?: { path?: unknown[]; message?: string }[] } | undefined)?.issues ?? []
  const told = issues.slice(0, 3).map(({ path = [], message = 'invalid' }) => [path.join('.'), message].filter((part) => part !== '').join(': '))
  return told.join('; ') || 'it is not what the contract asks for'
}
