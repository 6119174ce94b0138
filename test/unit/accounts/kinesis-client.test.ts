import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as sdk from '@aws-sdk/client-kinesis'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createKinesisClient } from '../../../electron/accounts/kinesis-client.ts'
import { operations } from '../../../electron/accounts/operations.ts'
import { placeholderKeys } from '../../../electron/accounts/placeholder-keys.ts'

let answer: (request: IncomingMessage, response: ServerResponse) => void
let seen: { target: string; authorization: string; port: number | undefined; version: string }[] = []
const server = createServer((request, response) => {
  seen.push({
    target: String(request.headers['x-amz-target']).replace(/^.*\./, ''),
    authorization: String(request.headers.authorization),
    port: request.socket.remotePort,
    version: request.httpVersion,
  })
  request.resume().once('end', () => answer(request, response))
})
let endpoint = ''
const clients: sdk.KinesisClient[] = []
const client = (extra: Partial<Parameters<typeof createKinesisClient>[0]> = {}) => {
  const made = createKinesisClient({ region: 'eu-west-1', endpoint, credentials: placeholderKeys('111122223333'), readOnly: false, ...extra })
  clients.push(made)
  return made
}

beforeEach(async () => {
  seen = []
  answer = (_, response) => response.setHeader('content-type', 'application/x-amz-json-1.1').end('{"StreamNames":[],"HasMoreStreams":false}')
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  for (const made of clients.splice(0)) made.destroy()
  vi.unstubAllEnvs()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

/** Every command of the SDK, with no input: the guard comes before its validation. */
const commands = Object.entries(sdk).flatMap(([name, value]) => {
  const operation = /^([A-Z]\w*)Command$/.exec(name)?.[1]
  return operation === undefined ? [] : [[operation, value as unknown as new (input: object) => sdk.ListStreamsCommand] as const]
})

describe('a read-only client', () => {
  test.each(commands.filter(([name]) => operations[name as keyof typeof operations] === 'write'))('refuses %s before anything is sent', async (name, Command) => {
    const call = client({ readOnly: true }).send(new Command({}))
    await expect(call).rejects.toMatchObject({ name: 'KinescopeError', failure: { code: 'read-only', message: expect.stringContaining(name) } })
    expect(seen).toEqual([])
  })
  test('lets reads pass', async () => {
    await client({ readOnly: true }).send(new sdk.ListStreamsCommand())
    expect(seen.map(({ target }) => target)).toEqual(['ListStreams'])
  })
  test('asks for no credentials for a write that it refuses', async () => {
    const credentials = vi.fn(placeholderKeys(null))
    await expect(client({ readOnly: true, credentials }).send(new sdk.DeleteStreamCommand({ StreamName: 'orders' }))).rejects.toThrow(/read-only/)
    expect(credentials).not.toHaveBeenCalled()
  })
})

test('a client that may write sends writes', async () => {
  await client().send(new sdk.DeleteStreamCommand({ StreamName: 'orders' }))
  expect(seen.map(({ target }) => target)).toEqual(['DeleteStream'])
})

test('one connection is kept for calls in a row, over HTTP/1.1, signed as the account', async () => {
  const made = client()
  for (let n = 0; n < 3; n++) await made.send(new sdk.ListStreamsCommand())
  expect(new Set(seen.map(({ port }) => port)).size).toBe(1)
  expect(seen[0]?.version).toBe('1.1')
  expect(seen[0]?.authorization).toMatch(/Credential=111122223333\/\d+\/eu-west-1\/kinesis\//)
})

test('a failed call is not repeated, unless more attempts were asked for', async () => {
  answer = (_, response) => response.writeHead(500, { 'content-type': 'application/x-amz-json-1.1' }).end('{"__type":"InternalFailureException"}')
  await expect(client().send(new sdk.ListStreamsCommand())).rejects.toThrow()
  expect(seen).toHaveLength(1)
  await expect(client({ maxAttempts: 2 }).send(new sdk.ListStreamsCommand())).rejects.toThrow()
  expect(seen).toHaveLength(3)
})

test('a call without an answer ends at its deadline', async () => {
  answer = () => {}
  await expect(client().send(new sdk.ListStreamsCommand(), { requestTimeout: 60 })).rejects.toMatchObject({ name: 'TimeoutError' })
})

test('the environment does not redirect a client of AWS', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', endpoint)
  const made = client({ endpoint: null })
  const stop = new Error('stop here')
  let host = ''
  made.middlewareStack.add(
    () => (args) => {
      host = (args.request as { hostname: string }).hostname
      return Promise.reject(stop)
    },
    { step: 'finalizeRequest', priority: 'low', name: 'stop' },
  )
  await expect(made.send(new sdk.ListStreamsCommand())).rejects.toBe(stop)
  expect(host).toBe('kinesis.eu-west-1.amazonaws.com')
  expect(seen).toEqual([])
})

test.each([
  [{ endpoint: 'nonsense' }, /not an endpoint/],
  [{ region: 'eu west' }, /not a region/],
])('%j is refused at once', (options, message) => {
  expect(() => client(options)).toThrow(message)
})
