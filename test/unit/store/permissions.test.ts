import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Failure } from '#shared/model/error.ts'
import { createCapture } from '../../../electron/store/capture-writer.ts'
import { meta, range, record, script, shard, testFolder, write } from './fixtures.ts'
import { folderOf } from './spoil.ts'

/** Whom root may be, so that permissions mean something: "nobody". */
const nobody = process.getuid?.() === 0 ? 65_534 : null

interface Results {
  read: number | Failure
  verify: number | Failure
  continue: number | Failure
  create: number | Failure
  salvage: number | Failure
}

/** A folder with a capture, left with its WAL as by a kill or closed, and permissions; what a user without others' rights can do there. */
function openedBy({ folderMode = 0o700, fileMode = 0o600, walled = false }): { results: Results; before: object; after: object } {
  const root = testFolder()
  chmodSync(root, 0o711)
  const folder = join(root, 'captures')
  mkdirSync(folder)
  const path = join(folder, 'a.kinescope')
  const made = join(testFolder(), 'made.kinescope')
  const writer = createCapture(made, meta, { durable: true })
  writer.putShards([shard(0)])
  writer.append([write(0, range(0, 300).map((n) => record(n)))], [])
  if (walled) for (const ending of ['', '-wal']) copyFileSync(made + ending, path + ending)
  writer.close()
  if (!walled) copyFileSync(made, path)
  const elsewhere = join(root, 'elsewhere')
  mkdirSync(elsewhere)
  const before = folderOf(path)
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), fileMode)
  if (nobody !== null) for (const owned of [elsewhere, folder, ...readdirSync(folder).map((name) => join(folder, name))]) chownSync(owned, nobody, nobody)
  chmodSync(folder, folderMode)
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [script('open-in-every-way.ts'), path, join(folder, 'fresh.kinescope'), join(elsewhere, 'salvaged.kinescope')],
    { encoding: 'utf8', ...(nobody === null ? {} : { uid: nobody, gid: nobody }) },
  )
  chmodSync(folder, 0o700)
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o600)
  return { results: JSON.parse(stdout) as Results, before, after: folderOf(path) }
}

const notPermitted = (what: RegExp) => ({
  code: 'file-system',
  message: expect.stringMatching(what) as string,
  action: expect.stringMatching(/[Cc]heck the (path and its )?permissions/) as string,
})

describe.runIf(process.platform !== 'win32')('what a user may not write', () => {
  test('a capture in a read-only folder is read, verified and salvaged elsewhere, not written on', () => {
    const { results, before, after } = openedBy({ folderMode: 0o500 })
    expect(results).toMatchObject({ read: 300, verify: 300, salvage: 300 })
    expect(results.continue).toMatchObject(notPermitted(/^Locking the capture .+ failed: /))
    expect(results.create).toMatchObject(notPermitted(/^Locking the capture .+ failed: /))
    expect(after).toEqual(before)
  })

  test('a read-only file is read, verified and salvaged, not written on', () => {
    const { results, before, after } = openedBy({ fileMode: 0o400 })
    expect(results).toMatchObject({ read: 300, verify: 300, create: 0, salvage: 300 })
    expect(results.continue).toMatchObject(notPermitted(/^Opening .+ failed: writing or reading it is not permitted\.$/))
    expect(after).toMatchObject(before)
    expect(Object.keys(after)).toEqual(['a.kinescope', 'fresh.kinescope'])
  })

  test('a file that may not be read is told', () => {
    const { results, before, after } = openedBy({ fileMode: 0o000 })
    for (const way of ['read', 'verify', 'continue', 'salvage'] as const) expect(results[way]).toMatchObject(notPermitted(/^\w+ .+ failed: .+\.$/))
    expect(after).toMatchObject(before)
  })

  test('a capture that a kill left with its WAL in a read-only folder says what it needs', () => {
    const { results, before, after } = openedBy({ folderMode: 0o500, walled: true })
    for (const way of ['read', 'verify', 'continue'] as const) {
      expect(results[way]).toMatchObject({
        code: 'file-system',
        message: expect.stringMatching(/ was left unclosed, and can't be read in a folder that may not be written to\.$/) as string,
        action: expect.stringMatching(/^Copy it .+ -wal.+\.$/) as string,
      })
    }
    // Which works on a copy, and takes the WAL along.
    expect(results.salvage).toBe(300)
    expect(after).toEqual(before)
  })
})
