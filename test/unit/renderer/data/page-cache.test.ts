import { describe, expect, test } from 'vitest'
import type { RecordRow } from '#shared/model/record.ts'
import { PAGE_ROWS, PageCache, pagesOf } from '../../../../renderer/data/page-cache.ts'

const row = (id: number): RecordRow => ({
  id,
  shardId: 'shardId-000000000000',
  sequenceNumber: String(id),
  subsequence: 0,
  arrival: id,
  partitionKey: 'k',
  size: 1,
  summary: { kind: 'text', text: '', more: false },
})
const page = (number: number, rows = PAGE_ROWS) => Array.from({ length: rows }, (_, at) => row(number * PAGE_ROWS + at))

describe('pagesOf', () => {
  test('names every page that a range touches', () => {
    expect(pagesOf(0, PAGE_ROWS - 1)).toEqual([0])
    expect(pagesOf(PAGE_ROWS - 1, PAGE_ROWS)).toEqual([0, 1])
    expect(pagesOf(5, 4)).toEqual([])
  })
})

describe('PageCache', () => {
  test('finds rows by their index and by their id', () => {
    const cache = new PageCache()
    cache.put(2, { rows: page(2), version: 1 })
    expect(cache.row(2 * PAGE_ROWS + 3)?.id).toBe(2 * PAGE_ROWS + 3)
    expect(cache.row(3)).toBeUndefined()
    expect(cache.indexOf(2 * PAGE_ROWS + 9, 0)).toBe(2 * PAGE_ROWS + 9)
    expect(cache.indexOf(1, 0)).toBeNull()
  })

  test('asks for missing pages first, then for stale ones, and shows stale rows meanwhile', () => {
    const cache = new PageCache()
    cache.put(0, { rows: page(0), version: 1 })
    cache.put(1, { rows: page(1), version: 2 })
    expect(cache.wanted(0, 3 * PAGE_ROWS - 1, 2)).toEqual([2, 0])
    expect(cache.row(0)?.id).toBe(0)
  })

  test('an answer that was overtaken does not replace a newer one', () => {
    const cache = new PageCache()
    cache.put(0, { rows: [row(7)], version: 5 })
    cache.put(0, { rows: [row(1)], version: 4 })
    expect(cache.row(0)?.id).toBe(7)
  })

  test('drops the pages that were shown longest ago', () => {
    const cache = new PageCache(3)
    for (const number of [0, 1, 2]) cache.put(number, { rows: page(number), version: 1 })
    cache.touch(0, 10)
    cache.put(3, { rows: page(3), version: 1 })
    expect(cache.size).toBe(3)
    expect(cache.page(1)).toBeUndefined()
    expect(cache.page(0)).toBeDefined()
  })
})
