import { expect, test } from 'vitest'
import { createAccess } from '../../../electron/browser/access.ts'

const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? ''
const own = { host: '127.0.0.1:4000', origin: 'http://127.0.0.1:4000' }

test('a token is good for one cookie, and links have different ones', () => {
  const access = createAccess(4000)
  const [one, two] = [tokenOf(access.freshLink()), tokenOf(access.freshLink())]
  expect(one).not.toBe(two)
  expect(one.length).toBeGreaterThanOrEqual(43)
  expect(access.redeem(one)).toMatch(/^kinescope-4000=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  expect(access.redeem(one)).toBeNull()
  expect(access.redeem('')).toBeNull()
  expect(access.redeem(two)).not.toBeNull()
})

test('only a cookie of a session is known', () => {
  const access = createAccess(4000)
  const cookie = access.redeem(tokenOf(access.freshLink()))?.split(';')[0] ?? ''
  expect(access.isKnown({ cookie })).toBe(true)
  expect(access.isKnown({ cookie: `other=1; ${cookie}` })).toBe(true)
  expect(access.isKnown({ cookie: `${cookie}x` })).toBe(false)
  expect(access.isKnown({ cookie: cookie.replace('4000', '4001') })).toBe(false)
  expect(access.isKnown({})).toBe(false)
  expect(createAccess(4000).isKnown({ cookie })).toBe(false)
})

test.each([
  ['our own page', own, true, null],
  ['an address that was typed', { host: own.host }, false, null],
  ['an upgrade without an origin', { host: own.host }, true, 403],
  ['another page', { ...own, origin: 'https://foreign.example' }, false, 403],
  ['a null origin', { ...own, origin: 'null' }, true, 403],
  ['another port', { ...own, origin: 'http://127.0.0.1:4001' }, true, 403],
  ['https', { ...own, origin: 'https://127.0.0.1:4000' }, true, 403],
  ['localhost as origin', { ...own, origin: 'http://localhost:4000' }, true, 403],
  ['an IP as origin', { ...own, origin: 'http://192.168.1.7:4000' }, true, 403],
  ['a rebound name', { host: 'foreign.example:4000' }, false, 421],
  ['localhost as host', { host: 'localhost:4000' }, false, 421],
  ['a host without its port', { host: '127.0.0.1' }, false, 421],
  ['no host', {}, false, 421],
])('%s', (_name, headers, isUpgrade, status) => {
  expect(createAccess(4000).refuses(headers, isUpgrade)?.status ?? null).toBe(status)
})
