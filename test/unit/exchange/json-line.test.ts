import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLine } from '../../../electron/exchange/json-line.ts'

/** Controls, separators and bidi controls. */
const isActive = (sign: string): boolean => {
  const code = sign.codePointAt(0) ?? 0
  const between = (from: number, to: number) => code >= from && code <= to
  return code < 0x20 || between(0x7f, 0x9f) || between(0x2028, 0x202e) || between(0x2066, 0x2069) || [0x61c, 0x200e, 0x200f, 0xfeff].includes(code)
}

describe('a line of JSON', () => {
  it('parses back to the same value and holds no character that a terminal or a line reader obeys', () => {
    const hostile = fc.string({ unit: fc.constantFrom(...Array.from('a"\\/nrtbfu0\u0000\b\t\n\v\f\r\u001b\u007f\u0085\u009b\u061c\u200e\u2028\u2029\u202e\u2066\u2069\ufeffé😀'), '\ud800', '\\n', '\\\\n') })
    fc.assert(
      fc.property(fc.record({ text: hostile, more: fc.dictionary(hostile, fc.oneof(hostile, fc.integer(), fc.constant(null))) }), (value) => {
        const line = jsonLine(value)
        expect(Array.from(line).filter(isActive)).toEqual([])
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['a\nb', String.raw`"a\u000ab"`],
    ['\t\r\b\f', String.raw`"\u0009\u000d\u0008\u000c"`],
    ['\u001b[31m', String.raw`"\u001b[31m"`],
    ['\u007f\u0085', String.raw`"\u007f\u0085"`],
    ['\u2028\u2029', String.raw`"\u2028\u2029"`],
    ['\u202egnp.exe', String.raw`"\u202egnp.exe"`],
    ['\ufeff{}', String.raw`"\ufeff{}"`],
    [String.raw`\n`, String.raw`"\\n"`],
    [`${String.raw`\\`}\n`, String.raw`"\\\\\u000a"`],
    ['"é😀"', String.raw`"\"é😀\""`],
  ])('writes %j', (text, line) => {
    expect(jsonLine(text)).toBe(line)
  })
})
