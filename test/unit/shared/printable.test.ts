import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printable } from '#shared/model/printable.ts'

describe('printable', () => {
  test.each([
    ['plain text with äöü, 漢字 and 🚀', 'plain text with äöü, 漢字 and 🚀'],
    ['tab\tand\nnewline stay', 'tab\tand\nnewline stay'],
    ['\u001B[31mred', '\\u001b[31mred'],
    ['over\rwritten', 'over\\u000dwritten'],
    ['\u0000\u007F\u0085\u009B', '\\u0000\\u007f\\u0085\\u009b'],
    ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['invoice\u202Efdp.exe', 'invoice\\u202efdp.exe'],
    ['\u061C\u200E\u200F\u202A\u2066\u2069', '\\u061c\\u200e\\u200f\\u202a\\u2066\\u2069'],
    ['family 👨\u200D👩\u200D👧 keeps its joiners', 'family 👨\u200D👩\u200D👧 keeps its joiners'],
  ])('%j', (text, expected) => {
    expect(printable(text)).toBe(expected)
  })

  test('leaves nothing that acts, and does nothing twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = printable(text)
        expect(clean.replaceAll(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u)
        expect(printable(clean)).toBe(clean)
      }),
    )
  })

  test('keeps the value of JSON text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(printable(JSON.stringify({ [text]: text })))).toEqual({ [text]: text })
      }),
    )
  })
})
