import Database from 'better-sqlite3'
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { moveCapture, removeCapture } from '../../../electron/store/capture-file.ts'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { quoted, storeError } from '../../../electron/store/store-error.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { failureOf, meta, noise, range, record, shard, testFolder, write } from './fixtures.ts'

function makeCapture(folder: string, name = 'a.kinescope'): string {
  const path = join(folder, name)
  const writer = createCapture(path, meta, { durable: true })
  writer.putShards([shard(0)])
  writer.append([write(0, range(0, 2000).map((n) => record(n, { data: noise(300, n) })))], [])
  writer.close()
  return path
}

/** Every way to open a file, none of which may change it or leave anything beside it. */
function refusals(path: string): (string | undefined)[] {
  const before = readFileSync(path)
  const folder = join(path, '..')
  const files = readdirSync(folder)
  const codes = [
    failureOf(() => openCapture(path)),
    failureOf(() => continueCapture(path, { durable: true })),
    failureOf(() => verifyCapture(path)),
    failureOf(() => createCapture(path, meta, { durable: true })),
  ].map((failure) => {
    expect(failure?.message).toMatch(/\.$/)
    expect(failure?.action).toMatch(/\.$/)
    return failure?.code
  })
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(readdirSync(folder)).toEqual(files)
  return codes
}

test('what is no capture is refused and left as it was', () => {
  const folder = testFolder()
  const text = join(folder, 'notes.txt')
  writeFileSync(text, 'Not a database at all, but longer than the header of one, which has a hundred bytes. '.repeat(20))
  expect(refusals(text)).toEqual(['not-a-capture', 'not-a-capture', 'not-a-capture', 'file-exists'])
  const other = join(folder, 'other.sqlite')
  const db = new Database(other)
  db.exec('CREATE TABLE record (id INTEGER PRIMARY KEY)')
  db.close()
  expect(refusals(other)).toEqual(['not-a-capture', 'not-a-capture', 'not-a-capture', 'file-exists'])
})

test('a capture of a newer version is refused and left as it was', () => {
  const path = makeCapture(testFolder())
  const db = new Database(path)
  db.pragma('user_version = 99')
  db.close()
  expect(refusals(path)).toEqual(['newer-capture', 'newer-capture', 'newer-capture', 'file-exists'])
})

test('a capture whose tables were replaced is refused', () => {
  const path = makeCapture(testFolder())
  const db = new Database(path)
  db.exec(`ALTER TABLE record RENAME TO hidden; CREATE VIEW record AS SELECT * FROM hidden`)
  db.close()
  const before = readFileSync(path)
  expect(failureOf(() => openCapture(path))?.code).toBe('damaged-capture')
  expect(failureOf(() => continueCapture(path, { durable: true }))?.code).toBe('damaged-capture')
  expect(verifyCapture(path)).toMatchObject({ ok: false, records: 0 })
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a missing, an empty and an impossible path are told apart', () => {
  const folder = testFolder()
  expect(failureOf(() => openCapture(join(folder, 'none.kinescope')))).toMatchObject({ code: 'file-system', action: 'Check the path.' })
  expect(failureOf(() => continueCapture(join(folder, 'none.kinescope'), { durable: true }))?.code).toBe('not-a-capture')
  writeFileSync(join(folder, 'empty.kinescope'), '')
  expect(failureOf(() => openCapture(join(folder, 'empty.kinescope')))?.code).toBe('not-a-capture')
  mkdirSync(join(folder, 'folder.kinescope'))
  expect(failureOf(() => openCapture(join(folder, 'folder.kinescope')))).toMatchObject({ code: 'file-system', action: 'Choose a file.' })
  // better-sqlite3 would trim the name, and open another file.
  expect(failureOf(() => createCapture(join(folder, 'a.kinescope '), meta, { durable: true }))?.code).toBe('invalid-argument')
  expect(readdirSync(folder).toSorted()).toEqual(['empty.kinescope', 'folder.kinescope'])
})

test('a name that means something to a URL or to SQLite is only a name', () => {
  const folder = testFolder()
  for (const name of ['file:x?mode=memory', ':memory:', 'a%20b#c?.kinescope', "'; DROP TABLE record; --"]) {
    const path = makeCapture(folder, name)
    expect(statSync(path).size).toBeGreaterThan(0)
    expect(verifyCapture(path)).toMatchObject({ ok: true, records: 2000 })
  }
})

