import { fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers'
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types'
import type { Connection } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { awsFiles, type Environ } from './aws-files.ts'
import { credentialFailure } from './credential-failure.ts'
import { isLoopback } from './endpoint.ts'
import { placeholderKeys } from './placeholder-keys.ts'

/** Ms that a provider may take: a `credential_process` may wait for a person to touch a key, and not for ever. */
const PATIENCE = 120_000

/**
 * The one provider that a connection is bound to. Nothing is asked until it is called, each call asks anew (the
 * SDK's clients keep what they got until shortly before it expires), and it throws `KinescopeError`s
 * only, none of which holds a credential.
 *
 * - sandbox, or an endpoint on this machine: placeholders that select the account
 * - another endpoint, or no profile named: the environment's default chain
 * - a profile: that profile, whatever AWS_* variables there are
 */
export const credentialsFor = (connection: Connection, env: Environ): AwsCredentialIdentityProvider => {
  const { kind, endpoint, profile, region, accountId } = connection
  if (kind === 'sandbox' || (kind === 'endpoint' && endpoint !== null && isLoopback(endpoint))) return placeholderKeys(accountId)
  const files = awsFiles(env)
  // Only `parentClientConfig`: it gives STS a region, where `clientConfig` would send SSO to the wrong one too.
  const options = { filepath: files.credentials, configFilepath: files.config, ignoreCache: true, parentClientConfig: { region } }
  const name = kind === 'profile' ? profile : null
  const context = { action: 'sign in', region, profile: name }
  return async () => {
    try {
      // Made for each call: the chain remembers what it found, and ~/.aws may have been mended since.
      const provider = name === null ? fromNodeProviderChain(options) : fromIni({ ...options, profile: name })
      return await within(PATIENCE, provider(), name)
    } catch (error) {
      throw credentialFailure(error, context)
    }
  }
}

const within = async (ms: number, credentials: Promise<AwsCredentialIdentity>, profile: string | null): Promise<AwsCredentialIdentity> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const whose = profile === null ? 'of the environment' : `of the profile "${printable(profile)}"`
    late.reject(
      new KinescopeError('timed-out', `The credentials ${whose} did not come within ${ms / 1000} s.`, {
        action: 'Try again; if it has a credential_process, run its command by hand to see what it waits for.',
        retryable: true,
      }),
    )
  }, ms)
  try {
    return await Promise.race([credentials, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
