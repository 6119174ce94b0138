import { ORPCError } from '@orpc/client'
import { Failure, KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'

/** Whatever was thrown, as a sentence with what to do about it. */
export function failureOf(error: unknown): Failure {
  if (error instanceof KinescopeError) return error.failure
  if (error instanceof ORPCError) {
    const failure = Failure.safeParse(error.data)
    if (failure.success) return failure.data
    if (error.code === 'BAD_REQUEST') {
      return new KinescopeError('invalid-argument', 'A value on the command line is too long or of the wrong kind.', {
        action: 'Check the arguments; --help shows them.',
      }).failure
    }
  }
  const text = printable(error instanceof Error ? error.message : String(error))
  return new KinescopeError('internal', `Something went wrong inside Kinescope: ${text}`, {
    action: 'Try again; if it happens again, report it with this message.',
  }).failure
}
