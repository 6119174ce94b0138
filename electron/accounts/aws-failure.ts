import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { refusals, refusedCredentials } from './credential-failure.ts'
import { couldNot, type FailureContext, type ForeignError, readError } from './failure-context.ts'
import { foreignSentence } from './foreign-text.ts'
import { networkFailure } from './network-failure.ts'

export type { FailureContext } from './failure-context.ts'

/**
 * Any error of the SDK, the network or the file system as a sentence with an action. A `KinescopeError` stays
 * what it is. The original is not kept as a cause: it carries the request, signed with a session token.
 */
export const awsFailure = (thrown: unknown, context: FailureContext): KinescopeError => {
  if (thrown instanceof KinescopeError) return thrown
  const error = readError(thrown)
  if (error.name === 'AbortError' || error.code === 'ABORT_ERR') return new KinescopeError('cancelled', 'Cancelled.')
  const known = Object.hasOwn(byName, error.name) ? byName[error.name]?.(error, context) : undefined
  return (
    known ??
    (refusals.has(error.name) ? refusedCredentials(error, context) : null) ??
    networkFailure(error, context) ??
    fileFailure(error, context) ??
    unknownFailure(error, context)
  )
}

type Say = (error: ForeignError, context: FailureContext) => KinescopeError

/** "stream orders in account 111122223333, eu-west-1", with what is known of it. */
const streamIn = (error: ForeignError, { stream, region }: FailureContext): string => {
  const arn = /^arn:[^:]*:kinesis:([^:]*):(\d{12}):stream\/(.+)$/.exec(stream ?? '')
  const account = /account (\d{12})/.exec(error.message)?.[1] ?? arn?.[2]
  const name = arn?.[3] ?? stream ?? /[Ss]tream (\S{1,128})/.exec(error.message)?.[1]
  const place = [account === undefined ? '' : `account ${account}`, printable(arn?.[1] ?? region ?? '')].filter(Boolean).join(', ')
  return `stream${name === undefined ? '' : ` ${printable(name.slice(0, 200))}`}${place === '' ? '' : ` in ${place}`}`
}

const notFound: Say = (error, context) => {
  const isOther = /consumer|shardid|\bshard\b|channel|policy/i.test(error.message) && !error.message.startsWith('Stream ')
  if (isOther) {
    return new KinescopeError('not-found', `${couldNot(context)}. ${foreignSentence(error.message)}`.trim(), {
      action: 'Look at the stream again: it may have changed.',
      requestId: error.requestId,
    })
  }
  return new KinescopeError('stream-not-found', `There is no ${streamIn(error, context)}.`, {
    action: 'Check the name, the region and the account; names are case-sensitive.',
    requestId: error.requestId,
  })
}

const accessDenied: Say = (error, context) => {
  const missing = /(?:perform|required permission|action)s?:?\s+([a-z0-9-]+:[A-Za-z*]+)/.exec(error.message)?.[1]
  return new KinescopeError('access-denied', `${couldNot(context)}: access denied. ${foreignSentence(error.message)}`.trim(), {
    action:
      missing === undefined
        ? 'Ask for the permission, or use another profile.'
        : `Ask for ${missing}${/explicit deny/i.test(error.message) ? ' to be taken out of the policy that denies it' : ''}, or use another profile.`,
    requestId: error.requestId,
  })
}

const throttled: Say = (error, context) =>
  new KinescopeError('throttled', `${couldNot(context)}: AWS asks to slow down, a limit on calls or throughput is used up.`, {
    action: 'Try again in a few seconds; other readers and writers share the same limit.',
    retryable: true,
    requestId: error.requestId,
  })

/** Too many calls a second, or more of something than the account may have: AWS has one name for both. */
const limited: Say = (error, context) =>
  /rate exceeded|slow down|concurrent|simultaneous/i.test(error.message) || error.message === ''
    ? throttled(error, context)
    : new KinescopeError('aws', `${couldNot(context)}: a limit of the account is reached. ${foreignSentence(error.message)}`, {
        action: 'Remove what is not needed, or ask AWS for a higher quota.',
        requestId: error.requestId,
      })

const invalid: Say = (error, context) =>
  new KinescopeError('invalid-argument', `${couldNot(context)}. ${foreignSentence(error.message)}`.trim(), {
    action: 'Check the value that it names.',
    requestId: error.requestId,
  })

const plain =
  (why: string, action: string, retryable: boolean): Say =>
  (error, context) =>
    new KinescopeError('aws', `${couldNot(context)}: ${why}`, { action, retryable, requestId: error.requestId })

const key = 'Check the state of the KMS key that the stream is encrypted with.'

