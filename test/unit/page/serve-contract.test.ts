import { expect, test } from 'vitest'
import { maxMessageLength, problemWith } from '../../../electron/page/serve-contract.ts'

test.each([
  ['a call', { i: '1', p: { u: '/host/capabilities' } }],
  ['a call with input', { i: 'a7', p: { u: '/records/open', b: { json: { query: 'x' } } } }],
  ['a subscription taken up again', { i: '1', p: { u: '/captures/watch', h: { 'last-event-id': '4' } } }],
  ['an abort', { i: '1', t: 4 }],
])('lets in %s', (_name, message) => {
  expect(problemWith(JSON.stringify(message))).toBeNull()
})

test.each([
  ['text that is no JSON', '{'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a call of another address', JSON.stringify({ i: '1', p: { u: 'http://foreign.example/' } })],
  ['a call of a file', JSON.stringify({ i: '1', p: { u: 'file:///etc/passwd' } })],
  ['a form', JSON.stringify({ i: '1', p: { u: '/x', h: { 'content-type': 'multipart/form-data' } } })],
  ['an unknown kind', JSON.stringify({ i: '1', t: 9, p: {} })],
  ['a message without an id', JSON.stringify({ p: { u: '/x' } })],
  ['bytes', new Uint8Array(4)],
  ['an object', { i: '1', p: { u: '/x' } }],
])('refuses %s', (_name, message) => {
  expect(problemWith(message)).not.toBeNull()
})

test('refuses what is longer than any input of the contract', () => {
  expect(problemWith(callWith('x'.repeat(maxMessageLength - 100)))).toBeNull()
  expect(problemWith(callWith('x'.repeat(maxMessageLength)))).toBe('message too long')
})

const callWith = (input: string) => JSON.stringify({ i: '1', p: { u: '/x', b: input } })
