import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { compile } from '../../../electron/query/compile.ts'
import { parseQuery } from '../../../electron/query/parse-query.ts'
import { mayMatch, planOf, usesFilters } from '../../../electron/search/plan.ts'
import { buildFilter } from '../../../electron/store/filter.ts'

const block = (text: string, firstArrival = 0, lastArrival = 0) => ({
  firstArrival,
  lastArrival,
  filter: buildFilter([{ data: Buffer.from(text), text: null, partitionKey: 'customer-1' }]),
})
const may = (query: string, ...args: Parameters<typeof block>): boolean => mayMatch(planOf(parseQuery(query)), block(...args))

describe('a plan', () => {
  test('rules out blocks that lack what a match must hold', () => {
    const text = '{"country":"Portugal","total":1e3,"name":"Andr\\u00e9"}'
    expect(may('PORTUGAL', text)).toBe(true)
    expect(may('andré', text)).toBe(true)
    expect(may('_key:customer-1', text)).toBe(true)
    expect(may('Norway', text)).toBe(false)
    expect(may('country:Norway', text)).toBe(false)
    expect(may('city:Portugal', text)).toBe(false)
    expect(may('country:Nor*way', text)).toBe(true)
    expect(may('country:Norwa*', text)).toBe(false)
    expect(may('_key:customer-*', text)).toBe(true)
    expect(may('_key:supplier-*', text)).toBe(false)
    expect(may('Norway OR Portugal', text)).toBe(true)
    expect(may('Norway Portugal', text)).toBe(false)
  })

  test('keeps numbers, which may be written otherwise, and what is negated', () => {
    expect(may('total:1000', '{"total":1e3}')).toBe(true)
    expect(may('NOT Portugal', 'Norway')).toBe(true)
    expect(may('Portugal OR NOT Portugal', 'Norway')).toBe(true)
    expect(usesFilters(planOf(parseQuery('_size:>5 NOT abcdef')))).toBe(false)
  })

  test('rules out blocks of another time, ends included', () => {
    const at = Date.parse('2026-01-01T00:00:00Z')
    const range = '_time:[2026-01-01T00:00:00.010Z TO 2026-01-01T00:00:00.020Z]'
    expect(may(range, '', at, at + 9)).toBe(false)
    expect(may(range, '', at, at + 10)).toBe(true)
    expect(may(range, '', at + 20, at + 30)).toBe(true)
    expect(may(range, '', at + 21, at + 30)).toBe(false)
    expect(may('_time:2026-01-01', '', at + 86_399_999, at + 90_000_000)).toBe(true)
    expect(may('_time:2026-01-01', '', at + 86_400_000, at + 90_000_000)).toBe(false)
    expect(may('_time:>2026-01-01', '', at - 5, at)).toBe(false)
    expect(may('_time:>=2026-01-01', '', at - 5, at)).toBe(true)
  })
})

const realFile = new URL('../../../../shared/data/cloudtrail-events.ndjson.gz', import.meta.url)
test.skipIf(!existsSync(realFile))('102 of 2,900 real CloudTrail events were throttled (needs ../shared/data)', () => {
  const lines = gunzipSync(readFileSync(realFile)).toString().trimEnd().split('\n')
  const count = (query: string): number => {
    const matches = compile(parseQuery(query))
    return lines.filter((line) => matches({ data: Buffer.from(line), text: null, partitionKey: '', shardId: 'shardId-000000000000', sequenceNumber: '1', arrival: 0 })).length
  }
  expect(lines).toHaveLength(2900)
  expect(count('errorCode:ThrottlingException')).toBe(102)
  expect(count('errorCode:throttling*')).toBe(102)
  expect(count('eventSource:ec2.amazonaws.com')).toBe(892)
  expect(count('eventSource:ec2.amazonaws.com NOT errorCode:*')).toBe(lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((event) => event['eventSource'] === 'ec2.amazonaws.com' && !('errorCode' in event)).length)
})
