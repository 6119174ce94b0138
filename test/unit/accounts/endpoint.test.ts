import { describe, expect, test } from 'vitest'
import { checkEndpoint, checkRegion, isLoopback } from '../../../electron/accounts/endpoint.ts'

test.each([
  ['http://localhost:4567', true],
  ['http://LOCALHOST', true],
  ['http://kinesis.localhost:4566', true],
  ['http://127.0.0.1:4567', true],
  ['http://127.9.8.7', true],
  ['http://127.1:80', true],
  ['http://2130706433', true],
  ['https://[::1]:4567', true],
  ['https://kinesis.eu-west-1.amazonaws.com', false],
  ['http://127.0.0.1.example.com', false],
  ['http://localhost.example.com', false],
  ['http://notlocalhost', false],
  ['http://10.0.0.1', false],
  ['http://user@example.com#localhost', false],
  ['not a URL', false],
  ['', false],
])('isLoopback(%j) is %j', (url, expected) => {
  expect(isLoopback(url)).toBe(expected)
})

describe('checkEndpoint', () => {
  test('gives the URL of one that can be used', () => {
    expect(checkEndpoint('http://127.0.0.1:4567').href).toBe('http://127.0.0.1:4567/')
    expect(checkEndpoint('https://vpce-1.kinesis.eu-west-1.vpce.amazonaws.com/path').pathname).toBe('/path')
  })
  test.each(['', 'localhost:4567', 'ftp://example.com', 'file:///etc/passwd', 'javascript:alert(1)', 'x'.repeat(5000)])('refuses %j', (endpoint) => {
    expect(() => checkEndpoint(endpoint)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
  test('refuses a password in the URL, and does not repeat it', () => {
    expect(() => checkEndpoint('https://me:hunter2@example.com')).toThrow(/at example\.com has a user name/)
  })
  test('shows hostile text without its controls', () => {
    expect(() => checkEndpoint('\u001B[31m\u202E')).toThrow('"\\u001b[31m\\u202e" is not an endpoint')
  })
})

describe('checkRegion', () => {
  test.each(['eu-west-1', 'us-gov-east-1', 'local', 'eu-wst-1'])('lets %j pass', (region) => {
    expect(() => checkRegion(region)).not.toThrow()
  })
  test.each(['', 'eu west 1', 'eu-west-1.evil.com', 'eu-west-1/', '-eu', 'x'.repeat(64), '<b>'])('refuses %j', (region) => {
    expect(() => checkRegion(region)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
