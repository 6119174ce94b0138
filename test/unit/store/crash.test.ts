import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { isWritten } from '../../../electron/store/writer-lock.ts'
import { failureOf, meta, range, record, script, shard, testFolder, write } from './fixtures.ts'

/** Runs the appender and kills it after so many acknowledged batches; returns the last number it acknowledged. */
async function appendAndKill(path: string, durable: boolean, batches: number): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [script('append-until-killed.ts'), path, String(durable)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  let acknowledged = 0
  let seen = 0
  if (child.stdout === null) throw new Error('no output')
  for await (const line of createInterface(child.stdout)) {
    acknowledged = Number(line.replace('open ', ''))
    if (seen === batches) {
      // The child is somewhere in the next commits by now.
      child.kill('SIGKILL')
    }
    seen++
  }
  await gone
  return acknowledged
}

test.each([
  { durable: true, kills: [0, 1, 17, 60] },
  { durable: false, kills: [3, 40] },
])('what was acknowledged survives kill -9, once ($durable)', { timeout: 60_000 }, async ({ durable, kills }) => {
  const folder = testFolder()
  const path = join(folder, 'a.kinescope')
  let before = 0
  for (const batches of kills) {
    const acknowledged = await appendAndKill(path, durable, batches)
    expect(acknowledged).toBeGreaterThanOrEqual(before)
    expect(isWritten(path)).toBe(false)
    const reader = openCapture(path)
    const { records } = reader.counters()
    expect(records).toBeGreaterThanOrEqual(acknowledged)
    const numbers = reader.rows(1, reader.lastRow()).map(({ sequenceNumber }) => Number(sequenceNumber))
    expect(numbers).toEqual(Array.from({ length: records }, (_, i) => i + 1))
    expect(reader.shards()[0]).toMatchObject({ records, checkpoint: { sequenceNumber: records === 0 ? null : String(records) } })
    // Whoever reads it last leaves one file, and the lock of the dead.
    reader.close()
    expect(readdirSync(folder).toSorted()).toEqual(['a.kinescope', 'a.kinescope-lock'])
    expect(verifyCapture(path)).toEqual({ ok: true, records, integrity: 'ok', problems: [] })
    before = records
  }
  const writer = continueCapture(path, { durable })
  writer.close()
  expect(readdirSync(folder)).toEqual(['a.kinescope'])
})

test('a journal that a killed writer left is rolled back by whoever opens the file, also only to read', () => {
  const folder = testFolder()
  const [written, left] = [join(folder, 'written.kinescope'), join(folder, 'left.kinescope')]
  const writer = createCapture(written, meta, { durable: true })
  writer.putShards([shard(1)])
  writer.append([write(1, range(1, 601).map((n) => record(n, { data: Buffer.alloc(2000, n % 250) })))], [])
  writer.close()
  // As when it dies with the file half changed: what lies on the disk in the middle of a transaction.
  const db = new Database(written)
  db.pragma('cache_size = 1')
  db.exec('BEGIN IMMEDIATE; UPDATE record SET partition_key = partition_key || 1')
  for (const ending of ['', '-journal']) copyFileSync(written + ending, left + ending)
  db.exec('ROLLBACK')
  db.close()

  expect(verifyCapture(left)).toMatchObject({ ok: true, records: 600 })
  const reader = openCapture(left)
  expect(reader.record(1)?.partitionKey).toBe(record(1).partitionKey)
  reader.close()
  expect(existsSync(`${left}-journal`)).toBe(false)
})

test('while one process writes, another is refused, and may write as soon as it is killed', { timeout: 60_000 }, async () => {
  const path = join(testFolder(), 'a.kinescope')
  const child = spawn(process.execPath, [script('append-until-killed.ts'), path, 'true'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const lines = createInterface(child.stdout)
  await once(lines, 'line')
  expect(isWritten(path)).toBe(true)
  for (let i = 0; i < 3; i++) {
    expect(failureOf(() => continueCapture(path, { durable: true }))).toMatchObject({ code: 'in-use', retryable: true })
  }
  // Being refused, and looking, has not broken the lock.
  expect(isWritten(path)).toBe(true)
  const reader = openCapture(path)
  expect(reader.lastRow()).toBeGreaterThanOrEqual(0)
  reader.close()
  expect(failureOf(() => continueCapture(path, { durable: true }))?.code).toBe('in-use')
  child.kill('SIGKILL')
  await gone
  expect(existsSync(`${path}-lock`)).toBe(true)
  const writer = continueCapture(path, { durable: true })
  writer.close()
  expect(verifyCapture(path).ok).toBe(true)
})
