import { z } from 'zod'

/**
 * Everything that can go wrong, by what a person would do about it. The CLI turns the
 * usage codes into exit code 2, all others into 1 (see `electron/cli/exit-code.ts`).
 */
export const FailureCode = z.enum([
  'invalid-argument', // a value that can't be used: malformed ARN, bad time, bad option
  'bad-query', // a search line that does not parse; `position` says where
  'stream-not-found',
  'source-is-target', // a replay into its own source without the stream's name typed
  'read-only', // a write on a read-only connection
  'access-denied',
  'credentials', // missing, expired or unusable credentials
  'connection-refused', // nothing listens at the endpoint, or it hung up
  'timed-out',
  'throttled',
  'not-found', // a capture, view, row set or job that is no longer there
  'not-a-capture', // a file that is not a Kinescope capture
  'newer-capture', // a capture written by a newer version
  'damaged-capture',
  'other-stream', // continuing a capture with another stream
  'in-use', // a capture that another process writes
  'file-exists',
  'disk-full',
  'file-system', // any other file error: permissions, missing folder, I/O
  'port-in-use',
  'aws', // an answer of AWS that has no code of its own here
  'cancelled',
  'internal',
])
export type FailureCode = z.infer<typeof FailureCode>

/** An error as data, as it crosses the contract: what happened, why, and what to do next. */
export const Failure = z.object({
  code: FailureCode,
  /** What happened and why, one or two sentences; hostile text in it has been cleaned by `printable`. */
  message: z.string(),
  /** What to do about it, one sentence in the imperative; null where there is nothing to do. */
  action: z.string().nullable(),
  retryable: z.boolean(),
  /** AWS request id, where the error came from AWS. */
  requestId: z.string().nullable(),
  /** Offset in UTF-16 units into the query, for `bad-query`. */
  position: z.number().int().nonnegative().nullable(),
})
export type Failure = z.infer<typeof Failure>

/** A `Failure` that can be thrown; the contract carries `failure` and rebuilds this class on the other side. */
export class KinescopeError extends Error {
  readonly failure: Failure
  constructor(
    code: FailureCode,
    message: string,
    rest: Partial<Omit<Failure, 'code' | 'message'>> & { cause?: unknown } = {},
  ) {
    const { cause, ...fields } = rest
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'KinescopeError'
    this.failure = { action: null, retryable: false, requestId: null, position: null, ...fields, code, message }
  }
  get code(): FailureCode {
    return this.failure.code
  }
  static from(failure: Failure): KinescopeError {
    const { code, message, ...rest } = failure
    return new KinescopeError(code, message, rest)
  }
}
