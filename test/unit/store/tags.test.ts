import Database from 'better-sqlite3'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RecordTag } from '#shared/model/record.ts'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { openWritable } from '../../../electron/store/database.ts'
import { migrate } from '../../../electron/store/migrate.ts'
import { captureSchema } from '../../../electron/store/migrations/capture.ts'
import { salvageCapture, type SalvageProgress } from '../../../electron/store/salvage.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { acquireWriterLock } from '../../../electron/store/writer-lock.ts'
import { meta, noise, range, record, shard, testFolder, write } from './fixtures.ts'

const page = 16 * 1024
const tagsOf = (n: number): RecordTag[] => [
  { key: 'trace', value: `t-${n}` },
  { key: 'trace', value: '' },
  { key: '\u202eурок 😀', value: null },
]
/** Every tenth record has tags. */
const tagged = (n: number) => record(n, n % 10 === 0 ? { tags: tagsOf(n) } : {})

function makeCapture(count = 100): string {
  const path = join(testFolder(), 'a.kinescope')
  using writer = createCapture(path, meta, { durable: false })
  writer.putShards([shard(0)])
  for (let n = 0; n < count; n += 50) writer.append([write(0, range(n, Math.min(count, n + 50)).map(tagged))], [])
  return path
}

/** Works on a capture's tables behind its back. */
function tamper(path: string, sql: string): void {
  const db = new Database(path)
  db.exec(sql)
  db.close()
}

/** The first byte of the one page that the table of tags has. */
function tagPage(path: string): number {
  const db = new Database(path, { readonly: true })
  const root = db.prepare<[], number>(`SELECT rootpage FROM sqlite_schema WHERE name = 'tag'`).pluck().get() ?? 0
  db.close()
  return (root - 1) * page
}

/** As a Kinescope of that version left it. */
function makeOld(): string {
  const path = join(testFolder(), 'old.kinescope')
  const db = openWritable(path, { create: true })
  db.pragma(`page_size = ${page}`)
  migrate(db, { ...captureSchema, migrations: captureSchema.migrations.slice(0, 1) })
  db.exec(`INSERT INTO capture (id, stream_arn, stream_name, region, start, created_at, tool) VALUES (1, 'arn', 'orders', 'eu-west-1', '{"type":"LATEST"}', 1, 'old')`)
  db.exec(`INSERT INTO shard (number, shard_id, starting_hash_key, ending_hash_key, starting_sequence, checkpoint, records) VALUES (1, 's', '0', '9', '0', zeroblob(24), 1)`)
  db.exec(`INSERT INTO record VALUES (1, 1, zeroblob(24), 0, 5, 'key', NULL, x'7b7d', NULL)`)
  db.exec(`UPDATE counter SET records = 1, bytes = 2, next_row = 2`)
  db.close()
  return path
}

async function salvage(path: string): Promise<string> {
  const out = join(path, '../salvaged.kinescope')
  let last: SalvageProgress | null = null
  for await (const progress of salvageCapture({ path, out })) last = progress
  expect(last).toMatchObject({ done: true, lost: 0 })
  return out
}

