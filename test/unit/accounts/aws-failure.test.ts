import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { inspect } from 'node:util'
import { ListStreamsCommand } from '@aws-sdk/client-kinesis'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure, KinescopeError } from '#shared/model/error.ts'
import { awsFailure } from '../../../electron/accounts/aws-failure.ts'
import { createKinesisClient } from '../../../electron/accounts/kinesis-client.ts'

const ACCOUNT = '111122223333'
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLEtokenTHATisVeryLong0123456789abcdefghijklmnopqrstuvwxyzABCDEF'
const context = { action: 'list the streams', stream: 'orders', region: 'eu-west-1', profile: 'work', endpoint: null }

const aws = (name: string, message: string, status = 400) => Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, requestId: 'req-7' } })
const node = (code: string, rest: object = {}) => Object.assign(new Error(`${code} somewhere`), { code, ...rest })

test.each([
  [aws('ResourceNotFoundException', `Stream orders under account ${ACCOUNT} not found.`), 'stream-not-found', `There is no stream orders in account ${ACCOUNT}, eu-west-1.`, /name, the region/],
  [aws('ResourceNotFoundException', 'Consumer billing not found'), 'not-found', 'Could not list the streams. Consumer billing not found.', /Look at the stream/],
  [
    aws('AccessDeniedException', `User: arn:aws:iam::${ACCOUNT}:user/me is not authorized to perform: kinesis:ListStreams on resource: * because no identity-based policy allows the kinesis:ListStreams action`),
    'access-denied',
    /access denied\. User: arn:aws:iam::111122223333:user\/me is not authorized to perform: kinesis:ListStreams/,
    /Ask for kinesis:ListStreams, or/,
  ],
  [aws('AccessDeniedException', 'is not authorized to perform: kinesis:PutRecords on resource: x with an explicit deny in a service control policy'), 'access-denied', /denied/, /taken out of the policy/],
  [aws('AccessDeniedException', ''), 'access-denied', 'Could not list the streams: access denied.', /another profile/],
  [aws('KMSAccessDeniedException', 'no'), 'access-denied', /KMS key/, /kms:Decrypt/],
  [aws('KMSDisabledException', 'no'), 'aws', /KMS key of the stream is disabled/, /KMS/],
  [aws('ExpiredTokenException', 'The security token included in the request is expired'), 'credentials', 'The session of the profile "work" has expired.', /aws sso login --profile work/],
  [aws('UnrecognizedClientException', 'The security token included in the request is invalid.'), 'credentials', /does not know the access key of the profile "work"/, /aws sso login --profile work/],
  [aws('InvalidSignatureException', 'Signature expired: 20261123T080000Z is now earlier than 20261123T085500Z'), 'credentials', /clock is wrong/, /Set the clock/],
  [aws('InvalidSignatureException', `The request signature we calculated does not match. The Canonical String should have been 'x-amz-security-token:${TOKEN}'`), 'credentials', /secret key of the profile "work"/, /aws configure/],
  [Object.assign(new Error('The SSO session associated with this profile has expired.'), { name: 'CredentialsProviderError' }), 'credentials', /SSO session of the profile "work" has expired/, /aws sso login --profile work/],
  [aws('ProvisionedThroughputExceededException', 'Rate exceeded for shard'), 'throttled', /slow down/, /few seconds/],
  [aws('LimitExceededException', 'Rate exceeded for stream orders'), 'throttled', /slow down/, /few seconds/],
  [aws('LimitExceededException', 'This request would exceed the shard limit for the account'), 'aws', /a limit of the account is reached\. This request would exceed/, /quota/],
  [aws('InvalidArgumentException', 'StartingSequenceNumber x is invalid'), 'invalid-argument', 'Could not list the streams. StartingSequenceNumber x is invalid.', /value/],
  [aws('ExpiredIteratorException', 'x'), 'aws', /five minutes/, /again/],
  [aws('ResourceInUseException', 'x'), 'aws', /being changed/, /Wait/],
  [aws('InternalFailureException', 'x', 500), 'aws', /internal failure/, /again/],
  [aws('BrandNewException', 'something else', 400), 'aws', 'Could not list the streams: AWS answered BrandNewException. something else.', null],
  [aws('BrandNewException', 'something else', 503), 'aws', /BrandNewException/, /again/],
  [node('ENOTFOUND', { hostname: 'kinesis.eu-wst-1.amazonaws.com' }), 'connection-refused', 'Could not list the streams: there is no host kinesis.eu-wst-1.amazonaws.com.', /Check the region \(eu-west-1\)/],
  [node('ECONNREFUSED'), 'connection-refused', 'Could not list the streams: nothing listens at Kinesis in eu-west-1.', /endpoint/],
  [new AggregateError([node('ECONNREFUSED'), node('ECONNREFUSED')], ''), 'connection-refused', /nothing listens/, /endpoint/],
  [Object.assign(new Error('wrapped'), { cause: node('ECONNRESET') }), 'connection-refused', /hung up/, /again/],
  [Object.assign(node('ECONNRESET'), { name: 'TimeoutError' }), 'connection-refused', /hung up/, /again/],
  [node('EHOSTUNREACH'), 'connection-refused', /no way to/, /VPN/],
  [node('EAI_AGAIN'), 'connection-refused', /could not be looked up/, /online/],
  [node('SELF_SIGNED_CERT_IN_CHAIN'), 'connection-refused', /not trusted/, /NODE_EXTRA_CA_CERTS/],
  [Object.assign(new Error('no answer within 15000 ms'), { name: 'TimeoutError' }), 'timed-out', /did not answer in time/, /again/],
  [new DOMException('late', 'TimeoutError'), 'timed-out', /did not answer in time/, /again/],
  [new DOMException('stop', 'AbortError'), 'cancelled', 'Cancelled.', null],
  [node('ENOSPC'), 'disk-full', /disk is full/, /room/],
  [node('EACCES'), 'file-system', /may not/, /permissions/],
  [node('EADDRINUSE'), 'port-in-use', /port is in use/, /another port/],
  [new Error('oops'), 'internal', 'Could not list the streams. oops.', /report/],
  ['a string', 'internal', 'Could not list the streams. a string.', /report/],
  [undefined, 'internal', 'Could not list the streams.', /report/],
  [Object.create(null), 'internal', 'Could not list the streams.', /report/],
] as const)('%s is %s', (error, code, message, action) => {
  const { failure } = awsFailure(error, context)
  expect(Failure.parse(failure)).toEqual(failure)
  expect(failure.code).toBe(code)
  expect(failure.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  expect(failure.action).toEqual(action === null ? null : expect.stringMatching(action))
})

test('keeps the request id, and what is worth another try', () => {
  expect(awsFailure(aws('ThrottlingException', ''), context).failure).toMatchObject({ requestId: 'req-7', retryable: true })
  expect(awsFailure(aws('AccessDeniedException', ''), context).failure).toMatchObject({ requestId: 'req-7', retryable: false })
  expect(awsFailure(node('ECONNREFUSED'), context).failure).toMatchObject({ requestId: null, retryable: true })
})

test('a KinescopeError stays what it is', () => {
  const error = new KinescopeError('read-only', 'no')
  expect(awsFailure(error, context)).toBe(error)
})

test('takes account, region and name of an ARN', () => {
  const stream = `arn:aws:kinesis:us-east-2:${ACCOUNT}:stream/orders`
  expect(awsFailure(aws('ResourceNotFoundException', 'gone'), { ...context, stream }).message).toBe(`There is no stream orders in account ${ACCOUNT}, us-east-2.`)
})

test('an operation may stand for what was being done', () => {
  expect(awsFailure(node('ECONNRESET'), { action: 'PutRecords', endpoint: 'http://127.0.0.1:4567' }).message).toBe('PutRecords failed: 127.0.0.1:4567 hung up in the middle.')
})

describe('foreign text', () => {
  const leaks = [
    `key AKIAIOSFODNN7EXAMPLE was used`,
    `Credential=ASIAIOSFODNN7EXAMPLE/20261123/eu-west-1/kinesis/aws4_request`,
    `secret ${SECRET} here`,
    `{"aws_secret_access_key":"${SECRET}"}`,
    `aws_session_token = ${TOKEN}`,
    `x-amz-security-token:${TOKEN}`,
    `password='short and sweet'`,
  ]
  test.each(leaks)('%j leaves no credential in any error', (text) => {
    for (const error of [aws('AccessDeniedException', text), aws('ValidationException', text), aws('NewException', text), new Error(text), Object.assign(new Error(text), { name: 'CredentialsProviderError' }), aws('SignatureDoesNotMatch', text)]) {
      const failed = awsFailure(error, context)
      const shown = inspect(failed, { depth: 10, showHidden: true }) + JSON.stringify(failed.failure)
      for (const secret of ['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', SECRET, TOKEN, 'short and sweet']) expect(shown).not.toContain(secret)
    }
  })
  test('is cleaned and cut', () => {
    const { message } = awsFailure(aws('ValidationException', `\u001B[31m\u202Eevil\n\nline\u2028${'x'.repeat(10_000)}`), context)
    expect(message).toContain('\\u001b[31m\\u202eevil line')
    expect(message.length).toBeLessThan(400)
    expect(message).not.toMatch(/[\p{Cc}\u2028\u202E]/u)
  })
  test('any error at all becomes a failure that can cross the contract', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), fc.record({ action: fc.string(), stream: fc.string(), region: fc.string(), profile: fc.option(fc.string()), endpoint: fc.option(fc.string()) }), (error, context) => {
        const { failure } = awsFailure(error, context)
        expect(Failure.parse(failure)).toEqual(failure)
      }),
    )
  })
  test('an error whose properties throw is a failure too', () => {
    const error = new Proxy({}, { get: () => { throw new Error('no') } })
    expect(awsFailure(error, context).code).toBe('internal')
  })
})

