import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { queryTokens, quoted } from '../../../../renderer/parts/query-tokens.ts'

const kinds = (query: string) => queryTokens(query).filter((token) => token.kind !== 'space').map((token) => `${token.kind} ${token.text}`)

describe('queryTokens', () => {
  test('tells fields, operators, values and brackets apart', () => {
    expect(kinds('error (total:>=40 OR _key:"a b") NOT x:[1 TO 5]')).toEqual([
      'term error',
      'bracket (',
      'field total',
      'colon :>=',
      'value 40',
      'operator OR',
      'field _key',
      'colon :',
      'value "a b"',
      'bracket )',
      'operator NOT',
      'field x',
      'colon :',
      'value [1 TO 5]',
    ])
  })
  test('the parts of a term belong together, and only the one after NOT is negated', () => {
    const tokens = queryTokens('NOT a:b c')
    expect(tokens.filter((token) => token.isNegated).map((token) => token.text)).toEqual(['a', ':', 'b'])
  })
  test('together they are the query, whatever it is', () => {
    const query = fc.string({ unit: fc.constantFrom('a', ':', '"', '(', ')', '[', ']', ' ', '>', '=', '\\', 'NOT ', 'é', '\u202e', '😀'), maxLength: 40 })
    fc.assert(
      fc.property(query, (query) => {
        expect(queryTokens(query).map((token) => token.text).join('')).toBe(query)
      }),
    )
  })
})

test('a quoted text is one value again', () => {
  expect(quoted('say "hi" \\ now')).toBe('"say \\"hi\\" \\\\ now"')
  expect(queryTokens(`_key:${quoted('a "b" c')}`).at(-1)).toMatchObject({ kind: 'value', text: '"a \\"b\\" c"' })
})
