import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aggregate } from '../../../electron/decode/kpl.ts'
import { SUMMARY_HEAD, summarise } from '../../../electron/decode/summarise.ts'
import type { RecordSummary } from '../../../shared/model/record.ts'

const shown = (summary: RecordSummary): string =>
  summary.kind === 'fields' ? summary.fields.map(({ name, value }) => `${name} ${value}`).join(', ') : summary.kind === 'text' ? summary.text : summary.hex
const of = (text: string): RecordSummary => summarise(Buffer.from(text), null)

const names = (text: string): string => {
  const summary = of(text)
  return summary.kind === 'fields' ? summary.fields.map(({ name }) => name).join(' ') : summary.kind
}

const length = (summary: RecordSummary): number =>
  summary.kind === 'fields' ? summary.fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0) : summary.kind === 'text' ? summary.text.length : summary.hex.length

describe('a record in a table cell', () => {
  test('shows the first scalar fields of a JSON object, numbers as written', () => {
    const summary = of('{"type":"OrderPlaced","order":9007199254740993,"items":[{"sku":"a"}],"total":485.250,"paid":true,"note":null}')
    expect(summary).toEqual({
      kind: 'fields',
      fields: [
        { name: 'type', value: 'OrderPlaced', type: 'string' },
        { name: 'total', value: '485.250', type: 'number' },
        { name: 'paid', value: 'true', type: 'literal' },
        { name: 'order', value: '9007199254740993', type: 'number' },
        { name: 'note', value: 'null', type: 'literal' },
      ],
      more: true,
    })
    expect(shown(of(' {"a" : "x\\u00e9\\"" } '))).toBe('a xé"')
  })

  test('begins with what kind of thing it is, and ends with what only machines compare', () => {
    expect(names('{"id":"4f1c2d3e-0000-4000-8000-1234567890ab","at":"2026-11-22T14:31:59.061Z","ts":1795357919061,"user":"m.lind","Event":"login"}')).toBe('Event user id at ts')
    expect(names('{"trace":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","day":"2026-11-22","coupon":null,"order":4711,"ok":false}')).toBe('order ok trace day coupon')
    expect(names('{"a":"2026 was a year","b":123456789012,"c":"deadbeef","kind":5}')).toBe('a b c kind')
  })

  test('shows what is nested where there is nothing else', () => {
    expect(of('{"a":{"b":"}"},"c":[1]}')).toEqual({ kind: 'fields', fields: [{ name: 'a', value: '{…}', type: 'nested' }, { name: 'c', value: '[…]', type: 'nested' }], more: false })
  })

  test('shows text on one line and binary as hex', () => {
    expect(of('two\n  lines')).toEqual({ kind: 'text', text: 'two lines', more: false })
    expect(of('[1,2]')).toEqual({ kind: 'text', text: '[1,2]', more: false })
    expect(of('{not json}')).toEqual({ kind: 'text', text: '{not json}', more: false })
    expect(of('')).toEqual({ kind: 'text', text: '', more: false })
    expect(summarise(Buffer.from([0xff, 0, 1]), null)).toEqual({ kind: 'binary', hex: 'ff0001', note: 'binary', more: false })
    expect(summarise(gzipSync('x'), null)).toMatchObject({ kind: 'binary', note: 'gzip' })
    expect(summarise(aggregate([]), null)).toMatchObject({ kind: 'binary', note: 'KPL aggregate' })
    expect(summarise(gzipSync('{"a":1}'), '{"a":1}')).toMatchObject({ kind: 'fields' })
  })

  test('is harmless: control and bidi characters are escaped', () => {
    expect(shown(of('{"a\\u202e":"\\u001b[31m"}'))).toBe('a\\u202e \\u001b[31m')
    expect(shown(of('\u202ehello, world\u0007'))).toBe('\\u202ehello, world\\u0007')
  })

  test('of 10 MiB is read by its beginning, and the same from a prefix', () => {
    const large = Buffer.from(`{"id":1,"blob":"${'x😀'.repeat(2_000_000)}","end":2}`)
    const before = performance.now()
    const summary = summarise(large, null)
    expect(performance.now() - before).toBeLessThan(50)
    expect(summary).toMatchObject({ kind: 'fields', more: true })
    expect(shown(summary)).toMatch(/^id 1, blob x😀x/)
    expect(summarise(large.subarray(0, SUMMARY_HEAD), null)).toEqual(summary)
    const deep = Buffer.from(`{"a":${'['.repeat(5_000_000)}`)
    expect(summarise(deep, null)).toMatchObject({ kind: 'fields', fields: [{ name: 'a', value: '[…]' }] })
  })

  test('never takes more than 240 characters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 2000, size: 'max' }), fc.object({ maxKeys: 40 }).map((value) => JSON.stringify(value))), (text) => {
        const summary = of(text)
        expect(length(summary)).toBeLessThanOrEqual(240)
        expect(shown(summary).isWellFormed() || !text.isWellFormed()).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})
