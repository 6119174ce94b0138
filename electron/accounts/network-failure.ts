import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { couldNot, type FailureContext, type ForeignError } from './failure-context.ts'

/** Where the request went, as a person would name it. Never the URL's user name. */
const placeOf = ({ endpoint, region }: FailureContext, { hostname }: ForeignError): string => {
  const url = endpoint === null || endpoint === undefined ? null : URL.parse(endpoint)
  if (url !== null) return printable(url.host)
  if (hostname !== null) return printable(hostname)
  return region === undefined ? 'the endpoint' : `Kinesis in ${printable(region)}`
}

const isAws = ({ endpoint }: FailureContext): boolean => endpoint === null || endpoint === undefined

interface Words {
  why(place: string): string
  action: string
  retryable: boolean
}

const check = 'Check the endpoint, and that its server runs.'
const online = 'Check that this machine is online, its VPN and its proxy.'
const certificate =
  'Behind a proxy that re-signs traffic, start Kinescope with NODE_EXTRA_CA_CERTS set to its certificate; otherwise check the endpoint.'
const certificates: Words = { why: (place) => `${place} showed a certificate that is not trusted.`, action: certificate, retryable: false }
const hungUp: Words = { why: (place) => `${place} hung up in the middle.`, action: 'Try again.', retryable: true }

const byCode: Readonly<Record<string, Words>> = {
  ECONNREFUSED: { why: (place) => `nothing listens at ${place}.`, action: check, retryable: true },
  EHOSTUNREACH: { why: (place) => `there is no way to ${place}.`, action: online, retryable: true },
  ENETUNREACH: { why: (place) => `there is no way to ${place}.`, action: online, retryable: true },
  ENETDOWN: { why: (place) => `there is no way to ${place}.`, action: online, retryable: true },
  EADDRNOTAVAIL: { why: (place) => `there is no way to ${place}.`, action: check, retryable: true },
  EAI_AGAIN: { why: (place) => `the name of ${place} could not be looked up.`, action: online, retryable: true },
  ECONNRESET: hungUp,
  ECONNABORTED: hungUp,
  EPIPE: hungUp,
  ERR_STREAM_PREMATURE_CLOSE: hungUp,
  EPROTO: { why: (place) => `${place} does not speak TLS.`, action: 'Use http:// instead of https:// in the endpoint, or another port.', retryable: false },
  HPE_INVALID_CONSTANT: { why: (place) => `${place} does not answer in HTTP.`, action: check, retryable: false },
  CERT_HAS_EXPIRED: { why: (place) => `the certificate of ${place} has expired.`, action: "Check this computer's clock, and the endpoint.", retryable: false },
  CERT_NOT_YET_VALID: { why: (place) => `the certificate of ${place} is not valid yet.`, action: "Check this computer's clock.", retryable: false },
  ERR_TLS_CERT_ALTNAME_INVALID: { why: (place) => `the certificate of ${place} is for another host.`, action: certificate, retryable: false },
  DEPTH_ZERO_SELF_SIGNED_CERT: certificates,
  SELF_SIGNED_CERT_IN_CHAIN: certificates,
  UNABLE_TO_GET_ISSUER_CERT: certificates,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificates,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificates,
}

/** A failure between here and the endpoint, or null where the error is another. */
export const networkFailure = (error: ForeignError, context: FailureContext): KinescopeError | null => {
  const place = placeOf(context, error)
  const fail = (why: string, action: string, retryable: boolean) =>
    new KinescopeError('connection-refused', `${couldNot(context)}: ${why}`, { action, retryable })

  if (error.code === 'ENOTFOUND') {
    // A wrong region is the common reason: its host name is made of it.
    return isAws(context)
      ? fail(
          `there is no host ${place}.`,
          `Check the region${context.region === undefined ? '' : ` (${printable(context.region)})`}, and that this machine is online.`,
          true,
        )
      : fail(`there is no host ${place}.`, 'Check the spelling of the endpoint, and that this machine is online.', true)
  }
  const words = Object.hasOwn(byCode, error.code) ? byCode[error.code] : undefined
  // A socket that hangs up is a TimeoutError to the SDK: the code is the truth.
  if (words !== undefined) return fail(words.why(place), words.action, words.retryable)
  if (error.code === 'ETIMEDOUT' || error.name === 'TimeoutError' || error.name === 'RequestTimeout' || error.name === 'RequestTimeoutException') {
    return new KinescopeError('timed-out', `${couldNot(context)}: ${place} did not answer in time.`, {
      action: isAws(context) ? 'Try again; if it lasts, check the VPN and the proxy.' : check,
      retryable: true,
      requestId: error.requestId,
    })
  }
  if (error.status === null && /socket hang up|premature close/i.test(error.message)) return fail(hungUp.why(place), hungUp.action, true)
  return null
}
