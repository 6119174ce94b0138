import { KinescopeError } from '#shared/model/error.ts'

export { failureOf } from '#shared/contract/failure-of.ts'

/** Whether an error only says that its own abort signal fired. */
export function isAbort(error: unknown): boolean {
  if (error instanceof KinescopeError) return error.code === 'cancelled'
  return error instanceof Error && error.name === 'AbortError'
}
