import { copyFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { type CaptureWriter, continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { refuseDamaged } from '../../../electron/store/refuse-damaged.ts'
import { copyReadable } from '../../../electron/store/salvage-source.ts'
import { salvageCapture } from '../../../electron/store/salvage.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { isWritten } from '../../../electron/store/writer-lock.ts'
import { toFirstVersion } from '../../fakes/first-version.ts'
import { failureOf, meta, noise, range, record, shard, testFolder, write } from './fixtures.ts'
import { folderOf, pagesOf, pageSize, spoil } from './spoil.ts'

const size = 1500

function makeCapture(path = join(testFolder(), 'a.kinescope')): string {
  const writer = createCapture(path, meta, { durable: true })
  writer.putShards([shard(0)])
  writer.append([write(0, range(0, size).map((n) => record(n, { data: noise(n % 100 === 7 ? 40_000 : 400, n) })))], [])
  writer.close()
  return path
}

/** Says what to do, and that is to salvage it. */
const damaged = { code: 'damaged-capture', action: expect.stringMatching(/kinescope salvage FILE --out NEW/) as string, retryable: false }

/** A writer whose next look at the index by arrival finds it bad. */
function turnBad(): { path: string; writer: CaptureWriter } {
  const path = makeCapture()
  const writer = continueCapture(path, { durable: true })
  writer.append([write(0, [record(size)])], [])
  writer.pragma('wal_checkpoint(TRUNCATE)')
  writer.append([write(0, [])], [{ shardId: shard(0).shardId, reason: 'trimmed', detail: 'Before.', afterSequence: null, beforeSequence: null, fromTime: null, toTime: null }])
  spoil(path, pagesOf(path, 'record_arrival'))
  // It has to read again what somebody else may have changed.
  const other = new Database(path)
  other.exec(`UPDATE capture SET notes = 'seen'`)
  other.close()
  return { path, writer }
}

describe('a damaged capture is not written on', () => {
  test.each(['record', 'record_identity', 'record_arrival', 'block', 'filter', 'shard', 'counter', 'capture', 'tally', 'gap'])(
    'with a bad page of %s',
    (name) => {
      const path = makeCapture()
      const pages = pagesOf(path, name)
      // In the middle, where no record is ever added to.
      spoil(path, [pages[Math.floor(pages.length / 2)] ?? 0])
      const before = folderOf(path)
      expect(failureOf(() => continueCapture(path, { durable: true }))).toMatchObject(damaged)
      expect(folderOf(path)).toEqual(before)
      expect(isWritten(path)).toBe(false)
      const { ok, problems } = verifyCapture(path)
      expect(ok).toBe(false)
      expect(problems.length).toBeGreaterThan(0)
      expect(folderOf(path)).toEqual(before)
    },
  )

  test('with its end cut off', () => {
    const path = makeCapture()
    truncateSync(path, statSync(path).size - pageSize)
    const before = folderOf(path)
    for (const open of [() => openCapture(path), () => continueCapture(path, { durable: true })]) expect(failureOf(open)).toMatchObject(damaged)
    expect(verifyCapture(path).ok).toBe(false)
    expect(folderOf(path)).toEqual(before)
  })

  test('nor is one of an older version brought to the newest', () => {
    const path = makeCapture()
    toFirstVersion(path, { walled: false })
    spoil(path, pagesOf(path, 'record').slice(3, 4))
    const before = folderOf(path)
    expect(failureOf(() => continueCapture(path, { durable: true }))).toMatchObject(damaged)
    expect(failureOf(() => openCapture(path))).toMatchObject(damaged)
    expect(folderOf(path)).toEqual(before)
  })

  test('of a large one, that is known of the pages that would be written on', () => {
    for (const [name, at] of [['record', -1], ['record_identity', -1], ['record_arrival', -1], ['block', -1], ['filter', -1], ['tally', -1], ['gap', -1]] as const) {
      const path = makeCapture()
      expect(failureOf(() => refuseDamaged(path, 0))).toBeNull()
      spoil(path, pagesOf(path, name).slice(at))
      expect({ name, failure: failureOf(() => refuseDamaged(path, 0)) }).toMatchObject({ name, failure: damaged })
    }
  })
})

describe('a capture that turns out to be damaged while it is written', () => {
  test('is left as it is, and says so', async () => {
    const { path, writer } = turnBad()
    const wal = folderOf(path)
    expect(Object.keys(wal)).toEqual(['a.kinescope', 'a.kinescope-lock', 'a.kinescope-wal'])
    const append = (): void => writer.append([write(0, [record(size + 1)])], [])
    expect(failureOf(append)).toMatchObject(damaged)
    // Not once more either, nor at its end.
    expect(failureOf(append)).toMatchObject(damaged)
    writer.close()
    const { 'a.kinescope-lock': _, ...left } = wal
    expect(folderOf(path)).toEqual(left)
    expect(isWritten(path)).toBe(false)

    // Whoever finds the damage leaves it as it is, too; and all that was acknowledged comes out of it.
    expect(verifyCapture(path).ok).toBe(false)
    const reader = openCapture(path)
    expect(failureOf(() => reader.page(size - 10, 10))).toMatchObject(damaged)
    reader.close()
    expect(folderOf(path)).toEqual(left)
    const out = join(testFolder(), 'b.kinescope')
    for await (const { done, records, lost } of salvageCapture({ path, out })) if (done) expect({ records, lost }).toEqual({ records: size + 1, lost: 0 })
    expect(folderOf(path)).toEqual(left)
  })
})

describe('salvage', () => {
  test('takes along what a change that was cut off has left beside the file', async () => {
    const path = makeCapture()
    const left = join(testFolder(), 'left.kinescope')
    const bad = pagesOf(path, 'record').slice(5, 6)
    const db = new Database(path)
    db.pragma('cache_size = 1')
    db.exec('BEGIN IMMEDIATE; UPDATE record SET partition_key = partition_key || 1')
    for (const ending of ['', '-journal']) copyFileSync(path + ending, left + ending)
    db.exec('ROLLBACK')
    db.close()
    // Not a page that the journal would make good.
    const beyond = pagesOf(path, 'filter').slice(0, 1)
    expect(bad).toHaveLength(1)
    spoil(left, beyond)
    const before = folderOf(left)
    const out = join(testFolder(), 'out.kinescope')
    for await (const { done, records } of salvageCapture({ path: left, out })) if (done) expect(records).toBe(size)
    using reader = openCapture(out)
    expect(reader.rows(1, size).map(({ partitionKey }) => partitionKey)).toEqual(range(0, size).map((n) => record(n).partitionKey))
    expect(folderOf(left)).toEqual(before)
  })

  test('reads around what the disk can not read', async () => {
    const bytes = noise(2_500_000, 1)
    const bad = new Set([0, 7, 8, 70, 152])
    const expected = Buffer.from(bytes)
    for (const n of bad) expected.fill(0, n * pageSize, Math.min(bytes.length, (n + 1) * pageSize))
    const copy = Buffer.alloc(bytes.length)
    type Source = Parameters<typeof copyReadable>[0]
    type Target = Parameters<typeof copyReadable>[1]
    const read = async (buffer: Buffer, offset: number, length: number, position: number): Promise<object> => {
      const end = Math.min(position + length, bytes.length)
      for (const n of bad) if (n * pageSize < end && (n + 1) * pageSize > position) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
      return { bytesRead: bytes.copy(buffer, offset, position, end), buffer }
    }
    const write = async (buffer: Buffer, offset: number, length: number, position: number): Promise<object> => ({
      bytesWritten: buffer.copy(copy, position, offset, offset + length),
      buffer,
    })
    await copyReadable({ read } as unknown as Source, { write } as unknown as Target, bytes.length)
    expect(copy.equals(expected)).toBe(true)
    const refused = Object.assign(new Error('EACCES'), { code: 'EACCES' })
    await expect(copyReadable({ read: () => Promise.reject(refused) }, { write } as unknown as Target, 100)).rejects.toBe(refused)
  })
})
