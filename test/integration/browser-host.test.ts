import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect, type AddressInfo, createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import type { Client } from '#shared/contract/contract.ts'
import { startBrowserHost, type BrowserHost } from '../../electron/browser/browser-host.ts'
import { createBackend, type Backend } from '../../electron/backend/create-backend.ts'
import { headlessHost } from '../../electron/backend/host-services.ts'
import { maxMessageLength } from '../../electron/page/serve-contract.ts'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

const folder = mkdtempSync(join(tmpdir(), 'kinescope-browser-'))
const page = join(folder, 'renderer')
const worker = (path: string) => new URL(`../../electron/${path}.ts`, import.meta.url)
let backend: Backend
let host: BrowserHost
let cookie: string

beforeAll(async () => {
  mkdirSync(join(page, 'assets'), { recursive: true })
  writeFileSync(join(page, 'index.html'), '<h1>page</h1>')
  writeFileSync(join(page, 'assets', 'main.js'), 'run()')
  writeFileSync(join(folder, 'secret.txt'), 'SECRET')
  backend = createBackend({
    dataDir: join(folder, 'data'),
    host: headlessHost('test', '0.0.0'),
    workers: {
      capture: worker('capture/capture-worker'),
      search: worker('search/search-worker'),
      server: worker('sandbox/server-worker'),
      traffic: worker('sandbox/traffic-worker'),
    },
    env: {},
  })
  host = await startBrowserHost(backend, 0, page)
  cookie = cookieOf(await get(pathOf(host.freshLink()), { cookie: null }))
})
afterAll(async () => {
  await host.close()
  await backend.close()
  rmSync(folder, { recursive: true })
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** A request with exactly these headers; `cookie: null` for a browser that was not let in. */
function get(path: string, { cookie: given = cookie, method = 'GET', ...headers }: { cookie?: string | null; method?: string; host?: string; origin?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port: host.port, path, method, headers: { ...headers, ...(given === null ? {} : { cookie: given }) } },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      },
    )
    sent.on('error', reject).end()
  })
}

const pathOf = (link: string) => link.slice(new URL(link).origin.length)
const cookieOf = ({ headers }: Answer) => headers['set-cookie']?.[0]?.split(';')[0] ?? ''
const own = () => `http://127.0.0.1:${host.port}`

function reach(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: host.port })
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.setTimeout(2000, () => resolve(false))
  })
}

/** How an upgrade ends: 'open', or the status that it was refused with. */
function upgrade(options: ClientOptions, path = '/rpc'): Promise<'open' | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers: { cookie }, ...options })
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      socket.terminate()
    })
    socket.on('error', (error) => (error.message.includes('before the connection') ? undefined : reject(error)))
  })
}

test('listens on 127.0.0.1 and no other address of this machine', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address, scopeid }) => address !== '127.0.0.1' && (scopeid ?? 0) === 0)
  expect(await reach('127.0.0.1')).toBe(true)
  for (const { address } of others) expect([address, await reach(address)]).toEqual([address, false])
})

test('a port of its own choice is free and differs between starts', async () => {
  const another = await startBrowserHost(backend, 0, page)
  expect(another.port).not.toBe(host.port)
  await another.close()
})

test('an occupied port is told in a sentence', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const { port } = squatter.address() as AddressInfo
  await expect(startBrowserHost(backend, port, page)).rejects.toMatchObject({
    code: 'port-in-use',
    message: `Port ${port} of 127.0.0.1 is in use by another program.`,
  })
  squatter.close()
})

test('the token of a link is exchanged once for a cookie, and leaves the URL', async () => {
  const path = pathOf(host.freshLink())
  const first = await get(path, { cookie: null })
  expect(first.status).toBe(303)
  expect(first.headers.location).toBe('/')
  expect(first.headers['set-cookie']).toEqual([expect.stringMatching(/^kinescope-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)])
  const second = await get(path, { cookie: null })
  expect([second.status, second.headers['set-cookie']]).toEqual([403, undefined])
  expect(second.body).toContain('used already')
  expect((await get('/', { cookie: cookieOf(first) })).body).toBe('<h1>page</h1>')
})

test('a used link in a browser that was let in leads to the console, and a look at a link does not use it', async () => {
  const path = pathOf(host.freshLink())
  expect((await get(path, { cookie: null, method: 'HEAD' })).status).toBe(401)
  expect((await get(path, { cookie: null })).status).toBe(303)
  expect((await get(path)).headers).toMatchObject({ location: '/' })
})

