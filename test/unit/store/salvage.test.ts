import Database from 'better-sqlite3'
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Gap } from '#shared/model/capture.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import type { NewRecord, StoredRecord } from '../../../electron/store/capture-rows.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { salvageCapture, type SalvageProgress } from '../../../electron/store/salvage.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { failureOf, meta, noise, range, record, shard, testFolder, write } from './fixtures.ts'

const page = 16 * 1024

/** Two shards, of which the records take turns; some are larger than a page. */
const all = range(0, 3000).map((n) => record(n, { data: n % 200 === 7 ? noise(40_000, n) : noise(200 + ((n * 31) % 300), n) }))
const ofShard = (records: readonly NewRecord[], n: number): NewRecord[] => records.filter((_, i) => i % 2 === n)

function makeCapture(folder: string, records: readonly NewRecord[] = all): string {
  const path = join(folder, 'a.kinescope')
  const writer = createCapture(path, meta, { durable: false })
  writer.putShards([shard(0), shard(1)])
  for (let from = 0; from < records.length; from += 200) {
    const batch = records.slice(from, from + 200)
    writer.append([write(0, ofShard(batch, 0)), write(1, ofShard(batch, 1))], [])
  }
  writer.append([], [{ shardId: shard(1).shardId, reason: 'trimmed', detail: 'Before the capture.', afterSequence: null, beforeSequence: null, fromTime: null, toTime: null }])
  writer.close()
  return path
}

async function salvage(path: string, out: string): Promise<SalvageProgress> {
  let last: SalvageProgress | null = null
  for await (const progress of salvageCapture({ path, out })) last = progress
  if (last === null) throw new Error('no progress')
  return last
}

const codeOf = (path: string, out: string): Promise<string> =>
  salvage(path, out).then(
    () => 'salvaged',
    (error: unknown) => (error instanceof KinescopeError ? error.code : String(error)),
  )

const identity = ({ shardId, sequenceNumber, subsequence }: Pick<StoredRecord, 'shardId' | 'sequenceNumber' | 'subsequence'>): string => `${shardId} ${sequenceNumber} ${subsequence}`
const isWithin = (sequence: string, { afterSequence, beforeSequence }: Gap): boolean =>
  (afterSequence === null || BigInt(sequence) > BigInt(afterSequence)) && (beforeSequence === null || BigInt(sequence) < BigInt(beforeSequence))

/** What came out is sound, was in the file, and everything else lies within a gap of its shard; the damaged file is as it was. */
async function expectHonest(path: string, { mayHaveLost = true } = {}): Promise<SalvageProgress> {
  const folder = join(path, '..')
  const out = join(folder, 'salvaged.kinescope')
  const before = readFileSync(path)
  const files = readdirSync(folder)
  const last = await salvage(path, out)
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(readdirSync(folder).toSorted()).toEqual([...files, 'salvaged.kinescope'].toSorted())
  expect(verifyCapture(out)).toMatchObject({ ok: true, records: last.records, problems: [] })
  using reader = openCapture(out)
  const originals = new Map(
    range(0, all.length / 200).flatMap((at) => {
      const batch = all.slice(at * 200, at * 200 + 200)
      return [0, 1].flatMap((n) => ofShard(batch, n).map((original) => [identity({ ...original, shardId: shard(n).shardId }), original] as const))
    }),
  )
  const gaps = reader.gaps().filter(({ reason }) => reason === 'lost')
  for (const row of reader.rows(1, reader.lastRow())) {
    const original = originals.get(identity(row))
    // Damage within a payload can't be told from a payload.
    expect(original?.partitionKey).toBeDefined()
    originals.delete(identity(row))
  }
  expect(originals.size).toBe(all.length - last.records)
  expect(last).toMatchObject({ done: true, lost: originals.size, gaps: reader.gaps().length })
  for (const [id, { sequenceNumber }] of originals) {
    expect(gaps.some((gap) => id.startsWith(gap.shardId) && isWithin(sequenceNumber, gap))).toBe(true)
  }
  if (originals.size === 0) expect(gaps).toEqual([])
  if (!mayHaveLost) expect(last.records).toBe(all.length)
  return last
}

/** Pages of the table of records, leaves that no other table shares. */
function recordPages(path: string): number[] {
  const db = new Database(path, { readonly: true })
  const pages = db.prepare<[], number>(`SELECT pageno FROM dbstat WHERE name = 'record' AND pagetype = 'leaf'`).pluck().all()
  db.close()
  return pages
}

function spoil(path: string, pages: readonly number[], spoiled: (page: Buffer) => void): void {
  const bytes = readFileSync(path)
  for (const n of pages) spoiled(bytes.subarray((n - 1) * page, n * page))
  writeFileSync(path, bytes)
}