const failing = async (endpoint: string, region = 'eu-west-1') => {
  const client = createKinesisClient({ region, endpoint, credentials: () => Promise.resolve({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET, sessionToken: TOKEN }), readOnly: true })
  try {
    await client.send(new ListStreamsCommand(), { requestTimeout: 300 })
  } catch (error) {
    const failed = awsFailure(error, { action: 'list the streams', endpoint, region, profile: 'work' })
    const shown = inspect(failed, { depth: 20, showHidden: true })
    for (const secret of ['AKIAIOSFODNN7EXAMPLE', SECRET, TOKEN]) expect(shown).not.toContain(secret)
    return failed.failure
  } finally {
    client.destroy()
  }
  throw new Error('it did not fail')
}
const serving = async (answer: (response: ServerResponse) => void) => {
  const server = createServer((request, response) => request.resume().once('end', () => answer(response)))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    return await failing(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
const refuse = (status: number, type: string, message: string) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'id-1' }).end(JSON.stringify({ __type: type, message }))

describe('as the SDK really throws it', () => {
  test('refused', async () => {
    expect(await failing('http://127.0.0.1:9')).toMatchObject({ code: 'connection-refused', message: 'Could not list the streams: nothing listens at 127.0.0.1:9.' })
  })
  test('unknown host', async () => {
    expect(await failing('http://no-such-host.invalid')).toMatchObject({ code: 'connection-refused', message: expect.stringMatching(/no-such-host\.invalid/) })
  })
  test('no answer', async () => {
    expect(await serving(() => {})).toMatchObject({ code: 'timed-out', retryable: true })
  })
  test('hung up', async () => {
    expect(await serving((response) => response.destroy())).toMatchObject({ code: 'connection-refused', message: expect.stringContaining('hung up') })
  })
  test('hung up in the middle of the answer', async () => {
    expect(await serving((response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{"Stream')
      setImmediate(() => response.destroy())
    })).toMatchObject({ code: 'connection-refused', message: expect.stringContaining('hung up') })
  })
  test('not Kinesis', async () => {
    expect(await serving((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to nginx'))).toMatchObject({ code: 'aws', message: expect.stringContaining('not one of Kinesis') })
    expect(await serving((response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<html>Not found'))).toMatchObject({ code: 'aws', message: expect.stringContaining('not one of Kinesis') })
  })
  test('not HTTP', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n'))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    try {
      expect(await failing(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toMatchObject({ code: 'connection-refused', message: expect.stringContaining('does not answer in HTTP') })
    } finally {
      server.close()
    }
  })
  test('TLS to a port without it', async () => {
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    try {
      expect(await failing(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)).toMatchObject({ code: 'connection-refused', message: expect.stringContaining('does not speak TLS') })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
  test.each([
    ['com.amazonaws.kinesis.v20131202#AccessDeniedException', 'User: x is not authorized to perform: kinesis:ListStreams', 'access-denied'],
    ['UnrecognizedClientException', 'The security token included in the request is invalid.', 'credentials'],
    ['ExpiredTokenException', 'expired', 'credentials'],
    ['LimitExceededException', 'Rate exceeded', 'throttled'],
    ['ResourceNotFoundException', 'Stream orders under account 111122223333 not found.', 'stream-not-found'],
  ])('%s', async (type, message, code) => {
    expect(await serving(refuse(400, type, message))).toMatchObject({ code, requestId: 'id-1' })
  })
})