test('a link never leads elsewhere', async () => {
  const token = new URL(host.freshLink()).searchParams.get('token')
  expect((await get(`//foreign.example/?token=${token}`, { cookie: null })).status).toBe(400)
  expect((await get(`/captures?q=a&token=${token}`, { cookie: null })).headers.location).toBe('/captures?q=a')
})

test.each([['/'], ['/assets/main.js'], ['/streams/a/b/c'], ['/favicon.ico']])('%s is for browsers that were let in', async (path) => {
  expect((await get(path, { cookie: null })).status).toBe(401)
  expect((await get(path, { cookie: 'kinescope=guess' })).status).toBe(401)
})

test('the page, at every place of the console; its files; and what is missing', async () => {
  expect((await get('/')).body).toBe('<h1>page</h1>')
  expect((await get('/streams/sandbox-1/us-east-1/orders/records?q=x')).body).toBe('<h1>page</h1>')
  expect((await get('/assets/main.js')).body).toBe('run()')
  expect((await get('/assets/none.js')).status).toBe(404)
})

test.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/..%5csecret.txt'])('%s does not lead out', async (path) => {
  expect((await get(path)).body).not.toContain('SECRET')
})

test.each([
  ['the page', '/', {}],
  ['a file', '/assets/main.js', {}],
  ['a refusal', '/', { cookie: null }],
  ['a redirect', '/?token=none', {}],
  ['a foreign origin', '/', { origin: 'https://foreign.example' }],
])('%s has the policy and the other headers, and nothing of CORS', async (_name, path, options) => {
  const { headers } = await get(path, options)
  expect(headers).toMatchObject({
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  })
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
})

test.each(['foreign.example', 'localhost', '127.0.0.1', '0.0.0.0'])('Host %s is refused, known browser or not', async (name) => {
  for (const wrong of [name, `${name}:1`]) {
    expect((await get('/', { host: wrong })).status).toBe(421)
    expect(await upgrade({ headers: { cookie, host: wrong }, origin: own() })).toBe(421)
  }
  if (name !== '127.0.0.1') expect((await get('/', { host: `${name}:${host.port}` })).status).toBe(421)
})

test.each(['https://foreign.example', 'null', 'http://127.0.0.1', 'http://localhost:80', 'http://192.168.0.7:80', 'file://'])('Origin %s is refused', async (origin) => {
  expect((await get('/', { origin })).status).toBe(403)
  expect(await upgrade({ origin })).toBe(403)
})

test('an upgrade needs our origin, a cookie and the right path', async () => {
  expect(await upgrade({ origin: own() })).toBe('open')
  expect(await upgrade({})).toBe(403)
  expect(await upgrade({ origin: own(), headers: {} })).toBe(401)
  expect(await upgrade({ origin: own(), headers: { cookie: `kinescope-${host.port}=guess` } })).toBe(401)
  expect(await upgrade({ origin: own() }, '/')).toBe(404)
})

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s is not answered', async (method) => {
  const { status, headers } = await get('/', { method })
  expect(status).toBe(405)
  expect(headers['access-control-allow-methods']).toBeUndefined()
})

test('a message over the cap, and one that is no call, end the socket', async () => {
  for (const [message, code] of [['x'.repeat(maxMessageLength + 1), 1009], ['no call', 1008], [Buffer.from('{}'), 1008]] as const) {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, { headers: { cookie }, origin: own() })
    socket.on('open', () => socket.send(message))
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(code)
  }
})

test('the contract is served over the socket: values, typed errors, subscriptions that end with it', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, { headers: { cookie }, origin: own() })
  const client = createORPCClient<Client>(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
  expect(await client.host.capabilities()).toMatchObject({ host: 'test', version: '0.0.0' })
  await expect(client.captures.open({ id: 'none' })).rejects.toMatchObject({ code: 'FAILED', data: { code: 'not-found' } })
  const connections = await client.connections.watch()
  expect((await connections.next()).value).toEqual([])
  socket.close()
  await expect(connections.next()).rejects.toThrow()
})

test('closing ends sockets and gives the port back', async () => {
  const another = await startBrowserHost(backend, 0, page)
  const { origin } = new URL(another.freshLink())
  const entered = await fetch(another.freshLink(), { redirect: 'manual' })
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { origin, headers: { cookie: entered.headers.getSetCookie()[0]?.split(';')[0] } })
  await new Promise((resolve) => socket.on('open', resolve))
  const ended = new Promise((resolve) => socket.on('close', resolve))
  await another.close()
  await ended
  const again = await startBrowserHost(backend, another.port, page)
  await again.close()
})
