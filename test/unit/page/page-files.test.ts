import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { answerPage } from '../../../electron/page/page-files.ts'
import { contentSecurityPolicy } from '../../../electron/page/security-headers.ts'

const top = mkdtempSync(join(tmpdir(), 'kinescope-page-'))
const root = join(top, 'renderer')
mkdirSync(join(root, 'assets'), { recursive: true })
mkdirSync(join(top, 'renderer-of-another'))
writeFileSync(join(top, 'renderer-of-another', 'secret.txt'), 'SECRET')
writeFileSync(join(top, 'secret.txt'), 'SECRET')
writeFileSync(join(root, 'index.html'), '<meta property="csp-nonce" nonce="CSP-NONCE"><h1>page</h1>')
writeFileSync(join(root, 'assets', 'main-1a2b.js'), 'run()')
afterAll(() => rmSync(top, { recursive: true }))

const get = async (path: string) => {
  const { status, headers, body } = await answerPage(root, path)
  return { status, headers, text: Buffer.from(body).toString('utf8') }
}

test.each(['/', '/index.html', '/streams/sandbox/us-east-1/orders/records', '/streams/c/my.stream', '/captures/1'])('%s is the page', async (path) => {
  const { status, headers, text } = await get(path)
  expect(status).toBe(200)
  expect(text).toContain('<h1>page</h1>')
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
})

test('an asset is itself, and may be kept for ever', async () => {
  const { status, headers, text } = await get('/assets/main-1a2b.js')
  expect([status, text, headers['content-type']]).toEqual([200, 'run()', 'text/javascript; charset=utf-8'])
  expect(headers['cache-control']).toContain('immutable')
})

test.each(['/assets/none.js', '/favicon.ico'])('%s is missing and not the page', async (path) => {
  expect((await get(path)).status).toBe(404)
})

test('the policy is the one of the conventions, word for word', () => {
  expect(contentSecurityPolicy()).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  )
})

test('each document has a nonce of its own, in the policy and in the page', async () => {
  const nonces = []
  for (const { headers, text } of [await get('/'), await get('/')]) {
    const nonce = /style-src 'self' 'nonce-([\w+/=]{22,})';/.exec(headers['content-security-policy'] ?? '')?.[1]
    expect(text).toContain(`nonce="${nonce}"`)
    nonces.push(nonce)
  }
  expect(nonces[0]).not.toBe(nonces[1])
})

test.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/../../secret.txt', '/..%5csecret.txt', '/../renderer-of-another/secret.txt', '/%00', '/%zz'])(
  '%s does not lead out',
  async (path) => {
    const { status, text } = await get(path)
    expect(status).toBe(400)
    expect(text).not.toContain('SECRET')
  },
)

test('no path leads out', async () => {
  const piece = fc.constantFrom('..', '.', '%2e', '%2e%2e', '/', '%2f', '\\', '%5c', 'assets', 'secret.txt', 'renderer-of-another', '%00', '%')
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      expect((await get(`/${pieces.join('')}`)).text).not.toContain('SECRET')
    }),
  )
})
