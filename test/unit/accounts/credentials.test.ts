import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Connection } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { credentialsFor } from '../../../electron/accounts/credentials.ts'
import { type AwsHome, awsHome } from './aws-files.ts'

const CANARY = 'cAnArY0secretKEY1doNotShow2anywhere3plea'

const connection = (over: Partial<Connection>): Connection => ({
  id: 'c',
  kind: 'profile',
  label: 'c',
  environment: 'development',
  region: 'eu-west-1',
  endpoint: null,
  profile: null,
  accountId: null,
  readOnly: true,
  ...over,
})

/** What the provider of a profile fails with; its every spelling out is free of the canary. */
const failureOf = async (home: AwsHome, profile: string | null): Promise<KinescopeError> => {
  const error: unknown = await credentialsFor(connection({ profile }), home.env)().then(
    () => new Error('it gave credentials'),
    (error: unknown) => error,
  )
  if (!(error instanceof KinescopeError)) throw error
  for (const text of [error.message, error.stack ?? '', JSON.stringify(error.failure), inspect(error, { depth: 10, showHidden: true })]) {
    expect(text).not.toContain(CANARY)
    expect(text).not.toContain('AKIAIOSFODNN7EXAMPLE')
  }
  return error
}

beforeEach(() => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']) vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
})
afterEach(() => vi.unstubAllEnvs())

describe('placeholders', () => {
  test.each([
    [connection({ kind: 'sandbox', endpoint: 'http://127.0.0.1:1', accountId: '444455556666' }), '444455556666'],
    [connection({ kind: 'endpoint', endpoint: 'http://localhost:4567', accountId: '111122223333' }), '111122223333'],
    [connection({ kind: 'endpoint', endpoint: 'http://localhost:4567' }), 'placeholder'],
  ])('of %j', async (connection, accessKeyId) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', CANARY)
    expect(await credentialsFor(connection, process.env)()).toEqual({ accessKeyId, secretAccessKey: 'placeholder' })
  })
})

describe('the environment', () => {
  const elsewhere = connection({ kind: 'endpoint', endpoint: 'https://kinesis.example.com' })
  test('is asked for an endpoint elsewhere', async () => {
    await using home = await awsHome({})
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    expect(await credentialsFor(elsewhere, home.env)()).toMatchObject({ accessKeyId: 'AKIDENV' })
  })
  test('is asked where no profile is named', async () => {
    await using home = await awsHome({ credentials: '[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = secret\n' })
    expect(await credentialsFor(connection({ profile: null }), home.env)()).toMatchObject({ accessKeyId: 'AKIDDEFAULT' })
  })
  test('that has none says so', async () => {
    await using home = await awsHome({})
    expect(await failureOf(home, null)).toMatchObject({ failure: { code: 'credentials', message: 'There are no AWS credentials in the environment.', action: expect.stringContaining('AWS_PROFILE') } })
  })
})