describe('tags of KPL records', () => {
  test('are kept beside the records that have any, and given with one record', () => {
    const path = makeCapture()
    using reader = openCapture(path)
    expect(reader.record(11)).toMatchObject({ id: 11, tags: tagsOf(10) })
    expect(reader.record(12)).not.toHaveProperty('tags')
    expect(reader.record(1000)).toBeNull()
    expect(reader.tagsOf(range(1, 25))).toEqual(new Map([[1, tagsOf(0)], [11, tagsOf(10)], [21, tagsOf(20)]]))
    expect(reader.page(0, 100).some((row) => 'tags' in row)).toBe(false)
    expect(verifyCapture(path)).toMatchObject({ ok: true, records: 100 })
  })

  test('of a record that is there already are left out with it, and of one that is not stored nothing is', () => {
    const path = makeCapture(10)
    using writer = continueCapture(path, { durable: false })
    writer.append([write(0, [tagged(0), record(1, { tags: tagsOf(1) })])], [])
    expect(() => writer.append([write(0, [record(20, { tags: tagsOf(20) })]), { ...write(1, []), shardId: 'nowhere' }], [])).toThrow()
    writer.append([write(0, [record(30, { tags: [] })])], [])
    using reader = openCapture(path)
    expect(reader.tagsOf(range(1, 50))).toEqual(new Map([[1, tagsOf(0)]]))
    expect(verifyCapture(path)).toMatchObject({ ok: true, records: 11 })
  })

  test('go with the records that a ring drops', () => {
    const path = join(testFolder(), 'a.kinescope')
    const cap = 2 * 1024 * 1024
    using writer = createCapture(path, meta, { durable: false })
    writer.putShards([shard(0)])
    for (let n = 0; n < 6000; n += 200) {
      writer.append([write(0, range(n, n + 200).map((i) => record(i, { data: noise(1000, i), tags: tagsOf(i) })))], [])
      writer.capTo(cap)
    }
    using reader = openCapture(path)
    const { records } = reader.counters()
    expect(records).toBeLessThan(3000)
    expect(reader.tagsOf(range(1, 6001)).size).toBe(records)
    expect(verifyCapture(path)).toMatchObject({ ok: true })
  })

  test('without a record, or that can not be read, are found by verification', () => {
    const path = makeCapture()
    tamper(path, `INSERT INTO tag VALUES (4711, '[{"key":"k","value":null}]')`)
    expect(verifyCapture(path)).toMatchObject({ ok: false, problems: ['The tags of 1 record are there without the record.'] })
    tamper(path, `DELETE FROM tag WHERE record = 4711; UPDATE tag SET tags = '[{"key":5}]' WHERE record < 20`)
    expect(verifyCapture(path)).toMatchObject({ ok: false, problems: ["The tags of 2 records can't be read."] })
    using reader = openCapture(path)
    expect(() => reader.record(1)).toThrow(expect.objectContaining({ code: 'damaged-capture' }) as Error)
    expect(reader.record(31)).toMatchObject({ tags: tagsOf(30) })
  })
})

describe('salvage', () => {
  test('carries tags over', async () => {
    const path = makeCapture(1200)
    using from = openCapture(path)
    using to = openCapture(await salvage(path))
    expect(to.tagsOf(range(1, 1201))).toEqual(from.tagsOf(range(1, 1201)))
    expect(to.gaps()).toEqual([])
  })

  test('says where some can not be read, and keeps the rest', async () => {
    const path = makeCapture()
    tamper(path, `UPDATE tag SET tags = 'gone' WHERE record = 11`)
    using reader = openCapture(await salvage(path))
    expect([...reader.tagsOf(range(1, 101)).keys()]).toEqual([1, 21, 31, 41, 51, 61, 71, 81, 91])
    expect(reader.gaps()).toMatchObject([{ reason: 'lost', detail: expect.stringContaining('Tags of KPL records') as string }])
  })

  test('keeps the records where the table of tags is gone', async () => {
    const path = makeCapture()
    const at = tagPage(path)
    const bytes = readFileSync(path)
    bytes.fill(0xa5, at, at + page)
    writeFileSync(path, bytes)
    const out = await salvage(path)
    expect(verifyCapture(out)).toMatchObject({ ok: true, records: 100 })
    using reader = openCapture(out)
    expect(reader.gaps()).toMatchObject([{ reason: 'lost', detail: expect.stringContaining('Tags of KPL records') as string }])
  })
})

describe('a file of version 1', () => {
  test('is read as it is while another program writes it, and brought up to date afterwards', () => {
    const path = makeOld()
    const lock = acquireWriterLock(path)
    {
      using reader = openCapture(path)
      expect(reader.record(1)).toMatchObject({ partitionKey: 'key' })
      expect(reader.tagsOf([1])).toEqual(new Map())
      expect(reader.counters()).toMatchObject({ records: 1, filtered: 0 })
    }
    lock.release()
    using writer = continueCapture(path, { durable: false })
    writer.putShards([shard(0)])
    writer.append([write(0, [tagged(0)])], [])
    using reader = openCapture(path)
    expect(reader.tagsOf([1, 2])).toEqual(new Map([[2, tagsOf(0)]]))
    expect(existsSync(path)).toBe(true)
  })

  test('is salvaged, without a word of tags', async () => {
    const path = makeOld()
    using reader = openCapture(await salvage(path))
    expect(reader.gaps()).toEqual([])
    expect(reader.record(1)).toMatchObject({ partitionKey: 'key' })
  })
})
