import { expect, test } from 'vitest'
import { printable } from '../../../shared/model/printable.ts'

test('escapes what a terminal or a reader could be fooled by, and nothing else', () => {
  expect(printable('a\tb\nc é 😀 "\\"')).toBe('a\tb\nc é 😀 "\\"')
  expect(printable('\u001b[31mred\u0007\r\u0000\u007f\u009b')).toBe('\\u001b[31mred\\u0007\\u000d\\u0000\\u007f\\u009b')
  expect(printable('a\u2028b\u2029c')).toBe('a\\u2028b\\u2029c')
  expect(printable('\u202egpj.exe\u2066\u2069\u200f\u061c')).toBe('\\u202egpj.exe\\u2066\\u2069\\u200f\\u061c')
})
