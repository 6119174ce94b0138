import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { type FailureContext, type ForeignError, readError } from './failure-context.ts'
import { foreignSentence } from './foreign-text.ts'
import { networkFailure } from './network-failure.ts'

/** For a shell: a name of plain characters as it is, any other in quotes. */
const shellWord = (name: string): string => (/^[\w@%+=:,./-]+$/.test(name) ? name : `'${printable(name).replaceAll("'", `'\\''`)}'`)

const signIn = (profile: string | null): string =>
  profile === null ? 'Renew the credentials, then try again.' : `Run "aws sso login --profile ${shellWord(profile)}" if it signs in through SSO, or renew its keys; then try again.`

const ssoLogin = (profile: string): string => `Run "aws sso login --profile ${shellWord(profile)}", then try again.`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const fail = (message: string, action: string): KinescopeError => new KinescopeError('credentials', capital(message), { action })

interface Rule {
  when: RegExp
  /** `name` as it stands within a sentence: `the profile "work"`. */
  say(name: string, profile: string): KinescopeError
}

/**
 * What the SDK's providers say, by the words they say it in (read in 3.1143.0). Their own text is not
 * repeated for these: that of a `credential_process` holds its command line and what it printed.
 */
const rules: readonly Rule[] = [
  {
    when: /SSO session associated|SSO session token|Token is expired|Sso token|UnauthorizedException|SSO Token|Failed to refresh token|invalid_grant/i,
    say: (name, profile) => fail(`The SSO session of ${name} has expired, or nobody has signed in yet.`, ssoLogin(profile)),
  },
  {
    when: /please re-authenticate using aws login|aws login/i,
    say: (name, profile) => fail(`The sign-in of ${name} has expired.`, `Run "aws login --profile ${shellWord(profile)}", then try again.`),
  },
  {
    when: /ForbiddenException|No access/,
    say: (name) => fail(`SSO gives ${name} no access to its role.`, 'Check sso_account_id and sso_role_name, or ask for the role to be assigned.'),
  },
  {
    when: /multi-factor authentication/i,
    say: (name) =>
      fail(`${name} asks for a code of its MFA device, which Kinescope cannot ask for yet.`, 'Put a session made with "aws sts get-session-token" into a profile, and use that.'),
  },
  {
    when: /Detected a cycle/i,
    say: (name) => fail(`The source_profile entries of ${name} lead round in a circle.`, 'Mend source_profile in ~/.aws/config.'),
  },
  {
    when: /credential_process returned invalid JSON|did not return Version 1|returned invalid credentials/i,
    say: (name) => fail(`The credential_process of ${name} printed something that is no set of credentials.`, 'Run its command by hand to see what it prints.'),
  },
  {
    when: /credential_process returned expired/i,
    say: (name) => fail(`The credential_process of ${name} gave credentials that have expired.`, 'Sign in again with the tool that it runs.'),
  },
  {
    when: /Command failed|spawn |maxBuffer/i,
    say: (name) => fail(`The credential_process of ${name} failed.`, 'Run its command by hand to see why.'),
  },
  {
    when: /Unsupported credential source/i,
    say: (name) => fail(`The credential_source of ${name} is not one that exists.`, 'Use EcsContainer, Ec2InstanceMetadata or Environment.'),
  },
  {
    when: /Sso session '.*' could not be found|missing required property|invalid SSO credentials|Conflicting SSO/i,
    say: (name) => fail(`The SSO settings of ${name} are not complete.`, 'Run "aws configure sso" for it.'),
  },
  {
    when: /ENOENT/,
    say: (name) => fail(`A file that ${name} needs for its credentials is not there.`, 'Check web_identity_token_file and the like in ~/.aws/config.'),
  },
  {
    when: /Could not resolve credentials using profile|was not found|could not be found in shared credentials|did not contain credential_process/i,
    say: (name) => fail(`${name} has no credentials in ~/.aws.`, 'Add them with "aws configure", or choose another profile.'),
  },
]

/** Names of errors of AWS's services that mean: these credentials will not do. */
export const refusals: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'AuthFailure',
  'NotAuthorized',
  'OptInRequired',
  'CredentialsProviderError',
  'TokenProviderError',
  'ProviderError',
])

const profileName = (profile: string | null): string => (profile === null ? 'the environment' : `the profile "${printable(profile)}"`)
/** AWS refused the credentials of a request. Its text is not repeated: it can hold the whole signed request, session token included. */
export const refusedCredentials = (error: ForeignError, context: FailureContext): KinescopeError => {
  const profile = context.profile ?? null
  const name = profileName(profile)
  const say = (message: string, action: string): KinescopeError =>
    new KinescopeError('credentials', message, { action, requestId: error.requestId })
  switch (error.name) {
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return say(`The session of ${name} has expired.`, signIn(profile))
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidAccessKeyId':
    case 'AuthFailure':
      return say(`AWS does not know the access key of ${name}, or its session is no longer valid.`, signIn(profile))
    case 'RequestExpired':
    case 'RequestInTheFuture':
    case 'RequestTimeTooSkewed':
      return say("AWS refused the request for its time: this computer's clock is wrong.", 'Set the clock, then try again.')
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      return /expired|not yet current|earlier than|later than/i.test(error.message)
        ? say("AWS refused the request for its time: this computer's clock is wrong.", 'Set the clock, then try again.')
        : say(`AWS refused the signature: the secret key of ${name} does not belong to its access key.`, 'Renew its keys with "aws configure".')
    case 'OptInRequired':
    case 'NotAuthorized':
      return say(`The account of ${name} has not been signed up for this service or region.`, 'Enable the region in the AWS console, or use another one.')
    case 'MissingAuthenticationToken':
    case 'MissingAuthenticationTokenException':
    case 'IncompleteSignature':
    case 'IncompleteSignatureException':
      return say('The request arrived without a complete signature.', 'Check the endpoint: something on the way may take headers away.')
    default:
      return credentialFailure(error, context)
  }
}

/**
 * Why a provider of credentials failed, and what to do. Carries the network's error code on in its `cause`, so
 * that a reader that can wait for the network does; never the error itself, which may hold secrets.
 */
export const credentialFailure = (thrown: unknown, context: FailureContext): KinescopeError => {
  if (thrown instanceof KinescopeError) return thrown
  const error = readError(thrown)
  const profile = context.profile ?? null
  const name = profileName(profile)
  if (profile === null && /Could not load credentials from any providers/i.test(error.message)) {
    return fail('There are no AWS credentials in the environment.', 'Choose a profile of ~/.aws, or set AWS_PROFILE or AWS_ACCESS_KEY_ID.')
  }
  const network = networkFailure(error, { ...context, action: `get the credentials of ${name}`, endpoint: null })
  if (network !== null) {
    const { code, name: was } = error
    return new KinescopeError(network.code, network.message, { ...network.failure, cause: { name: was, code } })
  }
  if (error.name.startsWith('AccessDenied')) {
    return new KinescopeError('access-denied', `${capital(name)} may not take its role. ${foreignSentence(error.message)}`.trim(), {
      action: "Ask for sts:AssumeRole on the role, and for the role's trust policy to allow it.",
      requestId: error.requestId,
    })
  }
  if (refusals.has(error.name) && !error.name.endsWith('ProviderError')) return refusedCredentials(error, context)
  const rule = rules.find(({ when }) => when.test(error.message))
  if (rule !== undefined) return rule.say(name, profile ?? 'default')
  return fail(`${name} gave no credentials. ${foreignSentence(error.message)}`.trim(), signIn(profile))
}