describe('salvage', () => {
  test('a sound capture comes out whole, with its stream, checkpoints and gaps', async () => {
    const folder = testFolder()
    const path = makeCapture(folder)
    await expectHonest(path, { mayHaveLost: false })
    using from = openCapture(path)
    using to = openCapture(join(folder, 'salvaged.kinescope'))
    expect(to.meta).toEqual(from.meta)
    expect(to.shards()).toEqual(from.shards())
    expect(to.gaps()).toEqual(from.gaps())
    expect(to.rows(1, to.lastRow())).toEqual(from.rows(1, from.lastRow()))
  })

  test('around a bad page, its rows and no others are lost, and named', async () => {
    const path = makeCapture(testFolder())
    const pages = recordPages(path)
    const bad = pages.slice(10, 12)
    spoil(path, bad, (bytes) => bytes.fill(0xa5))
    const last = await expectHonest(path)
    expect(last.lost).toBeGreaterThan(10)
    expect(last.lost).toBeLessThan(2 * page / 200)
    // As the index of identities is sound, the gaps count them.
    using reader = openCapture(join(path, '../salvaged.kinescope'))
    const told = reader.gaps().map(({ detail }) => Number(/^\d+/.exec(detail)?.[0] ?? 0))
    expect(told.reduce((sum, n) => sum + n, 0)).toBe(last.lost)
  })

  test.each([0.9, 0.5, 0.2])('of a file cut at %d, what is left of it', async (share) => {
    const path = makeCapture(testFolder())
    const size = readFileSync(path).length
    truncateSync(path, Math.floor(size * share))
    expect(failureOf(() => openCapture(path))?.code).toBe('damaged-capture')
    expect(verifyCapture(path).ok).toBe(false)
    const last = await expectHonest(path)
    expect(last.records).toBeGreaterThan(all.length * share * 0.3)
    expect(last.lost).toBeGreaterThan(0)
  })

  test.each([
    ['header', 100],
    ['first page', page],
  ])('with a garbage %s, everything', async (_, length) => {
    const path = makeCapture(testFolder())
    spoil(path, [1], (bytes) => noise(length, 1).copy(bytes))
    expect(failureOf(() => openCapture(path))).toMatchObject({ code: 'damaged-capture', action: expect.stringContaining('Salvage') as string })
    expect(failureOf(() => continueCapture(path, { durable: true }))?.code).toBe('damaged-capture')
    expect(verifyCapture(path).ok).toBe(false)
    await expectHonest(path, { mayHaveLost: false })
  })

  test.each(range(1, 13))('whatever pages are spoiled, nothing is invented or passed over (%i)', async (seed) => {
    const path = makeCapture(testFolder())
    const size = readFileSync(path).length / page
    const bad = range(0, seed).map((n) => 1 + (noise(4, seed * 100 + n).readUInt32BE(0) % size))
    spoil(path, bad, (bytes) => (seed % 2 === 0 ? bytes.fill(0) : noise(page, seed).copy(bytes)))
    const out = join(path, '../salvaged.kinescope')
    if ((await codeOf(path, out)) === 'damaged-capture') {
      // The root of the records' tree is gone.
      expect(readdirSync(join(path, '..'))).toEqual(['a.kinescope'])
      return
    }
    expect(verifyCapture(out)).toMatchObject({ ok: true })
    using reader = openCapture(out)
    const known = new Set(all.map(({ sequenceNumber }) => sequenceNumber))
    const rows = reader.rows(1, reader.lastRow())
    for (const { sequenceNumber } of rows) expect(known.delete(sequenceNumber)).toBe(true)
    const gaps = reader.gaps().filter(({ reason }) => reason === 'lost')
    for (const sequence of known) expect(gaps.some((gap) => isWithin(sequence, gap))).toBe(true)
  })

  test('the way over rows that never were is short', { timeout: 10_000 }, async () => {
    const path = makeCapture(testFolder())
    const db = new Database(path)
    db.exec(`UPDATE counter SET next_row = ${2 ** 52}`)
    db.close()
    spoil(path, recordPages(path).slice(-2), (bytes) => bytes.fill(0xa5))
    const last = await salvage(path, join(path, '../salvaged.kinescope'))
    expect(last.records + last.lost).toBe(all.length)
    expect(last.lost).toBeLessThan(200)
  })

  test('a hole of many rows ends where they can be read again', async () => {
    const path = join(testFolder(), 'a.kinescope')
    const size = 14_000
    const writer = createCapture(path, meta, { durable: false })
    writer.putShards([shard(0)])
    for (let from = 0; from < size; from += 1000) writer.append([write(0, range(from, from + 1000).map((n) => record(n, { data: noise(200, n) })))], [])
    writer.close()
    const db = new Database(path)
    const pages = db.prepare<[], { pageno: number; ncell: number }>(`SELECT pageno, ncell FROM dbstat WHERE name = 'record' AND pagetype = 'leaf' ORDER BY path`).all()
    db.close()
    const rowsIn = (from: number, to: number): number => pages.slice(from, to).reduce((sum, { ncell }) => sum + ncell, 0)
    spoil(path, pages.slice(20, 140).map(({ pageno }) => pageno), (bytes) => bytes.fill(0xa5))
    const out = join(path, '../salvaged.kinescope')
    const { lost } = await salvage(path, out)
    expect(lost).toBeGreaterThan(6000)
    using reader = openCapture(out)
    // All rows of the pages that are left.
    const numbers = reader.rows(1, reader.lastRow()).map(({ arrival }) => arrival - record(0).arrival)
    expect(numbers).toEqual([...range(0, rowsIn(0, 20)), ...range(rowsIn(0, 140), size)])
  })

  test('what is still in the WAL comes along', async () => {
    const folder = testFolder()
    const path = makeCapture(folder)
    const writer = continueCapture(path, { durable: true })
    writer.append([write(0, range(5000, 5050).map((n) => record(n)))], [])
    const left = testFolder()
    for (const ending of ['', '-wal']) copyFileSync(path + ending, join(left, `a.kinescope${ending}`))
    writer.close()
    spoil(join(left, 'a.kinescope'), [1], (bytes) => noise(100, 1).copy(bytes))
    const files = readdirSync(left)
    const before = files.map((name) => readFileSync(join(left, name)).toString('base64'))
    expect(await salvage(join(left, 'a.kinescope'), join(left, 'b.kinescope'))).toMatchObject({ records: all.length + 50, lost: 0 })
    expect(files.map((name) => readFileSync(join(left, name)).toString('base64'))).toEqual(before)
  })

  test('a capture whose WAL was deleted is what it was at its last checkpoint, and goes on from there', () => {
    const folder = testFolder()
    const path = makeCapture(folder)
    const writer = continueCapture(path, { durable: true })
    writer.append([write(0, range(5000, 5050).map((n) => record(n)))], [])
    const left = join(testFolder(), 'a.kinescope')
    copyFileSync(path, left)
    writer.close()
    expect(existsSync(`${left}-wal`)).toBe(false)
    expect(verifyCapture(left)).toMatchObject({ ok: true, records: all.length })
    using again = continueCapture(left, { durable: true })
    // What is missing is read again: its checkpoint went with it.
    expect(again.shards()[0]?.checkpoint.sequenceNumber).toBe(all.at(-2)?.sequenceNumber)
  })

  test('a salvaged capture can be written on', async () => {
    const path = makeCapture(testFolder())
    spoil(path, recordPages(path).slice(3, 5), (bytes) => bytes.fill(0))
    const { records } = await expectHonest(path)
    const out = join(path, '../salvaged.kinescope')
    const writer = continueCapture(out, { durable: true })
    writer.append([write(0, [record(9000)])], [])
    writer.close()
    expect(verifyCapture(out)).toMatchObject({ ok: true, records: records + 1 })
  })

  test('what is no capture, or is in use, or where something lies, is refused', async () => {
    const folder = testFolder()
    const path = makeCapture(folder)
    const out = join(folder, 'out.kinescope')
    const text = join(folder, 'notes.txt')
    writeFileSync(text, 'Not a database at all, but as long as some. '.repeat(4000))
    expect(await codeOf(text, out)).toBe('not-a-capture')
    const other = join(folder, 'other.sqlite')
    const db = new Database(other)
    db.exec('CREATE TABLE record (id INTEGER PRIMARY KEY)')
    db.close()
    expect(await codeOf(other, out)).toBe('not-a-capture')
    expect(await codeOf(join(folder, 'none.kinescope'), out)).toBe('file-system')
    expect(await codeOf(path, text)).toBe('file-exists')
    expect(await codeOf(path, path)).toBe('file-exists')
    const writer = continueCapture(path, { durable: true })
    expect(await codeOf(path, out)).toBe('in-use')
    writer.close()
    const newer = new Database(path)
    newer.pragma('user_version = 99')
    newer.close()
    expect(await codeOf(path, out)).toBe('newer-capture')
    expect(readdirSync(folder).toSorted()).toEqual(['a.kinescope', 'notes.txt', 'other.sqlite'])
  })

  test('stopped on the way, it leaves nothing', async () => {
    const path = makeCapture(testFolder())
    const stop = new AbortController()
    const run = async (): Promise<void> => {
      for await (const { records } of salvageCapture({ path, out: join(path, '../out.kinescope'), signal: stop.signal })) if (records > 0) stop.abort()
    }
    await expect(run()).rejects.toMatchObject({ name: 'AbortError' })
    expect(readdirSync(join(path, '..'))).toEqual(['a.kinescope'])
    rmSync(path)
  })
})
