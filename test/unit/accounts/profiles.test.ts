import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Profile } from '#shared/model/connection.ts'
import { guessEnvironment, readProfiles } from '../../../electron/accounts/profiles.ts'
import { awsHome } from './aws-files.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

const config = `
[default]
region = eu-west-1
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = ${SECRET}

[profile engineer]
role_arn = arn:aws:iam::111122223333:role/team/Engineer
source_profile = default
region = eu-central-1

[profile prod-eu]
sso_session = kinescope-prod
sso_account_id = 111122223333
sso_role_name = Reader
region = eu-west-1

[sso-session kinescope-prod]
sso_start_url = https://kinescope.awsapps.com/start
sso_region = us-east-1

[profile old-sso]
sso_start_url = https://kinescope.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = Reader

[profile vault]
credential_process = /opt/bin/aws-vault --token ${SECRET} exec work

[profile pod]
role_arn = arn:aws:iam::111122223333:role/Pod
web_identity_token_file = /var/run/token

[profile box]
role_arn = arn:aws:iam::111122223333:role/Box
credential_source = Ec2InstanceMetadata

[profile localstack]
region = us-east-1
aws_access_key_id = test
aws_secret_access_key = test
services = local

[services local]
kinesis =
  endpoint_url = http://127.0.0.1:4566
`

