import { KinescopeError } from '#shared/model/error.ts'

/** What a failed call means for the one who made it. */
export type Fault =
  | 'aborted' // by our own signal
  | 'expired-iterator'
  | 'expired-token' // the NextToken of a listing
  | 'throttled'
  | 'refused' // nothing listens there, or the name does not resolve: certainly not delivered
  | 'network' // lost on the way: whether it was delivered is not known
  | 'server' // 5xx, or an answer that is none
  | 'clock-skew' // the SDK corrects its clock from the answer: worth another try
  | 'stale-credentials' // expired on the way: worth another try
  | 'not-found'
  | 'invalid-argument'
  | 'fatal' // access denied, unusable credentials, encryption keys: asking again gives the same

const byName: Record<string, Fault> = {
  ExpiredIteratorException: 'expired-iterator',
  ExpiredNextTokenException: 'expired-token',
  ProvisionedThroughputExceededException: 'throttled',
  KMSThrottlingException: 'throttled',
  LimitExceededException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  RequestLimitExceeded: 'throttled',
  SlowDown: 'throttled',
  TooManyRequestsException: 'throttled',
  InternalFailure: 'server',
  InternalFailureException: 'server',
  InternalServerError: 'server',
  ServiceUnavailable: 'server',
  ServiceUnavailableException: 'server',
  // A stream that is being created, which passes, or deleted, which ends with ResourceNotFoundException.
  ResourceInUseException: 'server',
  // An intercepting proxy's page instead of JSON: the SDK fails to parse it.
  SyntaxError: 'server',
  RequestExpired: 'clock-skew',
  RequestInTheFuture: 'clock-skew',
  RequestTimeTooSkewed: 'clock-skew',
  InvalidSignatureException: 'clock-skew',
  SignatureDoesNotMatch: 'clock-skew',
  ExpiredTokenException: 'stale-credentials',
  ExpiredToken: 'stale-credentials',
  ResourceNotFoundException: 'not-found',
  InvalidArgumentException: 'invalid-argument',
  ValidationException: 'invalid-argument',
  TimeoutError: 'network',
  RequestTimeout: 'network',
  RequestTimeoutException: 'network',
}

const byCode: Record<string, Fault> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'refused',
  EAI_AGAIN: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ENETDOWN: 'refused',
  EADDRNOTAVAIL: 'refused',
  ECONNRESET: 'network',
  ECONNABORTED: 'network',
  EPIPE: 'network',
  ETIMEDOUT: 'network',
  ERR_STREAM_PREMATURE_CLOSE: 'network',
  ERR_HTTP2_STREAM_ERROR: 'network',
  ERR_HTTP2_SESSION_ERROR: 'network',
  HPE_INVALID_CONSTANT: 'network',
}

interface Shape {
  name?: unknown
  code?: unknown
  message?: unknown
  errors?: unknown
  cause?: unknown
  $metadata?: { httpStatusCode?: number }
}

/** Sorts an error of the SDK, of Node's sockets or of ours by what to do about it. */
export const faultOf = (error: unknown, signal?: AbortSignal): Fault => {
  if (signal?.aborted) return 'aborted'
  if (typeof error !== 'object' || error === null) return 'fatal'
  // Credentials that could not be had: nothing was sent.
  if (error instanceof KinescopeError) return error.failure.retryable ? 'refused' : 'fatal'
  const { name, code, message, errors, cause, $metadata } = error as Shape
  const status = $metadata?.httpStatusCode ?? 0
  if (typeof name === 'string' && Object.hasOwn(byName, name)) return byName[name] ?? 'fatal'
  if (typeof code === 'string' && Object.hasOwn(byCode, code)) return byCode[code] ?? 'fatal'
  // Happy Eyeballs wraps the refusals of both address families.
  if (Array.isArray(errors) && errors.length > 0) return faultOf(errors[0])
  if (name === 'AbortError') return 'network'
  if (status === 429) return 'throttled'
  if (status >= 500) return 'server'
  if (typeof message === 'string' && /socket hang up|premature close|aborted/i.test(message)) return 'network'
  return cause === undefined ? 'fatal' : faultOf(cause)
}