describe('a profile', () => {
  test('is used whatever the environment says, and read anew each time', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDSTRAY')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'stray')
    await using home = await awsHome({ credentials: '[work]\naws_access_key_id = ONE\naws_secret_access_key = secret\n' })
    const provider = credentialsFor(connection({ profile: 'work' }), home.env)
    expect(await provider()).toMatchObject({ accessKeyId: 'ONE' })
    await writeFile(home.credentials, '[work]\naws_access_key_id = TWO\naws_secret_access_key = secret\n')
    expect(await provider()).toMatchObject({ accessKeyId: 'TWO' })
  })

  const script = async (home: AwsHome, body: string): Promise<string> => {
    const path = join(home.directory, 'helper.mjs')
    await writeFile(path, body)
    await chmod(path, 0o755)
    await writeFile(home.config, `[profile p]\ncredential_process = ${process.execPath} ${path} --password=${CANARY}\n`)
    return path
  }
  test('takes what its credential_process prints', async () => {
    await using home = await awsHome({})
    await script(home, `console.log(JSON.stringify({ Version: 1, AccessKeyId: 'FROMPROCESS', SecretAccessKey: 's' }))`)
    expect(await credentialsFor(connection({ profile: 'p' }), home.env)()).toMatchObject({ accessKeyId: 'FROMPROCESS' })
  })
  test.each([
    ['fails', `console.error('secret is ${CANARY}'); process.exit(1)`, 'The credential_process of the profile "p" failed'],
    ['prints garbage', `console.log('${CANARY} AKIAIOSFODNN7EXAMPLE')`, 'printed something that is no set of credentials'],
    ['prints another version', `console.log('{"Version":2,"SecretAccessKey":"${CANARY}"}')`, 'printed something that is no set of credentials'],
    ['prints half of it', `console.log('{"Version":1,"SecretAccessKey":"${CANARY}"}')`, 'printed something that is no set of credentials'],
    ['prints expired ones', `console.log('{"Version":1,"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"${CANARY}","Expiration":"2020-01-01T00:00:00Z"}')`, 'have expired'],
  ])('whose credential_process %s is explained without what it printed', async (_, body, message) => {
    await using home = await awsHome({})
    await script(home, body)
    const error = await failureOf(home, 'p')
    expect(error.code).toBe('credentials')
    expect(error.message).toContain(message)
    expect(error.failure.action).not.toBeNull()
  })

  test.each([
    ['gone', '', /no credentials in ~\/\.aws/, /aws configure/],
    ['loop', '[profile loop]\nrole_arn = arn:aws:iam::1:role/A\nsource_profile = pool\n[profile pool]\nrole_arn = arn:aws:iam::1:role/B\nsource_profile = loop\n', /round in a circle/, /source_profile/],
    ['mfa', '[profile mfa]\nrole_arn = arn:aws:iam::1:role/A\nsource_profile = k\nmfa_serial = x\n[profile k]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ' + CANARY, /MFA/, /get-session-token/],
    ['moon', '[profile moon]\nrole_arn = arn:aws:iam::1:role/A\ncredential_source = Moon\n', /credential_source/, /EcsContainer/],
    ['web', '[profile web]\nrole_arn = arn:aws:iam::1:role/A\nweb_identity_token_file = /nowhere/at/all\n', /file .* is not there/, /web_identity_token_file/],
    ['we ird$(x)', '[profile we ird$(x)]\nregion = x\n', /The profile "we ird\$\(x\)"/, /aws configure/],
  ])('%s fails with its reason', async (profile, config, message, action) => {
    await using home = await awsHome({ config })
    const error = await failureOf(home, profile)
    expect(error.message).toMatch(message)
    expect(error.failure).toMatchObject({ code: 'credentials', action: expect.stringMatching(action) })
  })

  test('of SSO that nobody has signed in to names the command', async () => {
    await using home = await awsHome({
      config: '[profile sso]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = Reader\n',
    })
    // fromSSO looks for its files and tokens by the process's own environment.
    for (const [name, value] of Object.entries(home.env)) vi.stubEnv(name, value)
    await mkdir(join(home.directory, '.aws'), { recursive: true })
    expect(await failureOf(home, 'sso')).toMatchObject({
      failure: { code: 'credentials', message: expect.stringContaining('SSO session'), action: 'Run "aws sso login --profile sso", then try again.' },
    })
  })
})

const serving = async <T>(status: number, body: string, run: () => Promise<T>): Promise<T> => {
  const server = createServer((request, response) => request.resume().once('end', () => response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'req-1' }).end(body)))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  vi.stubEnv('AWS_ENDPOINT_URL_STS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    return await run()
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
const refusal = (code: string, message: string) => `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>req-1</RequestId></ErrorResponse>`

describe('a role', () => {
  const config = `[profile r]\nrole_arn = arn:aws:iam::111122223333:role/Engineer\nsource_profile = k\nregion = eu-west-1\n[profile k]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${CANARY}\n`
  test('is taken through STS', async () => {
    await using home = await awsHome({ config })
    const xml = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/Engineer/x</Arn><AssumedRoleId>A:x</AssumedRoleId></AssumedRoleUser><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
    const credentials = await serving(200, xml, () => credentialsFor(connection({ profile: 'r' }), home.env)())
    expect(credentials).toMatchObject({ accessKeyId: 'ASIAROLE', sessionToken: 't' })
  })
  test('that may not be taken names the action', async () => {
    await using home = await awsHome({ config })
    const body = refusal('AccessDenied', 'User: arn:aws:iam::111122223333:user/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/Engineer')
    const error = await serving(403, body, () => failureOf(home, 'r'))
    expect(error).toMatchObject({ failure: { code: 'access-denied', message: expect.stringContaining('user/me is not authorized to perform: sts:AssumeRole'), requestId: 'req-1' } })
  })
  test('whose source keys are not known is explained', async () => {
    await using home = await awsHome({ config })
    const error = await serving(403, refusal('InvalidClientTokenId', 'The security token included in the request is invalid'), () => failureOf(home, 'r'))
    expect(error).toMatchObject({ failure: { code: 'credentials', message: 'AWS does not know the access key of the profile "r", or its session is no longer valid.' } })
  })
  test('with STS out of reach tells of the network, and lets a patient reader wait for it', async () => {
    await using home = await awsHome({ config })
    vi.stubEnv('AWS_ENDPOINT_URL_STS', 'http://127.0.0.1:9')
    const error = await failureOf(home, 'r')
    expect(error).toMatchObject({ failure: { code: 'connection-refused', retryable: true }, cause: { code: 'ECONNREFUSED' } })
  })
})
