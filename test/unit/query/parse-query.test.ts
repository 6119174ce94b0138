import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KinescopeError } from '../../../shared/model/error.ts'
import { parseQuery } from '../../../electron/query/parse-query.ts'
import type { Match, Query } from '../../../electron/query/query.ts'

const text = (value: string): Query => ({ kind: 'text', text: value })
const equals = (value: string, quoted = false): Match => ({ kind: 'equals', value, quoted })
const field = (path: string, match: Match | string): Query => ({ kind: 'field', path, match: typeof match === 'string' ? equals(match) : match })

const failureOf = (query: string) => {
  try {
    parseQuery(query)
  } catch (error) {
    if (error instanceof KinescopeError) return error.failure
    throw error
  }
  throw new Error(`${query} was accepted`)
}

describe('a search line', () => {
  test('of nothing finds everything', () => {
    expect(parseQuery('')).toEqual({ kind: 'all' })
    expect(parseQuery(' \t ')).toEqual({ kind: 'all' })
  })

  test('has terms, phrases and fields', () => {
    expect(parseQuery('alpha "two words" a.b:c')).toEqual({ kind: 'and', of: [text('alpha'), text('two words'), field('a.b', 'c')] })
    expect(parseQuery('a:"b c"')).toEqual(field('a', equals('b c', true)))
    expect(parseQuery('"odd name":x')).toEqual(field('odd name', 'x'))
    expect(parseQuery('"say \\"hi\\" \\\\ C:\\dir"')).toEqual(text('say "hi" \\ C:\\dir'))
  })

  test('binds AND tighter than OR, and NOT tighter than both', () => {
    const expected: Query = { kind: 'or', of: [text('a'), { kind: 'and', of: [text('b'), { kind: 'not', of: text('c') }] }, text('d')] }
    expect(parseQuery('a OR b AND NOT c OR d')).toEqual(expected)
    expect(parseQuery('a OR b -c OR d')).toEqual(expected)
    expect(parseQuery('(a OR b) c')).toEqual({ kind: 'and', of: [{ kind: 'or', of: [text('a'), text('b')] }, text('c')] })
    expect(parseQuery('NOT(a)')).toEqual({ kind: 'not', of: text('a') })
    expect(parseQuery('NOT NOT a')).toEqual(text('a'))
    expect(parseQuery('and or not')).toEqual({ kind: 'and', of: [text('and'), text('or'), text('not')] })
    expect(parseQuery('ANDROID ORDER')).toEqual({ kind: 'and', of: [text('ANDROID'), text('ORDER')] })
  })

  test('compares and has ranges', () => {
    expect(parseQuery('total:>=1e3')).toEqual(field('total', { kind: 'compare', operator: '>=', value: '1e3' }))
    expect(parseQuery('total:< -5')).toEqual(field('total', { kind: 'compare', operator: '<', value: '-5' }))
    expect(parseQuery('total:[1 TO *]')).toEqual(field('total', { kind: 'range', from: '1', to: null }))
    expect(parseQuery('_time:[2026-01-01T10:00:00Z TO 2026-01-02]')).toEqual({ kind: 'meta', name: '_time', match: { kind: 'range', from: '2026-01-01T10:00:00Z', to: '2026-01-02' } })
    expect(parseQuery('_shard:003')).toEqual({ kind: 'meta', name: '_shard', match: equals('003') })
    expect(parseQuery('_id:003')).toEqual(field('_id', '003'))
    expect(parseQuery('"_key":x')).toEqual(field('_key', 'x'))
  })

  // The faults that made us write a grammar of our own.
  test.each([
    ['1234567890123456789', text('1234567890123456789')],
    ['id:1234567890123456789', field('id', '1234567890123456789')],
    ['id:007', field('id', '007')],
    ['007', text('007')],
    ['http://x/y', text('http://x/y')],
    ['https://x/y?a=b:c', text('https://x/y?a=b:c')],
    ['url:http://x/y', field('url', 'http://x/y')],
    ['{"a":1}', text('{"a":1}')],
    ['{"a":"b c"}', text('{"a":"b c"}')],
    ['C:\\dir', text('C:\\dir')],
    ['std::string', text('std::string')],
    ['12:30:45', text('12:30:45')],
    ['arn:aws:kinesis:eu-west-1:111111111111:stream/x', text('arn:aws:kinesis:eu-west-1:111111111111:stream/x')],
    ['foo(bar)', text('foo(bar)')],
    ['[ERROR]', text('[ERROR]')],
    ['a*b?', text('a*b?')],
    ['->', text('->')],
    ['--flag', text('--flag')],
    ['/a+/', text('/a+/')],
  ] satisfies [string, Query][])('takes %s as it is meant', (query, expected) => {
    expect(parseQuery(query)).toEqual(expected)
  })

  test.each([
    ['"never closed', 0],
    ['a 5" b', 3],
    ['(a', 0],
    ['x (a (b)', 2],
    ['a)', 1],
    ['foo(bar baz)', 3],
    ['a OR', 4],
    ['AND a', 0],
    ['a OR OR b', 5],
    ['NOT', 3],
    ['()', 1],
    ['a:', 0],
    ['b a: c', 2],
    ['a:>', 0],
    ['a:>abc', 2],
    ['a:[1 TO 2', 2],
    ['a:[1,2]', 2],
    ['a:[x TO y]', 2],
    ['_time:yesterday', 6],
    ['_time:2026-02-31', 6],
    ['_size:big', 6],
    ['_seq:1x', 5],
    ['_key:>a', 5],
    ['""', 0],
    ['('.repeat(5000), 100],
  ])('refuses %s at its place, with something to do', (query, position) => {
    const failure = failureOf(query)
    expect(failure).toMatchObject({ code: 'bad-query', position })
    expect(failure.message).toMatch(/\.$/)
    expect(failure.action).toMatch(/\.$/)
  })

  test('is understood or refused with a place in it, never a crash', () => {
    const signs = fc.string({ unit: fc.constantFrom(...Array.from('ab"\\:()[]<>=*?- \t.{}'), ' AND ', ' OR ', 'NOT ', ' TO ', '_key:', '_time:', '_seq:', 'é', '😀', '\ud800'), maxLength: 30 })
    fc.assert(
      fc.property(signs, (query) => {
        try {
          parseQuery(query)
        } catch (error) {
          if (!(error instanceof KinescopeError) || error.code !== 'bad-query') throw error
          expect(error.failure.position).toBeGreaterThanOrEqual(0)
          expect(error.failure.position).toBeLessThanOrEqual(query.length)
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('survives 10,000 characters of anything', () => {
    expect(parseQuery('NOT '.repeat(2500) + 'a')).toEqual(text('a'))
    expect(parseQuery('-'.repeat(9999) + 'a').kind).toBe('text')
    expect(failureOf(`${'a.'.repeat(5000)}b:1`).code).toBe('bad-query')
  })
})
