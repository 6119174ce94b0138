import { ORPCError } from '@orpc/server'
import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'

/** Any error as the contract's one typed error. What is no `KinescopeError` is ours to mend: it is logged, and said plainly. */
export function toContractError(error: unknown, log: (line: string) => void): unknown {
  if (error instanceof ORPCError) return error
  if (error instanceof KinescopeError) return new ORPCError('FAILED', { status: 500, message: error.message, data: error.failure })
  if (error instanceof Error && error.name === 'AbortError') {
    return toContractError(new KinescopeError('cancelled', 'Cancelled.'), log)
  }
  const text = printable(error instanceof Error ? error.message : String(error))
  log(`internal error: ${error instanceof Error ? (error.stack ?? text) : text}`)
  return toContractError(
    new KinescopeError('internal', `Something went wrong inside Kinescope: ${text}`, {
      action: 'Try again; if it happens again, report it with the log.',
    }),
    log,
  )
}

/** The same values, with errors thrown on the way turned into the contract's. */
export async function* mapFailures<T>(source: AsyncIterable<T>, log: (line: string) => void): AsyncGenerator<T, void, void> {
  try {
    yield* source
  } catch (error) {
    throw toContractError(error, log)
  }
}
