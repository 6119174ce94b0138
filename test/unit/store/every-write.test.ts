import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Failure } from '#shared/model/error.ts'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { salvageCapture } from '../../../electron/store/salvage.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { isWritten } from '../../../electron/store/writer-lock.ts'
import { bundle } from '../../fakes/bundle.ts'
import { failureOf, meta, range, record, testFolder, write } from './fixtures.ts'

/** What `ulimit -f` counts in, bytes: POSIX has it so, for `sh`. */
const block = 512
const page = 16 * 1024
/** Pages of a capture without records. */
let born: number
const isPosix = process.platform !== 'win32'
let folder: string
let program: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinescope-writes-'))
  ;({ program } = await bundle(folder, { program: '../unit/store/short-capture.ts' }))
  const path = join(folder, 'empty.kinescope')
  createCapture(path, meta, { durable: true }).close()
  born = statSync(path).size / page
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Life {
  acknowledged: number
  failed: { at: 'create' | 'append'; failure: Failure } | null
  /** Stored after something had failed, by the same writer. */
  wentOn: boolean
  /** Bytes that the files grew to, and whether one is left; null where none was made. */
  end: { wal: number; file: number; folded: boolean } | null
}

/** A short capture of which no file may grow over so many bytes. */
async function live(path: string, limit: number | 'unlimited', checkpoints: boolean): Promise<Life> {
  const units = limit === 'unlimited' ? limit : String(limit / block)
  const child = spawn('sh', ['-c', `ulimit -f ${units} && exec "$0" "$@"`, process.execPath, program, path, checkpoints ? 'yes' : ''], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  expect({ limit, stderr, status }).toEqual({ limit, stderr: '', status: 0 })
  const life: Life = { acknowledged: 0, failed: null, wentOn: false, end: null }
  for (const line of stdout.trim().split('\n')) {
    const told = JSON.parse(line) as { stored?: number; failed?: string; failure?: Failure } & Partial<NonNullable<Life['end']>>
    if (told.stored !== undefined) Object.assign(life, { acknowledged: told.stored, wentOn: life.failed !== null })
    else if (told.failure !== undefined) life.failed ??= { at: told.failed === 'create' ? 'create' : 'append', failure: told.failure }
    else life.end = { wal: told.wal ?? 0, file: told.file ?? 0, folded: told.folded ?? false }
  }
  return life
}

/**
 * A file whose WAL was deleted: what it was at its last checkpoint, or, where that was cut off, known to be damaged; and then it
 * can be salvaged. Never more, and never others than were stored.
 */
async function checkWithoutWal(path: string, { acknowledged }: Life): Promise<'sound' | 'damaged'> {
  const alone = join(mkdtempSync(join(folder, 'alone-')), 'a.kinescope')
  copyFileSync(path, alone)
  const { ok, records } = verifyCapture(alone)
  let left = alone
  if (!ok) {
    expect(failureOf(() => continueCapture(alone, { durable: true }))?.code ?? 'damaged-capture').toBe('damaged-capture')
    left = `${alone}.salvaged`
    try {
      for await (const _ of salvageCapture({ path: alone, out: left }));
    } catch (error) {
      expect(error).toMatchObject({ code: 'damaged-capture' })
      return 'damaged'
    }
  }
  using reader = openCapture(left)
  const rows = reader.rows(1, reader.lastRow())
  const stored = range(1, acknowledged + 1).map((n) => [record(n).sequenceNumber, n % 10 === 3 ? 30_000 : 800])
  expect(rows.length).toBeLessThanOrEqual(acknowledged)
  for (const { sequenceNumber, data } of rows) expect(stored).toContainEqual([sequenceNumber, data.length])
  if (!ok) return 'damaged'
  expect(rows).toHaveLength(records)
  // The first so many: its checkpoint is at the last of them, and what is missing is read again.
  expect(rows.map(({ sequenceNumber }) => sequenceNumber)).toEqual(stored.slice(0, records).map(([sequence]) => sequence))
  if (records > 0) expect(reader.shards()[0]?.checkpoint.sequenceNumber).toBe(rows.at(-1)?.sequenceNumber)
  return 'sound'
}

/** What is on the disk is what was acknowledged, and can be gone on with. Returns where the failure was. */
function check(path: string, { acknowledged, failed, end }: Life): 'create' | 'append' | 'fold' | 'none' {
  if (failed !== null) {
    expect(['disk-full', 'file-system']).toContain(failed.failure.code)
    expect(failed.failure.message).toMatch(/ failed: the disk .+\.$/)
    expect(failed.failure.action).toMatch(/, then continue the capture\.$/)
    expect(failed.failure.retryable).toBe(true)
  }
  if (failed?.at === 'create') {
    // No capture, rather than one without its first lines. A lock that could not be written is nobody's.
    expect(readdirSync(join(path, '..')).filter((name) => name !== 'a.kinescope-lock')).toEqual([])
    expect(isWritten(path)).toBe(false)
    createCapture(path, meta, { durable: true }).close()
    expect(readdirSync(join(path, '..'))).toEqual(['a.kinescope'])
    return 'create'
  }
  const reader = openCapture(path)
  expect(reader.rows(1, reader.lastRow()).map(({ sequenceNumber, data }) => [sequenceNumber, data.length])).toEqual(
    range(1, acknowledged + 1).map((n) => [record(n).sequenceNumber, n % 10 === 3 ? 30_000 : 800]),
  )
  reader.close()
  expect(verifyCapture(path)).toEqual({ ok: true, records: acknowledged, integrity: 'ok', problems: [] })
  const writer = continueCapture(path, { durable: true })
  writer.append([write(0, range(1, acknowledged + 11).map((n) => record(n)))], [])
  expect(writer.counters().records).toBe(acknowledged + 10)
  writer.close()
  expect(readdirSync(join(path, '..'))).toEqual(['a.kinescope'])
  if (failed !== null) return 'append'
  return end?.folded === true ? 'none' : 'fold'
}

/**
 * Every write of a page or of a frame of the WAL is 16 KiB long, and so met by one of these: the WAL's in their midst, as
 * their heads shift them, the file's as a whole. Below, SQLite's smaller files are met: lock, journal, index of the WAL.
 */
const fromTheStart = (bytes: number): number[] => [0, block, ...range(1, 4).map((n) => n * 4096), ...pages(1, bytes)]
const pages = (first: number, bytes: number): number[] => range(first, Math.ceil(bytes / page) + 2).map((n) => n * page)

/** Lives a short capture under each limit, and counts where its failures were. */
async function liveUnder(limits: readonly number[], checkpoints: boolean): Promise<Record<string, number>> {
  const met: Record<string, number> = {}
  const count = (what: string): void => void (met[what] = (met[what] ?? 0) + 1)
  const left = limits.values()
  const takeTurns = async (): Promise<void> => {
    for (const limit of left) {
      const path = join(mkdtempSync(join(folder, 'limit-')), 'a.kinescope')
      const life = await live(path, limit, checkpoints)
      if (existsSync(`${path}-wal`)) count(`${await checkWithoutWal(path, life)} without its WAL`)
      const place = check(path, life)
      count(place)
      if (life.wentOn) count('went on')
      // With all the space that it needs nothing fails: no write was left out.
      if (limit === limits.at(-1)) expect(place).toBe('none')
    }
  }
  // Two at a time: their starts are what takes the time.
  await Promise.all([takeTurns(), takeTurns()])
  console.log(`${limits.length} limits, of which met: ${Object.entries(met).map(([place, count]) => `${place} ${count}`).join(', ')}`)
  return met
}

test.runIf(isPosix)('whichever write of a capture fails, from its first, what was acknowledged is there', { timeout: 180_000 }, async () => {
  const whole = await live(join(testFolder(), 'a.kinescope'), 'unlimited', false)
  expect(whole).toMatchObject({ acknowledged: 40, failed: null, end: { folded: true } })
  const { wal = 0, file = 0 } = whole.end ?? {}
  expect(wal).toBeGreaterThan(file)
  const met = await liveUnder(fromTheStart(wal), false)
  // As pages are made they are written into the draft, as they are filled into the WAL.
  expect(met['create']).toBeGreaterThanOrEqual(born)
  expect(met['append']).toBeGreaterThan(wal / page - born - 3)
  expect(met['went on']).toBeGreaterThan(10)
})

test.runIf(isPosix)('whichever write of a checkpoint or of the folding into one file fails, the same', { timeout: 180_000 }, async () => {
  const whole = await live(join(testFolder(), 'a.kinescope'), 'unlimited', true)
  expect(whole).toMatchObject({ acknowledged: 40, failed: null, end: { folded: true } })
  const { wal = 0, file = 0 } = whole.end ?? {}
  expect(file).toBeGreaterThan(wal)
  const met = await liveUnder(pages(born, file).flatMap((limit) => [limit, limit + page / 2]), true)
  // A checkpoint that fails is made up for later; while none succeeds the WAL grows, and the next commit tells.
  expect(met['append']).toBeGreaterThan(0)
  expect(met['fold']).toBeGreaterThan(0)
  expect(met['create']).toBeUndefined()
  // A checkpoint that was cut off is noticed without the WAL that would make it good.
  expect(met['damaged without its WAL']).toBeGreaterThan(0)
})