const byName: Readonly<Record<string, Say>> = {
  ResourceNotFoundException: notFound,
  AccessDeniedException: accessDenied,
  AccessDenied: accessDenied,
  KMSAccessDeniedException: (error, context) =>
    new KinescopeError('access-denied', `${couldNot(context)}: the KMS key of the stream may not be used. ${foreignSentence(error.message)}`.trim(), {
      action: "Ask for kms:Decrypt (to write: kms:GenerateDataKey) on the stream's key.",
      requestId: error.requestId,
    }),
  KMSDisabledException: plain('the KMS key of the stream is disabled.', key, false),
  KMSInvalidStateException: plain('the KMS key of the stream cannot be used in its present state.', key, false),
  KMSNotFoundException: plain('the KMS key of the stream is gone.', key, false),
  KMSOptInRequired: plain('the account has not been signed up for KMS.', key, false),
  ProvisionedThroughputExceededException: throttled,
  KMSThrottlingException: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  RequestLimitExceeded: throttled,
  TooManyRequestsException: throttled,
  SlowDown: throttled,
  LimitExceededException: limited,
  InvalidArgumentException: invalid,
  ValidationException: invalid,
  SerializationException: invalid,
  ResourceInUseException: plain('the stream is being changed, or still in use.', 'Wait until it is active, then try again.', true),
  ExpiredIteratorException: plain('the place in the shard was held for longer than five minutes.', 'Try again.', true),
  ExpiredNextTokenException: plain('the listing took longer than five minutes.', 'Try again.', true),
  InternalFailure: plain('Kinesis has an internal failure.', 'Try again in a moment.', true),
  InternalFailureException: plain('Kinesis has an internal failure.', 'Try again in a moment.', true),
  InternalServerError: plain('Kinesis has an internal failure.', 'Try again in a moment.', true),
  ServiceUnavailable: plain('Kinesis is not available at the moment.', 'Try again in a moment.', true),
  ServiceUnavailableException: plain('Kinesis is not available at the moment.', 'Try again in a moment.', true),
}

const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])
const files: Readonly<Record<string, readonly [why: string, action: string]>> = {
  EACCES: ['this user may not do that there.', "Check the file's permissions."],
  EPERM: ['this user may not do that there.', "Check the file's permissions."],
  EROFS: ['the disk is read-only.', 'Choose another folder.'],
  ENOENT: ['the file or its folder is not there.', 'Check the path.'],
  ENOTDIR: ['a part of the path is not a folder.', 'Check the path.'],
  EISDIR: ['the path is a folder.', 'Give a file.'],
  EMFILE: ['too many files are open.', 'Close some views, or raise the limit of open files.'],
  ENFILE: ['too many files are open.', 'Close some views, or raise the limit of open files.'],
  EIO: ['the disk failed.', 'Check the disk.'],
}

const fileFailure = ({ code }: ForeignError, context: FailureContext): KinescopeError | null => {
  if (full.has(code)) return new KinescopeError('disk-full', `${couldNot(context)}: the disk is full.`, { action: 'Make room, then try again.', retryable: true })
  if (code === 'EADDRINUSE') return new KinescopeError('port-in-use', `${couldNot(context)}: the port is in use.`, { action: 'Choose another port.' })
  const words = Object.hasOwn(files, code) ? files[code] : undefined
  return words === undefined ? null : new KinescopeError('file-system', `${couldNot(context)}: ${words[0]}`, { action: words[1] })
}

const unknownFailure = (error: ForeignError, context: FailureContext): KinescopeError => {
  const { status, requestId, name, message } = error
  if (/Region not accepted|invalid region/i.test(message)) {
    return new KinescopeError('invalid-argument', `"${printable(context.region ?? '')}" is not a region.`, { action: 'Give one like eu-west-1.' })
  }
  // The SDK names an answer that it cannot read after the parser, and notes in it how to look at the response.
  const isUnreadable = name === 'SyntaxError' || /Deserialization error/i.test(message)
  if (isUnreadable || (status !== null && (name === 'Error' || name === '' || name.startsWith('Unknown')))) {
    const code = status === null ? '' : ` (HTTP ${status})`
    return new KinescopeError('aws', `${couldNot(context)}: the answer${code} is not one of Kinesis.`, {
      action: context.endpoint === null || context.endpoint === undefined ? 'Check the proxy, then try again.' : 'Check that the endpoint is that of a Kinesis server.',
      retryable: status === null || status >= 500,
      requestId,
    })
  }
  if (status !== null) {
    return new KinescopeError('aws', `${couldNot(context)}: AWS answered ${foreignSentence(`${name}. ${message}`)}`, {
      action: status >= 500 ? 'Try again in a moment.' : null,
      retryable: status >= 500,
      requestId,
    })
  }
  const text = foreignSentence(message || name)
  return new KinescopeError('internal', `${couldNot(context)}. ${text}`.trim(), { action: 'Try again; if it happens again, report it.' })
}
