import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensureBuilt } from '../../../electron/launch/ensure-built.mjs'

let folder: string
let stamp: string
const log = vi.fn<(line: string) => void>()
/** A process id that no system gives. */
const deadPid = 2 ** 22 + 4711

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kinescope-build-'))
  stamp = 'sources 1'
  log.mockClear()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const make = vi.fn((out: string) => {
  writeFileSync(join(out, 'entry'), stamp)
  return Promise.resolve()
})
const build = (extra: { make?: (out: string) => Promise<void>; alive?: (out: string) => boolean } = {}) =>
  ensureBuilt({ folder, stamp: () => stamp, make, log, ...extra })
const built = () => readFileSync(join(folder, 'out', 'entry'), 'utf8')

test('builds once, and again only after a change of the sources', async () => {
  expect(await build()).toBe('built')
  expect(await build()).toBe('fresh')
  stamp = 'sources 2'
  expect(await build()).toBe('built')
  expect(built()).toBe('sources 2')
  expect(readdirSync(folder)).toEqual(['out'])
})

test('a build that fails leaves the old one, and nothing else', async () => {
  await build()
  stamp = 'sources 2'
  await expect(build({ make: () => Promise.reject(new Error('does not parse')) })).rejects.toThrow('does not parse')
  expect(built()).toBe('sources 1')
  expect(readdirSync(folder)).toEqual(['out'])
})

test('what a builder left that was killed while building is built anew and cleaned away', async () => {
  mkdirSync(join(folder, `out.${deadPid}`))
  writeFileSync(join(folder, `out.${deadPid}`, 'entry'), 'half of it')
  expect(await build()).toBe('built')
  expect(built()).toBe('sources 1')
  expect(readdirSync(folder)).toEqual(['out'])
})

test('a whole build whose builder was killed before putting it in place is used', async () => {
  // Killed between the two renames: the old one is aside, the new one not yet there.
  mkdirSync(join(folder, `out.${deadPid}.old-0`))
  mkdirSync(join(folder, `out.${deadPid}`))
  writeFileSync(join(folder, `out.${deadPid}`, 'entry'), 'whole')
  writeFileSync(join(folder, `out.${deadPid}`, 'stamp'), stamp)
  make.mockClear()
  expect(await build()).toBe('fresh')
  expect(make).not.toHaveBeenCalled()
  expect(built()).toBe('whole')
  stamp = 'sources 2'
  await build()
  expect(readdirSync(folder)).toEqual(['out'])
})

test('waits for another builder that is at work, and uses what it made', async () => {
  const theirs = join(folder, `out.${deadPid}`)
  mkdirSync(theirs)
  make.mockClear()
  const waiting = build({ alive: existsSync })
  await vi.waitFor(() => expect(log).toHaveBeenCalledWith(expect.stringContaining('another process')))
  mkdirSync(join(folder, 'out'))
  writeFileSync(join(folder, 'out', 'stamp'), stamp)
  rmSync(theirs, { recursive: true })
  expect(await waiting).toBe('fresh')
  expect(make).not.toHaveBeenCalled()
})

test('does not wait for a folder that nobody touches, though its number is in use again', async () => {
  const theirs = join(folder, `out.${process.ppid}`)
  mkdirSync(theirs)
  const longAgo = new Date(Date.now() - 60_000)
  utimesSync(theirs, longAgo, longAgo)
  expect(await build()).toBe('built')
  expect(existsSync(theirs)).toBe(false)
})
