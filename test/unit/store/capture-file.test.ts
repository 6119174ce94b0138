import * as fc from 'fast-check'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import type { NewRecord } from '../../../electron/store/capture-rows.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { failureOf, firstArrival, meta, noise, range, record, shard, testFolder, write } from './fixtures.ts'

const durable = { durable: true }

const newRecord = fc.record({
  shard: fc.nat(2),
  n: fc.nat(60),
  subsequence: fc.nat(2),
  arrival: fc.integer({ min: 0, max: 4000 }),
  partitionKey: fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }),
  explicitHashKey: fc.option(fc.constant('340282366920938463463374607431768211455')),
  data: fc.oneof(fc.uint8Array({ maxLength: 50 }), fc.integer({ min: 1000, max: 20_000 }).map((length) => new Uint8Array(noise(length, length)))),
  text: fc.option(fc.string({ unit: 'binary', maxLength: 20 })),
})

type Generated = typeof newRecord extends fc.Arbitrary<infer R> ? R : never

function asRecord({ n, arrival, subsequence, partitionKey, explicitHashKey, data, text }: Generated): NewRecord {
  return record(n, { arrival: firstArrival + arrival, subsequence, partitionKey, explicitHashKey, data, text })
}

const identity = (shardId: string, { sequenceNumber, subsequence }: Pick<NewRecord, 'sequenceNumber' | 'subsequence'>): string =>
  `${shardId} ${sequenceNumber} ${subsequence}`

test('a file holds what was put into it, once, and gives it back in order of arrival', () => {
  fc.assert(
    fc.property(fc.array(fc.array(newRecord, { maxLength: 40 }), { maxLength: 6 }), fc.array(fc.boolean()), (batches, reopen) => {
      const path = join(testFolder(), 'a.kinescope')
      let writer = createCapture(path, meta, { durable: false })
      writer.putShards(range(0, 3).map(shard))
      const expected = new Map<string, NewRecord>()
      for (const [i, batch] of batches.entries()) {
        writer.append(
          range(0, 3).map((s) => write(s, batch.filter((entry) => entry.shard === s).map(asRecord))),
          [],
        )
        for (const entry of batch) {
          const key = identity(shard(entry.shard).shardId, asRecord(entry))
          if (!expected.has(key)) expected.set(key, asRecord(entry))
        }
        if (reopen[i] === true) {
          writer.close()
          writer = continueCapture(path, { durable: false })
        }
      }
      const payload = [...expected.values()].reduce((sum, { data }) => sum + data.length, 0)
      expect(writer.counters()).toMatchObject({ records: expected.size, bytes: payload })
      writer.close()

      const reader = openCapture(path)
      const found = reader.page(0, 1000)
      expect(found.length).toBe(expected.size)
      for (const stored of found) {
        const put = expected.get(identity(stored.shardId, stored))
        expect({ ...stored, data: stored.data.toString('hex'), text: stored.text }).toMatchObject({
          arrival: put?.arrival,
          partitionKey: put?.partitionKey,
          explicitHashKey: put?.explicitHashKey,
          data: Buffer.from(put?.data ?? []).toString('hex'),
          size: put?.data.length,
          text: put?.text,
        })
      }
      const order = found.toSorted((a, b) => a.arrival - b.arrival || a.id - b.id)
      expect(found.map(({ id }) => id)).toEqual(order.map(({ id }) => id))
      for (const [offset, { id }] of found.entries()) {
        if (offset % 7 === 0) expect(reader.page(offset, 2).map((row) => row.id)).toEqual(found.slice(offset, offset + 2).map((row) => row.id))
        expect(reader.offsetOf(id)).toBe(offset)
      }
      expect(reader.page(found.length, 10)).toEqual([])
      reader.close()
      expect(verifyCapture(path)).toEqual({ ok: true, records: expected.size, integrity: 'ok', problems: [] })
    }),
    { numRuns: 40 },
  )
})

