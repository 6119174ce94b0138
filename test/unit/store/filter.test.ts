import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildFilter, FILTER_BYTES, fold, gramsOf, mayContain, unescapeJson } from '../../../electron/store/filter.ts'
import { foldUtf8 } from '../../../electron/store/fold-utf8.ts'
import { unescapeBytes } from '../../../electron/store/json-escapes.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 60 })
const cased = fc.string({ unit: fc.constantFrom(...Array.from('aAbBéÉßẞσςΣſsSKKİIıiǅǆ𐐀𐐨😀{}":,\\u0041 \t')), maxLength: 40 })
const someText = fc.oneof(anyText, cased)

/** A piece of a text, cut between code points, with its case changed at will. */
const textWithPiece = someText.chain((text) => {
  const points = Array.from(text)
  return fc
    .tuple(fc.nat(points.length), fc.nat(points.length), fc.constantFrom('asIs', 'upper', 'lower'))
    .map(([a, b, how]) => {
      const piece = points.slice(Math.min(a, b), Math.max(a, b)).join('')
      const upper = Array.from(piece).map((c) => (c.toUpperCase().length === c.length ? c.toUpperCase() : c)).join('')
      const lower = Array.from(piece).map((c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c)).join('')
      return { text, piece: how === 'asIs' ? piece : how === 'upper' ? upper : lower }
    })
})

function found(filter: Uint8Array, piece: string): boolean {
  return mayContain(filter, gramsOf(fold(piece)))
}

test('no filter hides a piece of the payload, whatever its case', () => {
  fc.assert(
    fc.property(textWithPiece, fc.array(someText, { maxLength: 3 }), ({ text, piece }, others) => {
      const records = [...others, text].map((value) => ({ data: Buffer.from(value), text: null, partitionKey: '' }))
      expect(found(buildFilter(records), piece)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('no filter hides a piece of the decoded text or of the partition key', () => {
  fc.assert(
    fc.property(textWithPiece, fc.uint8Array({ maxLength: 50 }), ({ text, piece }, data) => {
      expect(found(buildFilter([{ data, text, partitionKey: '' }]), piece)).toBe(true)
      expect(found(buildFilter([{ data, text: null, partitionKey: text }]), piece)).toBe(true)
    }),
  )
})

test('no filter hides what stands in JSON as an escape', () => {
  fc.assert(
    fc.property(textWithPiece, fc.boolean(), ({ text, piece }, everything) => {
      const json = everything
        ? `"${Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`
        : JSON.stringify(text)
      expect(found(buildFilter([{ data: Buffer.from(json), text: null, partitionKey: '' }]), piece)).toBe(true)
      expect(found(buildFilter([{ data: new Uint8Array(0), text: json, partitionKey: '' }]), piece)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test('text between invalid bytes is found', () => {
  fc.assert(
    fc.property(textWithPiece, fc.uint8Array({ maxLength: 8 }), ({ text, piece }, junk) => {
      const data = Buffer.concat([junk, Buffer.from(text), junk])
      fc.pre(data.toString('utf8').includes(text))
      expect(found(buildFilter([{ data, text: null, partitionKey: '' }]), piece)).toBe(true)
    }),
  )
})

test('the bytes of a payload are searched as UTF-8 with the invalid ones replaced', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), fc.nat(80), (data, a, b) => {
      const points = Array.from(Buffer.from(data).toString('utf8'))
      const piece = points.slice(Math.min(a, b), Math.max(a, b)).join('')
      expect(found(buildFilter([{ data, text: null, partitionKey: '' }]), piece)).toBe(true)
    }),
  )
})

test('a filter rules out what is not there', () => {
  const filter = buildFilter([{ data: Buffer.from('{"order":4711,"state":"SHIPPED"}'), text: null, partitionKey: 'customer-17' }])
  expect(filter).toHaveLength(FILTER_BYTES)
  expect(found(filter, 'shipped')).toBe(true)
  expect(found(filter, 'CUSTOMER-17')).toBe(true)
  expect(found(filter, 'returned')).toBe(false)
  // Three bytes have no gram, four have one.
  expect(gramsOf('abc')).toEqual([])
  expect(gramsOf('abcd')).toHaveLength(1)
  expect(gramsOf('aé€')).toHaveLength(3)
  // A match across two records is none.
  const two = buildFilter([
    { data: Buffer.from('abcd'), text: null, partitionKey: '' },
    { data: Buffer.from('efgh'), text: null, partitionKey: '' },
  ])
  expect(found(two, 'cdef')).toBe(false)
})

test('undoing escapes does the same to bytes and to text', () => {
  const escaped = fc.string({ unit: fc.constantFrom('\\', 'u', 'n', '"', '/', '0', '0', 'd', '8', '3', 'D', 'C', 'é', '😀', 'x'), maxLength: 40 })
  fc.assert(
    fc.property(escaped, (text) => {
      // Lone surrogates cannot be written in UTF-8: both become U+FFFD.
      expect(Buffer.from(unescapeBytes(Buffer.from(text))).toString('utf8')).toBe(Buffer.from(unescapeJson(text)).toString('utf8'))
    }),
    { numRuns: 5000 },
  )
  expect(unescapeJson(String.raw`Jos\u00e9 \/ \"\ud83d\ude00\" \x \u12`)).toBe(String.raw`José / "😀" \x \u12`)
})

test('folding goes code point by code point and keeps every place', () => {
  expect(fold('ΟΔΥΣΣΕΥΣ')).toBe(fold('οδυσσευς'))
  expect(fold('É')).toBe('é')
  expect(fold('ſ')).toBe('s')
  expect(fold('\u212A')).toBe('k')
  expect(fold('𐐀')).toBe('𐐨')
  expect(fold('ß')).toBe(fold('ẞ'))
  fc.assert(
    fc.property(someText, someText, (a, b) => {
      expect(fold(a)).toHaveLength(a.length)
      expect(fold(fold(a))).toBe(fold(a))
      const cut = !(/[\uD800-\uDBFF]$/.test(a) && /^[\uDC00-\uDFFF]/.test(b))
      if (cut) expect(fold(a + b)).toBe(fold(a) + fold(b))
    }),
    { numRuns: 2000 },
  )
})

test('folding bytes is folding the text they are, invalid ones replaced', () => {
  const hostile = fc.array(fc.constantFrom(0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xc3, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf3, 0xf4, 0xf5, 0xff), { maxLength: 12 })
  const bytes = fc.oneof(hostile.map((list) => Uint8Array.from(list)), fc.uint8Array({ maxLength: 40 }), someText.map((text) => Buffer.from(text)))
  fc.assert(
    fc.property(bytes, (data) => {
      expect(Buffer.from(foldUtf8(data)).toString('hex')).toBe(Buffer.from(fold(Buffer.from(data).toString('utf8'))).toString('hex'))
    }),
    { numRuns: 5000 },
  )
})

test('every character folds alike as text and as bytes', () => {
  for (let code = 0; code < 0x1_f000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue
    const text = String.fromCodePoint(code)
    if (Buffer.from(fold(text)).equals(foldUtf8(Buffer.from(text)))) continue
    expect(code).toBe('the same')
  }
})