describe('readProfiles', () => {
  test('tells what each profile is, in words', async () => {
    await using home = await awsHome({ config, credentials: `[keys-only]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${SECRET}\naws_session_token = abc\n` })
    const { file, profiles } = await readProfiles(home.env)
    expect(file).toBe(home.config)
    expect(profiles.map(({ name, kind, detail, region, environment, readOnly, problem, endpoint }) => [name, kind, detail, region, environment, readOnly, problem, endpoint])).toEqual([
      ['box', 'role', 'role/Box by Ec2InstanceMetadata', null, 'development', false, null, null],
      ['default', 'keys', 'access key', 'eu-west-1', 'development', false, null, null],
      ['engineer', 'role', 'role/Engineer by default', 'eu-central-1', 'development', false, null, null],
      ['keys-only', 'keys', 'temporary access key', null, 'development', false, null, null],
      ['localstack', 'keys', 'access key', 'us-east-1', 'local', false, null, 'http://127.0.0.1:4566'],
      ['old-sso', 'sso', 'SSO kinescope', null, 'development', false, null, null],
      ['pod', 'web-identity', 'role/Pod by web identity', null, 'development', false, null, null],
      ['prod-eu', 'sso', 'SSO kinescope-prod', 'eu-west-1', 'production', true, null, null],
      ['vault', 'process', 'process aws-vault', null, 'development', false, null, null],
    ])
    for (const profile of profiles) expect(Profile.parse(profile)).toEqual(profile)
    expect(JSON.stringify(profiles)).not.toMatch(/wJalr|AKIA|abc/)
  })

  test('says of each that cannot work why', async () => {
    await using home = await awsHome({
      config: `
[profile one]
role_arn = arn:aws:iam::111122223333:role/One
source_profile = two
[profile two]
role_arn = arn:aws:iam::111122223333:role/Two
source_profile = one
[profile orphan]
role_arn = arn:aws:iam::111122223333:role/Orphan
source_profile = gone
[profile both]
role_arn = arn:aws:iam::111122223333:role/Both
source_profile = keys
credential_source = Environment
[profile neither]
role_arn = arn:aws:iam::111122223333:role/Neither
[profile moon]
role_arn = arn:aws:iam::111122223333:role/Moon
credential_source = Moon
[profile mfa]
role_arn = arn:aws:iam::111122223333:role/Mfa
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile sso-nowhere]
sso_session = nowhere
[profile sso-half]
sso_start_url = https://x.awsapps.com/start
[profile half]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
[profile region-only]
region = eu-west-1
[profile keys]
aws_access_key_id = a
aws_secret_access_key = b
[profile self]
role_arn = arn:aws:iam::111122223333:role/Self
source_profile = self
aws_access_key_id = a
aws_secret_access_key = b
`,
    })
    const { profiles } = await readProfiles(home.env)
    expect(Object.fromEntries(profiles.map(({ name, kind, problem }) => [name, kind === 'unusable' ? problem : kind]))).toEqual({
      one: 'Its source_profile entries lead round in a circle: one → two → one.',
      two: 'Its source_profile entries lead round in a circle: two → one → two.',
      orphan: 'Its source_profile "gone" is not there.',
      both: 'It has both source_profile and credential_source: only one can count.',
      neither: 'It names a role, but neither source_profile nor credential_source to take it with.',
      moon: 'Its credential_source "Moon" is none of EcsContainer, Ec2InstanceMetadata and Environment.',
      mfa: 'It asks for a code of its MFA device, which Kinescope cannot ask for yet.',
      'sso-nowhere': 'There is no section [sso-session nowhere].',
      'sso-half': 'Its SSO settings lack sso_region, sso_account_id, sso_role_name.',
      half: 'One of aws_access_key_id and aws_secret_access_key is missing.',
      'region-only': 'It has no credentials: no keys, role, SSO session or process.',
      keys: 'keys',
      self: 'role',
    })
  })

  test('no files, no profiles', async () => {
    await using home = await awsHome({})
    expect(await readProfiles(home.env)).toEqual({ file: home.config, profiles: [] })
  })

  test('looks in the home directory unless the environment says where', async () => {
    await using home = await awsHome({})
    await mkdir(join(home.directory, '.aws'))
    await writeFile(join(home.directory, '.aws', 'credentials'), '[default]\naws_access_key_id = a\naws_secret_access_key = b\n')
    const { profiles } = await readProfiles({ HOME: home.directory })
    expect(profiles.map(({ name }) => name)).toEqual(['default'])
  })

  test('explains lines that mean nothing, keeps the other profiles, and repeats no secret', async () => {
    await using home = await awsHome({
      config: `[default]\nregion = eu-west-1\naws_access_key_id = a\naws_secret_access_key = b\n[dev]\nregion = eu-west-1\n[profile broken\nregion = x\naws_secret_access_key ${SECRET}\n; a comment\n`,
    })
    const { profiles } = await readProfiles(home.env)
    expect(profiles.map(({ name, kind }) => [name, kind])).toEqual([
      ['default', 'keys'],
      [`${home.config}:5`, 'unusable'],
      [`${home.config}:7`, 'unusable'],
      [`${home.config}:9`, 'unusable'],
    ])
    expect(profiles[1]?.problem).toContain('[profile dev]')
    expect(profiles[3]?.problem).toContain('neither a section nor a setting')
    expect(JSON.stringify(profiles)).not.toContain('wJalr')
  })

  test('a file that cannot be read is a failure with an action', async () => {
    await using home = await awsHome({})
    await mkdir(home.config)
    await expect(readProfiles(home.env)).rejects.toMatchObject({ failure: { code: 'file-system', action: expect.any(String) } })
  })

  test('sees a changed file', async () => {
    await using home = await awsHome({ credentials: '[one]\naws_access_key_id = a\naws_secret_access_key = b\n' })
    expect((await readProfiles(home.env)).profiles.map(({ name }) => name)).toEqual(['one'])
    await writeFile(home.credentials, '[two]\naws_access_key_id = a\naws_secret_access_key = b\n')
    expect((await readProfiles(home.env)).profiles.map(({ name }) => name)).toEqual(['two'])
  })

  test('takes any text for a file', async () => {
    await using home = await awsHome({})
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('[default]', '[profile a]', 'source_profile = a', 'role_arn = x', '[', ']', '[__proto__]', '[profile __proto__]', 'constructor = 1'))),
        async (lines) => {
          await writeFile(home.config, lines.join('\n'))
          await writeFile(home.credentials, lines.join('\r\n'))
          const { profiles } = await readProfiles(home.env)
          for (const profile of profiles) Profile.parse(profile)
        },
      ),
      { numRuns: 50 },
    )
  })
})

test.each([
  ['prod', 'production'],
  ['Production-EU', 'production'],
  ['acme.prod.reader', 'production'],
  ['prd', 'production'],
  ['shop-prod1', 'production'],
  ['product-team', 'development'],
  ['productionist', 'production'],
  ['nonprod', 'development'],
  ['non-prod-eu', 'development'],
  ['preprod', 'staging'],
  ['pre-production', 'staging'],
  ['staging', 'staging'],
  ['stage-2', 'staging'],
  ['stg', 'staging'],
  ['localstack', 'local'],
  ['dev', 'development'],
  ['default', 'development'],
  ['', 'development'],
])('guessEnvironment(%j) is %s', (name, expected) => {
  expect(guessEnvironment(name)).toBe(expected)
})
