import { describe, expect, it } from 'vitest'
import { accepting, filterOf } from '../../../electron/capture/capture-filter.ts'

const row = (data: string, partitionKey = 'k') => ({ sequenceNumber: '7', subsequence: 0, arrival: 1_760_000_000_000, partitionKey, explicitHashKey: null, data: Buffer.from(data), text: null })

const judged = (filter: string, data: string, key?: string) => accepting(filter)?.('shardId-1')(row(data, key))

describe('the filter of a capture', () => {
  it('is what the file was begun with', () => {
    expect(filterOf('a:1', null)).toBe('a:1')
    expect(filterOf('  ', null)).toBeNull()
    expect(filterOf(null, { filter: 'a:1' })).toBe('a:1')
    expect(filterOf('a:1', { filter: 'a:1' })).toBe('a:1')
    expect(filterOf(null, { filter: null })).toBeNull()
  })

  it('refuses another one than the file has, and what is no query', () => {
    expect(() => filterOf('a:2', { filter: 'a:1' })).toThrow('begun with the filter a:1')
    expect(() => filterOf('a:2', { filter: null })).toThrow('begun without a filter')
    expect(() => filterOf('(a', null)).toThrow(expect.objectContaining({ code: 'bad-query' }))
  })

  it('judges as a search does, also by shard, key and number', () => {
    expect(accepting(null)).toBeNull()
    expect(judged('id:1234567890123456789', '{"id":1234567890123456789}')).toBe(true)
    expect(judged('id:1234567890123456789', '{"id":1234567890123456788}')).toBe(false)
    expect(judged('_shard:shardId-1 NOT _key:x', '{}', 'y')).toBe(true)
    expect(judged('_shard:shardId-2', '{}')).toBe(false)
    expect(judged('straße', 'STRASSE Straße')).toBe(true)
  })
})