test('damage is found, told and not made worse', () => {
  const folder = testFolder()
  const path = makeCapture(folder)
  const cut = join(folder, 'cut.kinescope')
  copyFileSync(path, cut)
  truncateSync(cut, Math.floor(statSync(cut).size / 2 / 16384) * 16384)
  const flipped = join(folder, 'flipped.kinescope')
  const bytes = readFileSync(path)
  // The pages in the middle: rows, indexes and filters.
  for (let at = 20 * 16384; at < 30 * 16384; at += 97) bytes[at] = (bytes[at] ?? 0) ^ 0xff
  writeFileSync(flipped, bytes)
  for (const damaged of [cut, flipped]) {
    const before = readFileSync(damaged)
    const report = verifyCapture(damaged)
    expect(report.ok).toBe(false)
    expect(report.problems.length).toBeGreaterThan(0)
    expect(readFileSync(damaged).equals(before)).toBe(true)
  }
})

test('verification notices what only looks whole', () => {
  const folder = testFolder()
  const path = makeCapture(folder)
  const cases: [string, RegExp][] = [
    [`DELETE FROM record WHERE id = 700`, /counts 2000 records and holds 1999/],
    [`UPDATE counter SET bytes = bytes + 1`, /bytes of payload/],
    [`UPDATE filter SET bits = zeroblob(8000) WHERE block = 2`, /filter of block 2 hides/],
    [`DELETE FROM filter WHERE block = 1`, /lost its filter/],
    [`UPDATE tally SET records = records + 1 WHERE shift = 8`, /counts by time/],
    [`UPDATE shard SET checkpoint = zeroblob(24)`, /after its checkpoint/],
    [`DELETE FROM block WHERE id = 2`, /Block 3 starts/],
    [`UPDATE record SET shard = 9 WHERE id = 5`, /belong to a shard/],
  ]
  for (const [sql, problem] of cases) {
    const copy = join(folder, 'copy.kinescope')
    copyFileSync(path, copy)
    const db = new Database(copy)
    db.exec(sql)
    db.close()
    const report = verifyCapture(copy)
    expect(report.ok).toBe(false)
    expect(report.problems.join('\n')).toMatch(problem)
  }
})

test('a capture can be moved and removed once nobody has it open', () => {
  const folder = testFolder()
  const path = makeCapture(folder)
  const writer = continueCapture(path, { durable: true })
  expect(failureOf(() => removeCapture(path))?.code).toBe('in-use')
  expect(failureOf(() => moveCapture(path, join(folder, 'b.kinescope')))?.code).toBe('in-use')
  const reader = openCapture(path)
  writer.close()
  expect(failureOf(() => moveCapture(path, join(folder, 'b.kinescope')))?.code).toBe('in-use')
  reader.close()
  moveCapture(path, join(folder, 'b.kinescope'))
  makeCapture(folder)
  expect(failureOf(() => moveCapture(path, join(folder, 'b.kinescope')))?.code).toBe('file-exists')
  removeCapture(join(folder, 'b.kinescope'))
  expect(readdirSync(folder)).toEqual(['a.kinescope'])
})

test.each([
  ['SQLITE_FULL', 'disk-full'],
  ['ENOSPC', 'disk-full'],
  ['SQLITE_IOERR_WRITE', 'file-system'],
  ['SQLITE_IOERR_FSYNC', 'file-system'],
  ['SQLITE_IOERR_READ', 'file-system'],
  ['SQLITE_IOERR_SHORT_READ', 'damaged-capture'],
  ['SQLITE_READONLY_DIRECTORY', 'file-system'],
  ['EACCES', 'file-system'],
  ['ENOENT', 'file-system'],
  ['SQLITE_CANTOPEN', 'file-system'],
  ['SQLITE_BUSY_SNAPSHOT', 'in-use'],
  ['SQLITE_CORRUPT_VTAB', 'damaged-capture'],
  ['SQLITE_NOTADB', 'not-a-capture'],
  ['SOMETHING_ELSE', 'internal'],
])('%s is told as %s, with what to do', (code, expected) => {
  const error = storeError(Object.assign(new Error('raw words'), { code }), 'Writing', '/captures/a.kinescope')
  expect(error.failure.code).toBe(expected)
  expect(error.failure.message).toContain('/captures/a.kinescope')
  expect(error.failure.action).toMatch(/^[A-Z].*\.$/)
})

test('a path is shown without control characters and bidi controls', () => {
  expect(quoted('/tmp/a\u001b[31m\u202Egpj.kinescope')).toBe('“/tmp/a\\u001b[31m\\u202egpj.kinescope”')
})