test('a histogram counts what arrived in each bucket, whatever its width', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -20_000, max: 5_000_000 }), { maxLength: 200 }),
      fc.integer({ min: -30_000, max: 30_000 }),
      fc.double({ min: 0.5, max: 200_000, noNaN: true }),
      (arrivals, from, width) => {
        const path = join(testFolder(), 'a.kinescope')
        const writer = createCapture(path, meta, { durable: false })
        writer.putShards([shard(0)])
        writer.append([write(0, arrivals.map((arrival, n) => record(n, { arrival: firstArrival + arrival })))], [])
        const reader = openCapture(path)
        const start = firstArrival + from
        const expected = range(0, 30).map(
          (i) => arrivals.filter((a) => firstArrival + a >= start + i * width && firstArrival + a < start + (i + 1) * width).length,
        )
        expect(reader.histogram(start, width, 30)).toEqual(expected)
        reader.close()
        writer.close()
      },
    ),
    { numRuns: 60 },
  )
})

test('the closed file is one file, says where it is from, and goes on from its checkpoints', () => {
  const folder = testFolder()
  const path = join(folder, 'a.kinescope')
  const writer = createCapture(path, meta, durable)
  writer.putShards([shard(0), shard(1)])
  writer.append(
    [write(0, [record(1), record(2)]), { shardId: shard(1).shardId, records: [], checkpoint: { sequenceNumber: null, ended: false, heldFrom: 77 } }],
    [{ shardId: shard(1).shardId, reason: 'trimmed', detail: 'Retention ended.', afterSequence: null, beforeSequence: '12', fromTime: 1, toTime: 2 }],
  )
  writer.append([{ shardId: shard(0).shardId, records: [], checkpoint: { sequenceNumber: null, ended: true, heldFrom: null } }], [])
  writer.putShards([{ ...shard(0), endingSequenceNumber: '99' }])
  writer.rename('incident 4711')
  writer.close()
  expect(readdirSync(folder)).toEqual(['a.kinescope'])

  const again = continueCapture(path, durable)
  expect(again.meta).toEqual({ ...meta, name: 'incident 4711' })
  expect(again.shards()).toEqual([
    {
      shard: { ...shard(0), endingSequenceNumber: '99' },
      checkpoint: { sequenceNumber: record(2).sequenceNumber, ended: true, heldFrom: null },
      records: 2,
      filtered: 0,
    },
    { shard: shard(1), checkpoint: { sequenceNumber: null, ended: false, heldFrom: 77 }, records: 0, filtered: 0 },
  ])
  again.append([write(0, [record(2), record(3)])], [])
  expect(again.counters()).toMatchObject({ records: 3, gaps: 1, firstArrival: firstArrival + 1, lastArrival: firstArrival + 3 })
  // A checkpoint never moves back.
  again.append([write(0, [record(1)])], [])
  expect(again.shards()[0]?.checkpoint.sequenceNumber).toBe(record(3).sequenceNumber)
  again.close()
  const reader = openCapture(path)
  expect(reader.gaps()).toMatchObject([{ reason: 'trimmed', beforeSequence: '12', fromTime: 1, toTime: 2 }])
  reader.close()
  expect(verifyCapture(path).ok).toBe(true)
})

test('an empty file, as a kill may leave, counts as new; any other is not overwritten', () => {
  const path = join(testFolder(), 'a.kinescope')
  writeFileSync(path, '')
  createCapture(path, meta, durable).close()
  expect(failureOf(() => createCapture(path, meta, durable))?.code).toBe('file-exists')
  expect(verifyCapture(path).ok).toBe(true)
})

