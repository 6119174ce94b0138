import type { Connection, Environment, Profile } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { checkEndpoint, checkRegion, isLoopback } from '../accounts/endpoint.ts'
import type { Options } from './command-line.ts'

/** The id of the connection that the command line describes; it is not saved. */
export const cliConnectionId = 'cli'
/** What emulators take for granted. */
const localRegion = 'us-east-1'

export interface ConnectionSources {
  readonly env: NodeJS.ProcessEnv
  /** The profiles of ~/.aws; asked for only where one is needed. */
  readonly profiles: () => Promise<readonly Profile[]>
  readonly guessEnvironment: (name: string) => Environment
}

/**
 * The connection that the common options, the environment and an ARN describe.
 * An option wins over an ARN, and an ARN over the environment.
 * Throws `invalid-argument` where they don't fit together, or leave the region open.
 */
export async function cliConnection(options: Options, arn: string | null, sources: ConnectionSources): Promise<Connection> {
  const { env, guessEnvironment } = sources
  const endpoint = options.endpoint ?? given(env['AWS_ENDPOINT_URL_KINESIS']) ?? given(env['AWS_ENDPOINT_URL']) ?? null
  if (endpoint !== null) checkEndpoint(endpoint)
  const isLocal = endpoint !== null && isLoopback(endpoint)
  const account = options.account ?? null
  if (account !== null && !/^\d{12}$/.test(account)) throw invalid(`--account ${printable(account)} is not an account.`, 'Give its twelve digits.')
  if (account !== null && !isLocal) {
    throw invalid('--account chooses among the accounts of an embedded server.', 'Give its --endpoint on this machine too; an AWS account is chosen with --profile.')
  }
  const arnRegion = arn === null ? null : (/^arn:[^:]*:kinesis:([^:]+):/i.exec(arn)?.[1] ?? null)
  if (arnRegion !== null && options.region !== undefined && options.region !== arnRegion) {
    throw invalid(`The stream is in ${printable(arnRegion)}, but --region says ${printable(options.region)}.`, 'Leave --region out, or give the ARN of a stream in it.')
  }
  const region = options.region ?? arnRegion ?? given(env['AWS_REGION']) ?? given(env['AWS_DEFAULT_REGION']) ?? null
  if (region !== null) checkRegion(region)
  const profile = account === null ? (options.profile ?? given(env['AWS_PROFILE']) ?? null) : null

  const shared = {
    id: cliConnectionId,
    endpoint,
    profile,
    // A write here is asked for in so many words; production wants the stream's name besides.
    readOnly: false,
  }
  if (isLocal && profile === null) {
    const keyId = env['AWS_ACCESS_KEY_ID'] ?? ''
    const accountId = account ?? (/^\d{12}$/.test(keyId) ? keyId : null)
    return { ...shared, kind: 'endpoint', label: endpoint, environment: 'local', region: region ?? localRegion, accountId }
  }
  const name = profile ?? 'default'
  return {
    ...shared,
    // Without a profile the environment's own chain finds the credentials.
    kind: endpoint !== null && profile === null ? 'endpoint' : 'profile',
    label: name,
    environment: isLocal ? 'local' : guessEnvironment(name),
    region: region ?? (await profileRegion(name, isLocal, sources)),
    accountId: null,
  }
}

async function profileRegion(name: string, isLocal: boolean, { profiles }: ConnectionSources): Promise<string> {
  const region = (await profiles()).find((profile) => profile.name === name)?.region ?? null
  if (region !== null) return region
  if (isLocal) return localRegion
  throw invalid(`No region is given, and the profile "${printable(name)}" names none.`, 'Pass --region, or set AWS_REGION.')
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value
}

function invalid(message: string, action: string): KinescopeError {
  return new KinescopeError('invalid-argument', message, { action })
}
