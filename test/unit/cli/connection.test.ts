import { describe, expect, it } from 'vitest'
import { Connection, type Profile } from '#shared/model/connection.ts'
import type { Options } from '../../../electron/cli/command-line.ts'
import { cliConnection } from '../../../electron/cli/connection.ts'

const profile = (name: string, region: string | null): Profile => ({ name, region, kind: 'keys', detail: '', environment: 'development', readOnly: false, problem: null })
const made = (options: Options, env: NodeJS.ProcessEnv = {}, arn: string | null = null) =>
  cliConnection(options, arn, {
    env,
    profiles: () => Promise.resolve([profile('default', 'eu-north-1'), profile('prod-eu', 'eu-west-1'), profile('bare', null)]),
    guessEnvironment: (name) => (name.includes('prod') ? 'production' : 'development'),
  })
const local = 'http://127.0.0.1:4567'

describe('the connection of a command line', () => {
  it('is one that the contract knows', async () => {
    for (const connection of [await made({ endpoint: local }), await made({}), await made({ profile: 'prod-eu' })]) {
      expect(Connection.parse(connection)).toEqual(connection)
      expect(connection.id).toBe('cli')
    }
  })

  it('takes placeholder keys and a region for granted at a loopback endpoint', async () => {
    expect(await made({ endpoint: local })).toMatchObject({ kind: 'endpoint', endpoint: local, region: 'us-east-1', accountId: null, environment: 'local', readOnly: false })
    expect(await made({ endpoint: local, account: '111122223333' })).toMatchObject({ accountId: '111122223333' })
    expect(await made({}, { AWS_ENDPOINT_URL: local, AWS_ACCESS_KEY_ID: '111122223333', AWS_REGION: 'eu-west-3' })).toMatchObject({ accountId: '111122223333', region: 'eu-west-3' })
    expect(await made({}, { AWS_ENDPOINT_URL: 'http://other', AWS_ENDPOINT_URL_KINESIS: local })).toMatchObject({ endpoint: local })
    expect(await made({ endpoint: local, account: '111122223333' }, { AWS_PROFILE: 'prod-eu' })).toMatchObject({ kind: 'endpoint', profile: null })
  })

  it('goes by profile, and by the environment without one', async () => {
    expect(await made({ profile: 'prod-eu' })).toMatchObject({ kind: 'profile', profile: 'prod-eu', region: 'eu-west-1', environment: 'production' })
    expect(await made({}, { AWS_PROFILE: 'prod-eu' })).toMatchObject({ profile: 'prod-eu' })
    expect(await made({})).toMatchObject({ kind: 'profile', profile: null, region: 'eu-north-1' })
    expect(await made({ endpoint: local, profile: 'bare' })).toMatchObject({ kind: 'profile', profile: 'bare', endpoint: local, region: 'us-east-1' })
    expect(await made({ endpoint: 'https://vpce-1.kinesis.eu-west-1.vpce.amazonaws.com', region: 'eu-west-1' })).toMatchObject({ kind: 'endpoint', profile: null, accountId: null })
  })

  it('finds the region: option, ARN, environment, profile', async () => {
    const arn = 'arn:aws:kinesis:ap-south-1:123456789012:stream/x'
    expect((await made({ region: 'us-west-2' }, { AWS_REGION: 'eu-west-2' })).region).toBe('us-west-2')
    expect((await made({}, { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-3' }, arn)).region).toBe('ap-south-1')
    expect((await made({}, { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-3' })).region).toBe('eu-west-2')
    expect((await made({}, { AWS_DEFAULT_REGION: 'eu-west-3' })).region).toBe('eu-west-3')
    expect((await made({ region: 'ap-south-1' }, {}, arn)).region).toBe('ap-south-1')
  })

  it.each<[Options, string | null, RegExp]>([
    [{ endpoint: 'localhost:4567' }, null, /endpoint/],
    [{ endpoint: 'ftp://x' }, null, /endpoint/],
    [{ endpoint: local, account: '12' }, null, /--account 12/],
    [{ account: '111122223333' }, null, /embedded server/],
    [{ endpoint: 'https://example.com', account: '111122223333' }, null, /embedded server/],
    [{ endpoint: local, region: 'not a region' }, null, /region/],
    [{ profile: 'bare' }, null, /No region/],
    [{ region: 'eu-west-1' }, 'arn:aws:kinesis:us-east-1:123456789012:stream/x', /us-east-1/],
  ])('%j is refused with a sentence', async (options, arn, words) => {
    await expect(made(options, {}, arn)).rejects.toMatchObject({ failure: { code: 'invalid-argument', message: expect.stringMatching(words) as string } })
  })
})