test('readers see what is committed while the writer goes on, and the last to close folds the file', () => {
  const folder = testFolder()
  const path = join(folder, 'a.kinescope')
  const writer = createCapture(path, meta, durable)
  writer.putShards([shard(0)])
  const reader = openCapture(path)
  expect(reader.lastRow()).toBe(0)
  expect(reader.page(0, 10)).toEqual([])
  writer.append([write(0, range(0, 600).map((n) => record(n)))], [])
  expect(reader.lastRow()).toBe(600)
  expect(reader.blocks().map(({ firstRow, lastRow, rows, filtered }) => ({ firstRow, lastRow, rows, filtered }))).toEqual([
    { firstRow: 1, lastRow: 256, rows: 256, filtered: true },
    { firstRow: 257, lastRow: 512, rows: 256, filtered: true },
  ])
  expect(reader.blocks(1)).toHaveLength(1)
  expect([...reader.filters(1, 2)].map(({ id, filter }) => [id, filter.length])).toEqual([
    [1, 8000],
    [2, 8000],
  ])
  expect(reader.recordsById([3, 9999, 1]).map(({ id }) => id)).toEqual([3, 1])
  expect(reader.record(5)?.data.toString()).toBe('{"n":4}')
  expect(reader.rows(599, 1000).map(({ id }) => id)).toEqual([599, 600])
  expect(reader.bytes(5, 1, 3)).toEqual({ data: Buffer.from('"n"'), size: 7 })
  expect(reader.page(0, 1, { head: 2 })).toMatchObject([{ data: Buffer.from('{"'), size: 7 }])
  writer.close()
  expect(reader.blocks().at(-1)).toMatchObject({ lastRow: 600, rows: 88 })
  expect(readdirSync(folder).length).toBeGreaterThan(1)
  reader.close()
  expect(readdirSync(folder)).toEqual(['a.kinescope'])
})

test('a record without data has data without bytes, whole and in parts', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, durable)
  writer.putShards([shard(0)])
  writer.append([write(0, [{ ...record(1), data: new Uint8Array() }])], [])
  const reader = openCapture(path)
  const none = [{ data: Buffer.alloc(0), size: 0 }]
  expect(reader.page(0, 10)).toMatchObject(none)
  expect(reader.page(0, 10, { head: 8 })).toMatchObject(none)
  expect(reader.recordsById([1], { head: 8 })).toMatchObject(none)
  expect(reader.bytes(1, 0, 8)).toEqual(none[0])
  reader.close()
  writer.close()
})

test('blocks close at their limits, and a large record stands alone', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, durable)
  writer.putShards([shard(0)])
  const plain = Buffer.alloc(100 * 1024, 'a')
  const records = [
    record(1, { data: plain }),
    record(2, { data: plain }),
    record(3, { data: plain }), // over 256 KiB with the two before it
    record(4, { data: Buffer.alloc(300 * 1024, 'b') }), // stands alone
    record(5, { data: Buffer.from(noise(60_000, 5).toString('base64')) }), // fills a filter by itself
    record(6),
  ]
  writer.append([write(0, records)], [])
  writer.close()
  const reader = openCapture(path)
  expect(reader.blocks().map(({ firstRow, lastRow, filtered }) => [firstRow, lastRow, filtered])).toEqual([
    [1, 2, true],
    [3, 3, true],
    [4, 4, false],
    [5, 5, true],
    [6, 6, true],
  ])
  reader.close()
})

test('a transaction that fails leaves nothing of itself, and the writer goes on', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, durable)
  writer.putShards([shard(0)])
  writer.append([write(0, range(0, 100).map((n) => record(n)))], [])
  const bad = [...range(100, 400).map((n) => record(n)), record(400, { sequenceNumber: 'no number' })]
  expect(failureOf(() => writer.append([{ ...write(0, []), records: bad }], []))?.code).toBe('invalid-argument')
  expect(writer.counters().records).toBe(100)
  expect(failureOf(() => writer.append([write(5, [record(1)])], []))?.code).toBe('internal')
  writer.append([write(0, range(100, 300).map((n) => record(n)))], [])
  writer.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: 300 })
})

test('slow queries are told by name', () => {
  const path = join(testFolder(), 'a.kinescope')
  const slow: string[] = []
  const writer = createCapture(path, meta, { durable: true, onSlow: (name, ms) => slow.push(`${name} ${ms > 40}`) })
  writer.putShards([shard(0)])
  writer.append([write(0, range(0, 40).map((n) => record(n, { data: noise(300_000, n), text: 'x'.repeat(200_000) })))], [])
  writer.close()
  expect(slow).toContain('writer.append true')
})
