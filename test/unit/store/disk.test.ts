import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { openReadable } from '../../../electron/store/database.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { failureOf, meta, noise, range, record, script, shard, testFolder, write } from './fixtures.ts'

const batch = (from: number): ReturnType<typeof write> => write(0, range(from, from + 200).map((n) => record(n, { data: noise(1000, n) })))

test('the connection that writes a capture syncs every commit, that of a view does not until it is kept', () => {
  const folder = testFolder()
  const capture = createCapture(join(folder, 'a.kinescope'), meta, { durable: true })
  expect(capture.pragma('synchronous')).toBe(2)
  expect(capture.pragma('fullfsync')).toBe(1)
  expect(capture.pragma('checkpoint_fullfsync')).toBe(1)
  expect(capture.pragma('page_size')).toBe(16_384)
  expect(capture.pragma('journal_mode')).toBe('wal')
  capture.close()
  const continued = continueCapture(join(folder, 'a.kinescope'), { durable: true })
  expect(continued.pragma('synchronous')).toBe(2)
  continued.close()

  const view = createCapture(join(folder, 'view.kinescope'), meta, { durable: false })
  expect(view.pragma('synchronous')).toBe(0)
  view.putShards([shard(0)])
  view.append([batch(0)], [])
  const wal = `${view.path}-wal`
  expect(statSync(wal).size).toBeGreaterThan(0)
  view.makeDurable()
  expect(view.pragma('synchronous')).toBe(2)
  // All of it was copied into the file and synced with it.
  expect(statSync(wal).size).toBe(0)
  view.append([batch(200)], [])
  view.close()
  expect(verifyCapture(join(folder, 'view.kinescope'))).toMatchObject({ ok: true, records: 400 })
})

test('keeping a view syncs what was copied into the file before, too', () => {
  const view = createCapture(join(testFolder(), 'view.kinescope'), meta, { durable: false })
  view.putShards([shard(0)])
  view.append([batch(0)], [])
  view.pragma('wal_checkpoint(TRUNCATE)')
  const wal = `${view.path}-wal`
  expect(statSync(wal).size).toBe(0)
  // A checkpoint syncs the file only if it has something to copy, which a reader in its way keeps in sight.
  const reader = openReadable(view.path)
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM record').get()
  view.pragma('busy_timeout = 20')
  expect(failureOf(() => view.makeDurable())).toMatchObject({ code: 'in-use', retryable: true })
  expect(statSync(wal).size).toBeGreaterThan(0)
  reader.close()
  view.makeDurable()
  expect(statSync(wal).size).toBe(0)
  view.close()
  expect(verifyCapture(view.path)).toMatchObject({ ok: true, records: 200 })
})

test('a full disk is told, keeps what was acknowledged, and the capture goes on when there is space', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, { durable: true })
  writer.putShards([shard(0)])
  writer.append([batch(0)], [])
  const pages = Number(writer.pragma('page_count'))
  writer.pragma(`max_page_count = ${pages + 30}`)
  let acknowledged = 200
  const fill = (): void => {
    for (;;) {
      writer.append([batch(acknowledged)], [])
      acknowledged += 200
    }
  }
  expect(failureOf(fill)).toMatchObject({ code: 'disk-full', retryable: true, action: 'Free some space, then continue the capture.' })
  expect(failureOf(fill)?.code).toBe('disk-full')
  expect(writer.counters().records).toBe(acknowledged)
  writer.pragma('max_page_count = 1000000')
  writer.append([batch(acknowledged)], [])
  writer.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: acknowledged + 200 })
})

test('another program that holds the file is told, and the capture goes on when it lets go', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, { durable: true })
  writer.putShards([shard(0)])
  writer.append([batch(0)], [])
  writer.pragma('busy_timeout = 20')
  const other = new Database(path)
  other.exec('BEGIN IMMEDIATE')
  const failure = failureOf(() => writer.append([batch(200)], []))
  expect(failure).toMatchObject({ code: 'in-use', retryable: true, action: 'Close the program that uses the file, then try again.' })
  expect(failure?.message).toMatch(/ failed: another program holds it\.$/)
  expect(writer.counters().records).toBe(200)
  other.exec('ROLLBACK')
  writer.append([batch(200)], [])
  // A reader that stays does not keep it from closing, only from becoming one file: whoever closes last sees to that.
  other.exec('BEGIN')
  other.prepare('SELECT count(*) FROM record').get()
  writer.close()
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
  other.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: 400 })
  expect(readdirSync(join(path, '..'))).toEqual(['a.kinescope'])
})

test('closing on a full disk keeps what was acknowledged', () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, { durable: true })
  writer.putShards([shard(0)])
  writer.append([batch(0)], [])
  writer.pragma(`max_page_count = ${Number(writer.pragma('page_count'))}`)
  writer.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: 200 })
})

// The limit on a file's size makes the operating system refuse a write in the midst of a commit or a checkpoint.
test.runIf(process.platform !== 'win32').each([1, 2, 5, 40])('a write that fails at %i × 512 KiB loses nothing acknowledged', (limit) => {
  const path = join(testFolder(), 'a.kinescope')
  // 512-byte units, as POSIX has it; a shell that counts in kilobytes only fails later.
  const command = `ulimit -f ${limit * 1024} && exec "$0" "$@"`
  const { stdout, stderr, status } = spawnSync('sh', ['-c', command, process.execPath, script('append-until-killed.ts'), path, 'true', '3000'], { encoding: 'utf8' })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  const lines = stdout.trim().split('\n')
  const failure = JSON.parse(lines.at(-1) ?? '') as { code: string; action: string; counters: { records: number } }
  expect(['disk-full', 'file-system']).toContain(failure.code)
  expect(failure.action).toMatch(/\.$/)
  const acknowledged = Number(lines.at(-2)?.replace('open ', ''))
  expect(failure.counters.records).toBe(acknowledged)
  const reader = openCapture(path)
  expect(reader.rows(1, reader.lastRow()).map(({ sequenceNumber }) => Number(sequenceNumber))).toEqual(range(1, acknowledged + 1))
  reader.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: acknowledged })
  const writer = continueCapture(path, { durable: true })
  writer.append([write(0, [record(1)])], [])
  writer.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: acknowledged + 1 })
})

test('a WAL that a reader holds on to is bounded as soon as it lets go', { timeout: 60_000 }, () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, { durable: false })
  writer.putShards([shard(0)])
  const append = (n: number): void => writer.append([write(0, [record(n, { data: noise(4 << 20, n) })])], [])
  append(0)
  const rude = openReadable(writer.path)
  rude.exec('BEGIN')
  rude.prepare('SELECT count(*) FROM record').get()
  const mebibyte = 1 << 20
  const wal = (): number => statSync(`${path}-wal`).size / mebibyte
  for (let n = 1; wal() < 70; n++) append(n)
  rude.exec('COMMIT')
  rude.close()
  for (let n = 100; n < 108; n++) append(n)
  expect(wal()).toBeLessThanOrEqual(64)
  writer.close()
})
