import { describe, expect, test } from 'vitest'
import { parseJson } from '#shared/model/json-text.ts'
import { exactness, jsonRows, pathOf, previewOf, queryPathOf, valueText } from '../../../../renderer/features/records/json-rows.ts'

function read(text: string) {
  const result = parseJson(text)
  if (!result.ok) throw new Error(result.reason)
  return result.json
}
const NONE: ReadonlySet<number> = new Set()

describe('jsonRows', () => {
  const json = read('{"type":"Order","items":[{"sku":"A","qty":2},{}],"type":"again","n":9223372036854775807}')

  test('lists values in their order, duplicate names included', () => {
    expect(jsonRows(json, NONE).map((row) => `${'  '.repeat(row.depth)}${row.name ?? '$'} ${row.kind}`)).toEqual([
      '$ object',
      '  type string',
      '  items array',
      '    0 object',
      '      sku string',
      '      qty number',
      '    1 object',
      '  type string',
      '  n number',
    ])
  })
  test('a closed container hides what is in it', () => {
    const items = jsonRows(json, NONE).find((row) => row.name === 'items')
    const rows = jsonRows(json, new Set([items?.node ?? -1]))
    expect(rows.map((row) => row.name)).toEqual([null, 'type', 'items', 'type', 'n'])
    expect(rows[2]).toMatchObject({ isOpen: false, size: 2 })
  })
  test('knows paths, for people and for the query line', () => {
    const rows = jsonRows(json, NONE)
    const sku = rows.find((row) => row.name === 'sku')
    if (sku === undefined) throw new Error('no sku')
    expect(pathOf(json, rows, sku)).toBe('$.items[0].sku')
    expect(queryPathOf(json, rows, sku)).toBe('items.sku')
  })
  test('a name that is no word is quoted in the path and kept out of the query line', () => {
    const odd = read('{"a b":{"_x":1}}')
    const rows = jsonRows(odd, NONE)
    const last = rows.at(-1)
    if (last === undefined) throw new Error('no rows')
    expect(pathOf(odd, rows, last)).toBe('$["a b"]._x')
    expect(queryPathOf(odd, rows, last)).toBeNull()
  })
  test('10,000 levels do not overflow the stack', () => {
    const deep = read(`${'['.repeat(10_000)}1${']'.repeat(10_000)}`)
    const rows = jsonRows(deep, new Set(Array.from({ length: 10_000 }, (_, node) => node).filter((node) => node >= 2)))
    expect(rows).toHaveLength(10_001)
  })
  test('a large tree opens with its first levels only', () => {
    const large = read(JSON.stringify({ all: Array.from({ length: 500 }, (_, n) => ({ n })) }))
    expect(jsonRows(large, NONE)).toHaveLength(502)
  })
})

test('values are copied as they were sent', () => {
  const json = read('["a\\u00e9\\"", 1.50, {"x":1}]')
  const [, text, number, object] = jsonRows(json, NONE)
  expect(valueText(json, text?.node ?? 0)).toBe('aé"')
  expect(valueText(json, number?.node ?? 0)).toBe('1.50')
  expect(valueText(json, object?.node ?? 0)).toBe('{"x":1}')
})

test.each([
  ['{"sku":"VASE","qty":1}', '{ sku: "VASE", qty: 1 }'],
  ['{"sku":"VASE-GLZ-18-LONG-NAME-OF-A-VASE","qty":1,"more":2}', '{ sku: "VASE-GLZ-18-LONG-NAME-OF-A-VASE", … }'],
  ['{"a":{},"b":1}', '{ 2 }'],
  ['[1,2,3]', '[ 1, 2, 3 ]'],
  ['[]', '[ ]'],
])('the preview of %s', (text, preview) => {
  const json = read(text)
  const [row] = jsonRows(json, NONE)
  if (row === undefined) throw new Error('no rows')
  expect(previewOf(json, row)).toBe(preview)
})

test.each([
  ['9007199254740991', null],
  ['9007199254740993', 'past 2⁵³, exact'],
  ['-9223372036854775808', 'past 2⁵³, exact'],
  ['485.25', null],
  ['0.12345678901234567890', '20 digits, exact'],
  ['1e400', null],
])('exactness of %s', (source, flag) => {
  expect(exactness(source)).toBe(flag)
})
