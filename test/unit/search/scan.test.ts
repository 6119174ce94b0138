import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { compile } from '../../../electron/query/compile.ts'
import { parseQuery } from '../../../electron/query/parse-query.ts'
import { countMatches, scan } from '../../../electron/search/scan.ts'
import type { ScanOptions, ScanProgress } from '../../../electron/search/scan.ts'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import type { CaptureReader } from '../../../electron/store/capture-reader.ts'
import { continueCapture } from '../../../electron/store/capture-writer.ts'
import type { CaptureWriter } from '../../../electron/store/capture-writer.ts'
import { isMatch, written } from './brute-force.ts'
import type { PlainRecord } from './brute-force.ts'
import { append, asStored, captureFolder, inOrder, makeCapture, someQuery, someRecord } from './made-captures.ts'
import type { SomeRecord } from './made-captures.ts'

const { folder, remove } = captureFolder()
afterAll(remove)
let files = 0

const captured = (records: readonly SomeRecord[]): { reader: CaptureReader; stored: PlainRecord[] } => {
  const path = join(folder, `${files++}.kinescope`)
  const writer = makeCapture(path)
  const stored = append(writer, records, 1)
  writer.close()
  return { reader: openCapture(path), stored }
}

const found = async (reader: CaptureReader, query: string, options: ScanOptions): Promise<{ ids: number[]; progress: ScanProgress | null }> => {
  const ids: number[] = []
  let progress: ScanProgress | null = null
  for await (const slice of scan(reader, parseQuery(query), options)) {
    for (const hit of slice.hits) {
      ids.push(hit.id)
      if (options.withRecords !== false) expect(hit.record?.id).toBe(hit.id)
    }
    progress = slice.progress
  }
  return { ids, progress }
}

const counted = async (reader: CaptureReader, query: string, parts: number): Promise<{ count: number; scanned: number }> => {
  const total = { count: 0, scanned: 0 }
  const extent = { lastRow: reader.lastRow(), lastBlock: reader.blocks().at(-1)?.id ?? 0 }
  for (let part = 0; part < parts; part++) {
    let last = { count: 0, scanned: 0 }
    for await (const progress of countMatches(reader, parseQuery(query), { ...extent, part, parts })) last = progress
    total.count += last.count
    total.scanned += last.scanned
  }
  return total
}

describe('a query', () => {
  test('means what the brute force says it means', () => {
    fc.assert(
      fc.property(someRecord, fc.array(someQuery, { minLength: 1, maxLength: 20 }), (record, queries) => {
        const stored = asStored(record, 1)
        for (const query of queries) expect(compile(parseQuery(written(query)))(stored), written(query)).toBe(isMatch(query, stored))
      }),
      { numRuns: 600 },
    )
  })

  // Blocks that follow each other in time, overlap, stand in the wrong order, or share a few milliseconds.
  const chunks = fc
    .record({
      blocks: fc.array(fc.array(someRecord, { minLength: 1, maxLength: 12 }), { minLength: 3, maxLength: 16, size: 'max' }),
      step: fc.constantFrom(0, 1, 3, 50, -1, -40),
      spread: fc.constantFrom(1, 3, 60, 5000),
    })
    .map(({ blocks, step, spread }) => blocks.map((records, at) => records.map((record) => ({ ...record, arrival: 1000 + at * step + (record.arrival % spread) }))))

  test('finds in a capture exactly what the brute force finds, in both orders, and counts it', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.array(someQuery, { minLength: 8, maxLength: 16, size: 'max' }), async (blocks, queries) => {
        const path = join(folder, `${files++}.kinescope`)
        const stored: PlainRecord[] = []
        let made: CaptureWriter | null = null
        for (const records of blocks) {
          // Closing the file closes its open block: the last one stays open, as the tail of a live file.
          made?.close()
          made = made === null ? makeCapture(path) : continueCapture(path, { durable: false })
          stored.push(...append(made, records, stored.length + 1))
        }
        using reader = openCapture(path)
        using writer = made!
        expect(writer.counters().records).toBe(stored.length)
        expect(reader.blocks()).toHaveLength(blocks.length - 1)
        for (const query of queries) {
          const text = written(query)
          const expected = inOrder(stored.filter((record) => isMatch(query, record)))
          expect((await found(reader, text, { order: 'oldest' })).ids, text).toEqual(expected)
          expect((await found(reader, text, { order: 'newest', withRecords: false })).ids, text).toEqual(expected.toReversed())
          expect((await found(reader, text, { order: 'newest', limit: 3 })).ids, text).toEqual(expected.toReversed().slice(0, 3))
          expect(await counted(reader, text, 2), text).toEqual({ count: expected.length, scanned: stored.length })
        }
      }),
      { numRuns: 15 },
    )
  }, 120_000)
})

