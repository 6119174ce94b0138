import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareSequences, decodeSequence, encodeSequence } from '#shared/model/sequence-number.ts'
import { failureOf } from './fixtures.ts'

const sequence = fc.bigInt({ min: 0n, max: 2n ** 192n - 1n })

test('bytes are the number, big-endian, and give it back', () => {
  fc.assert(
    fc.property(sequence, (number) => {
      const bytes = encodeSequence(String(number))
      expect(Buffer.from(bytes).toString('hex')).toBe(number.toString(16).padStart(48, '0'))
      expect(decodeSequence(bytes)).toBe(String(number))
    }),
  )
})

test('bytes and strings sort as the numbers do', () => {
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      const order = a < b ? -1 : a > b ? 1 : 0
      expect(Buffer.compare(encodeSequence(String(a)), encodeSequence(String(b)))).toBe(order)
      expect(compareSequences(String(a), String(b))).toBe(order)
    }),
  )
})

test('leading zeros do not count', () => {
  expect(compareSequences('007', '7')).toBe(0)
  expect(decodeSequence(encodeSequence('000000000000000012'))).toBe('12')
  expect(decodeSequence(encodeSequence('0'))).toBe('0')
})

test.each(['', '-1', '1.5', '0x10', ' 1', '1e3', '٣', String(2n ** 192n), '9'.repeat(129)])('%j is refused', (text) => {
  expect(failureOf(() => encodeSequence(text))?.code).toBe('invalid-argument')
})

test('bytes of another length are damage', () => {
  expect(failureOf(() => decodeSequence(new Uint8Array(23)))?.code).toBe('damaged-capture')
})
