import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { elementsOf, endOf, kindOf, membersOf, parseJson, reusableJsonParser, ROOT, sourceOf, startOf, stringOf, unescapeJson } from '../../../shared/model/json-text.ts'
import type { JsonText } from '../../../shared/model/json-text.ts'

const parsed = (text: string): JsonText => {
  const result = parseJson(text)
  if (!result.ok) throw new Error(`${result.reason} at ${result.position}`)
  return result.json
}

const revive = (json: JsonText, node: number): unknown => {
  switch (kindOf(json, node)) {
    case 'object': {
      const object: Record<string, unknown> = {}
      for (const { key, value } of membersOf(json, node)) Object.defineProperty(object, key, { value: revive(json, value), enumerable: true, configurable: true, writable: true })
      return object
    }
    case 'array':
      return Array.from(elementsOf(json, node), (element) => revive(json, element))
    case 'string':
      return stringOf(json, node)
    case 'number':
      return Number(sourceOf(json, node))
    case 'true':
      return true
    case 'false':
      return false
    default:
      return null
  }
}

const agrees = (text: string): void => {
  let expected: unknown
  let isValid = true
  try {
    expected = JSON.parse(text)
  } catch {
    isValid = false
  }
  const result = parseJson(text)
  expect(result.ok).toBe(isValid)
  if (result.ok) expect(revive(result.json, ROOT)).toEqual(expected)
}

describe('JSON text', () => {
  test('is read as JSON.parse reads it', () => {
    fc.assert(fc.property(fc.json({ stringUnit: 'binary' }), agrees), { numRuns: 500 })
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(1, 2, '\t'), (value, indent) => agrees(JSON.stringify(value, null, indent))),
      { numRuns: 200 },
    )
  })

  test('that is malformed is refused where JSON.parse refuses it', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', ' ', '\u0000', 't', 'u00e9', '\\u00', '\u00a0'), (text, where, insert) => {
        const at = where % (text.length + 1)
        agrees(text.slice(0, at) + insert + text.slice(at))
        agrees(text.slice(0, at) + insert + text.slice(at + 1))
        agrees(text.slice(0, at))
      }),
      { numRuns: 1500 },
    )
    const alphabet = fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:\\u0123456789-+.eE truefalsn\n')), maxLength: 12 })
    fc.assert(fc.property(alphabet, agrees), { numRuns: 3000 })
  })

  test('says where it went wrong', () => {
    expect(parseJson('{"a":1,}')).toEqual({ ok: false, position: 7, reason: 'a name in quotes is expected' })
    expect(parseJson('[1 2]')).toEqual({ ok: false, position: 3, reason: 'a comma or a closing bracket is expected' })
    expect(parseJson('')).toEqual({ ok: false, position: 0, reason: 'it ends too early' })
  })

  test('keeps numbers, duplicate keys and key order as sent', () => {
    const json = parsed('{"id":12345678901234567890.10,"b":1,"a":2,"b":3}')
    expect(Array.from(membersOf(json, ROOT), ({ key, value }) => [key, sourceOf(json, value)])).toEqual([
      ['id', '12345678901234567890.10'],
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ])
  })

  test('knows where each value stands', () => {
    const text = ' {"a" : [ 1, "x\\u00e9" ]}'
    const json = parsed(text)
    const [member] = [...membersOf(json, ROOT)]
    expect(text.slice(startOf(json, ROOT), endOf(json, ROOT))).toBe(text.trim())
    expect(sourceOf(json, member!.value)).toBe('[ 1, "x\\u00e9" ]')
    const elements = [...elementsOf(json, member!.value)]
    expect(elements.map((element) => sourceOf(json, element))).toEqual(['1', '"x\\u00e9"'])
    expect(stringOf(json, elements[1]!)).toBe('xé')
  })

  test('may be 100,000 levels deep', () => {
    const depth = 100_000
    expect(parsed('['.repeat(depth) + ']'.repeat(depth)).nodes).toBe(depth)
    expect(parsed('{"a":'.repeat(depth) + '1' + '}'.repeat(depth)).nodes).toBe(2 * depth + 1)
    expect(parseJson('['.repeat(depth)).ok).toBe(false)
  })

  test('is read alike by a parser that is used again', () => {
    const parse = reusableJsonParser()
    fc.assert(
      fc.property(fc.json(), (text) => {
        const result = parse(text)
        expect(result.ok && revive(result.json, ROOT)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('loses its escapes, and nothing that only looks like one', () => {
    expect(unescapeJson('a\\u00e9\\n\\\\u0041\\x\\u12')).toBe('aé\n\\u0041\\x\\u12')
  })
})