test('a field is found through 100,000 arrays', () => {
  const depth = 100_000
  const matches = compile(parseQuery('a.b:deep'))
  const record = { ...asStored(plainRecord('', 0), 1), data: Buffer.from(`${'['.repeat(depth)}{"a":${'['.repeat(depth)}{"b":"deep"}${']'.repeat(depth)}}${']'.repeat(depth)}`) }
  expect(matches(record)).toBe(true)
})

const plainRecord = (text: string, at: number): SomeRecord => ({ data: Buffer.from(text), partitionKey: `k${at % 10}`, shard: at % 4, arrival: at })

describe('a scan', () => {
  const records = Array.from({ length: 3000 }, (_, at) => plainRecord(`{"n":${at},"word":"${at === 1700 ? 'needle-in-the-haystack' : 'hay'}"}`, (at * 7919) % 3000))

  test('reads only the blocks whose filters may hold a match', async () => {
    using reader = captured(records).reader
    const { ids, progress } = await found(reader, 'NEEDLE-IN-the-haystack', { order: 'oldest' })
    expect(ids).toEqual([1701])
    expect(progress).toMatchObject({ scanned: 3000, total: 3000, blocks: reader.blocks().length })
    expect(progress!.blocksSkipped).toBe(reader.blocks().length - 1)
  })

  test('reads only the blocks of the time that was asked for', async () => {
    using reader = captured(records.toSorted((a, b) => a.arrival - b.arrival)).reader
    const { ids, progress } = await found(reader, '_time:[2026-01-01T00:00:01.000Z TO 2026-01-01T00:00:01.009Z]', { order: 'oldest' })
    expect(ids).toEqual(Array.from({ length: 10 }, (_, at) => 1001 + at))
    expect(progress!.blocksSkipped).toBeGreaterThanOrEqual(progress!.blocks - 3)
  })

  test('can be stopped between two slices', async () => {
    using reader = captured(records).reader
    const stop = new AbortController()
    let slices = 0
    const slow = { ...parseQuery('hay') }
    for await (const slice of scan(reader, slow, { order: 'oldest', signal: stop.signal })) {
      slices++
      expect(slice.progress.scanned).toBeGreaterThan(0)
      stop.abort()
    }
    expect(slices).toBe(1)
  })

  test('gives way to other work at least every 20 ms or so', async () => {
    using reader = captured(records).reader
    const rows = reader.rows.bind(reader)
    reader.rows = (first, last) => {
      const end = performance.now() + 8
      while (performance.now() < end);
      return rows(first, last)
    }
    let turns = 0
    let isDone = false
    const count = (): void => {
      turns++
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    const { progress } = await found(reader, 'n:>0', { order: 'oldest' })
    isDone = true
    expect(turns).toBeGreaterThanOrEqual(Math.floor((progress!.blocks * 8) / 30))
  })

  test('goes on after a row, and leaves out what a ring has dropped', async () => {
    const path = join(folder, 'ring.kinescope')
    const writer = makeCapture(path)
    append(writer, records, 1)
    using reader = openCapture(path)
    expect((await found(reader, 'hay', { order: 'oldest', afterRow: 2990 })).ids).toHaveLength(10)
    const rows = reader.rows.bind(reader)
    reader.rows = (first, last) => {
      writer.capTo(1)
      return rows(first, last)
    }
    const during = await found(reader, 'hay', { order: 'oldest' })
    expect(during.progress!.scanned).toBe(3000)
    expect(during.ids).toHaveLength(reader.counters().records)
    const after = await found(reader, 'hay', { order: 'oldest' })
    expect(after.progress!.total).toBe(reader.counters().records)
    expect(after.ids).toHaveLength(reader.counters().records)
    expect(after.ids.length).toBeLessThan(300)
    writer.close()
  })
})
