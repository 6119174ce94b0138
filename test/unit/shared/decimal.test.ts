import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareDecimals } from '../../../shared/model/decimal.ts'

const sign = (value: bigint): number => (value < 0n ? -1 : value > 0n ? 1 : 0)

const exact = ({ digits, exponent }: { digits: bigint; exponent: number }): bigint => digits * 10n ** BigInt(exponent + 30)

test('numbers are compared by their digits, however they are written', () => {
  expect(compareDecimals('1e3', '1000')).toBe(0)
  expect(compareDecimals('1000.000', '1E+3')).toBe(0)
  expect(compareDecimals('9007199254740993', '9007199254740992')).toBe(1)
  expect(compareDecimals('1234567890123456789', '1234567890123456788')).toBe(1)
  expect(compareDecimals('-0', '0.00')).toBe(0)
  expect(compareDecimals('-1', '0')).toBe(-1)
  expect(compareDecimals('-2', '-1')).toBe(-1)
  expect(compareDecimals('0.1', '.10')).toBe(0)
  expect(compareDecimals('007', '7')).toBe(0)
  expect(compareDecimals('1e999999999999999999999', '1e999999999999999999998')).toBe(1)
  expect(compareDecimals('1e-999999999999999999999', '5')).toBe(-1)
  expect(compareDecimals('abc', '5')).toBeNull()
  expect(compareDecimals('5', '0x10')).toBeNull()
})

test('comparison is exact for any digits and exponents', () => {
  const part = fc.record({ digits: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), exponent: fc.integer({ min: -30, max: 30 }) })
  fc.assert(
    fc.property(part, part, (a, b) => {
      expect(compareDecimals(`${a.digits}e${a.exponent}`, `${b.digits}e${b.exponent}`)).toBe(sign(exact(a) - exact(b)))
    }),
    { numRuns: 1000 },
  )
})
