import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'

/** A stream as a person names it: by name within a connection, or by ARN, which a stream of another account needs. */
export interface StreamRef {
  name: string
  arn: string | null
  region: string | null
  account: string | null
}

/** Names of streams: StreamName in the Kinesis API reference. */
const NAME = /^[a-zA-Z0-9_.-]{1,128}$/

const shown = (text: string): string => {
  const cut = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return `“${printable(cut).replaceAll(/[\t\n]/g, ' ')}”`
}

const refuse = (text: string, why: string): KinescopeError =>
  new KinescopeError('invalid-argument', `${shown(text)} is not a stream: ${why}.`, {
    action: 'Give a name such as orders, or an ARN such as arn:aws:kinesis:eu-west-1:123456789012:stream/orders.',
  })

/** Reads a stream's name or ARN. Throws `invalid-argument` with a sentence that says what is wrong with it. */
export const parseStream = (text: string): StreamRef => {
  const given = text.trim()
  if (given === '') throw refuse(text, 'it is empty')
  if (!given.startsWith('arn:') && !given.includes(':')) {
    if (!NAME.test(given)) throw refuse(text, 'a name has 1 to 128 letters, digits, dots, hyphens and underscores')
    return { name: given, arn: null, region: null, account: null }
  }
  const parts = given.split(':')
  const [scheme, partition = '', service, region = '', account = '', ...rest] = parts
  if (scheme !== 'arn' || parts.length < 6) throw refuse(text, 'an ARN has six parts between colons')
  if (!/^aws[a-z-]*$/.test(partition)) throw refuse(text, `its partition ${shown(partition)} does not begin with aws`)
  if (service !== 'kinesis') throw refuse(text, `it is an ARN of the service ${shown(service ?? '')} and not of kinesis`)
  if (!/^[a-z0-9-]{1,64}$/.test(region)) throw refuse(text, 'its region is missing or malformed')
  if (!/^\d{12}$/.test(account)) throw refuse(text, 'its account is not 12 digits')
  const resource = rest.join(':')
  const [kind, name = '', ...more] = resource.split('/')
  if (kind !== 'stream') throw refuse(text, 'the part after the account does not begin with stream/')
  if (more.length > 0) throw refuse(text, 'it names something below a stream, such as a consumer')
  if (!NAME.test(name)) throw refuse(text, 'the name at its end is missing or malformed')
  return { name, arn: given, region, account }
}
