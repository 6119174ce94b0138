import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { firstArrival, meta, noise, range, record, shard, testFolder, write } from './fixtures.ts'

const cap = 3 * 1024 * 1024

test('a ring keeps the newest records in a file of bounded size, and says what it dropped', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, { durable: false })
  writer.putShards([shard(0), shard(1), shard(2)])
  const total = 12_000
  const order: number[] = []
  let largest = 0
  for (let n = 0; n < total; n += 200) {
    const parts = [range(n, n + 200).filter((i) => i % 2 === 0), range(n, n + 200).filter((i) => i % 2 === 1)]
    writer.append(parts.map((part, s) => write(s, part.map((i) => record(i, { data: noise(1000, i) })))), [])
    order.push(...parts.flat())
    writer.capTo(cap)
    largest = Math.max(largest, Number(writer.pragma('page_count')) * Number(writer.pragma('page_size')))
  }
  expect(largest).toBeLessThan(cap * 1.25)
  const { records, gaps, firstArrival: first } = writer.counters()
  expect(records).toBeGreaterThan(1500)
  expect(records).toBeLessThan(3500)
  expect(gaps).toBe(2)

  const reader = openCapture(path)
  const kept = reader.page(0, total)
  // What was written last, without a hole.
  const dropped = order.slice(0, total - records)
  const newest = order.slice(total - records).toSorted((a, b) => a - b)
  expect(kept.map(({ arrival }) => arrival)).toEqual(newest.map((n) => firstArrival + n))
  expect(kept[0]?.arrival).toBe(first)
  expect(reader.page(records - 1, 5)).toHaveLength(1)
  for (const [s, gap] of reader.gaps().entries()) {
    const lost = dropped.filter((n) => n % 2 === s)
    expect(gap).toMatchObject({
      shardId: shard(s).shardId,
      reason: 'ring',
      afterSequence: String(BigInt(record(lost[0] ?? 0).sequenceNumber) - 1n),
      beforeSequence: String(BigInt(record(lost.at(-1) ?? 0).sequenceNumber) + 1n),
      fromTime: firstArrival + (lost[0] ?? 0),
      toTime: firstArrival + (lost.at(-1) ?? 0),
    })
    expect(gap.detail).toContain(lost.length.toLocaleString('en'))
  }
  reader.close()

  // Dropped records do not come back, and ids are not used again.
  const lastRow = Math.max(...kept.map(({ id }) => id))
  writer.close()
  const again = continueCapture(path, { durable: false })
  again.append([write(0, [record(total)])], [])
  again.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: records + 1 })
  const last = openCapture(path)
  expect(last.lastRow()).toBe(lastRow + 1)
  last.close()
})

test('a cap smaller than the newest block keeps the open tail, and ids go on after everything was dropped', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, { durable: false })
  writer.putShards([shard(0)])
  const put = (n: number): void => writer.append([write(0, [record(n, { data: noise(300 * 1024, n) })])], [])
  range(0, 5).forEach(put)
  expect(writer.capTo(1)).toBe(5)
  expect(writer.counters()).toMatchObject({ records: 0, bytes: 0, firstArrival: null })
  put(5)
  writer.close()
  const reader = openCapture(path)
  expect(reader.page(0, 10).map(({ id }) => id)).toEqual([6])
  expect(reader.blocks().map(({ id }) => id)).toEqual([6])
  expect(reader.histogram(firstArrival, 10_000, 1)).toEqual([1])
  reader.close()
  expect(verifyCapture(path).ok).toBe(true)
})

test('a capture within its cap is left alone', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, { durable: false })
  writer.putShards([shard(0)])
  writer.append([write(0, range(0, 1000).map((n) => record(n)))], [])
  expect(writer.capTo(cap)).toBe(0)
  expect(writer.counters()).toMatchObject({ records: 1000, gaps: 0 })
  writer.close()
})
