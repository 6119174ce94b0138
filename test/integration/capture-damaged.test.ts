import { spawnSync } from 'node:child_process'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { salvageCapture } from '../../electron/store/salvage.ts'
import { captureFixture, expectExactly, isCaughtUp, numbered, reaches } from '../fakes/capture-fixture.ts'
import type { CaptureFixture } from '../fakes/capture-fixture.ts'
import { folderOf, pagesOf, spoil } from '../unit/store/spoil.ts'

let fixture: CaptureFixture
beforeAll(async () => {
  fixture = await captureFixture()
})
afterEach(() => fixture.stopCaptures())
afterAll(() => fixture[Symbol.asyncDispose]())

const damaged = {
  state: 'failed',
  failure: { code: 'damaged-capture', message: expect.stringMatching(/damaged/) as string, action: expect.stringMatching(/kinescope salvage FILE --out NEW/) as string },
}

/** The file of a capture, and what lies beside it. */
const filesOf = (path: string) => Object.fromEntries(Object.entries(folderOf(path)).filter(([name]) => name.startsWith(basename(path))))

describe('a damaged capture', () => {
  it('is not continued: it says so, stays as it is, and what was salvaged of it goes on', async () => {
    const stream = await fixture.createStream(1)
    const first = await fixture.put(stream, numbered(400, 'a'))
    expect(await fixture.capture(stream).finished).toMatchObject({ state: 'complete', records: 400 })
    const [page = 0] = pagesOf(stream.path, 'record_arrival')
    spoil(stream.path, [page])
    const second = await fixture.put(stream, numbered(30, 'b'))
    const before = filesOf(stream.path)
    expect(await fixture.capture(stream).finished).toMatchObject(damaged)
    expect(filesOf(stream.path)).toEqual(before)

    const path = join(fixture.folder, 'salvaged.kinescope')
    for await (const { done, lost } of salvageCapture({ path: stream.path, out: path })) if (done) expect(lost).toBe(0)
    expect(await fixture.capture({ ...stream, path }).finished).toMatchObject({ state: 'complete', records: 430 })
    expectExactly(path, [...first, ...second])
    expect(filesOf(stream.path)).toEqual(before)
  })

  it('ends the capture that meets the damage, which stays as it is, with all that was acknowledged', async () => {
    const stream = await fixture.createStream(1)
    const entries = await fixture.put(stream, numbered(50, 'a'))
    const session = fixture.capture(stream, { until: { type: 'never' } })
    await reaches(session, 50)
    await isCaughtUp(session, 1)
    const spoiling = spawnSync(process.execPath, [fileURLToPath(new URL('../fakes/spoil-while-written.ts', import.meta.url)), stream.path], { encoding: 'utf8' })
    expect(spoiling).toMatchObject({ status: 0, stderr: '' })
    await fixture.put(stream, numbered(20, 'b'))
    expect(await session.finished).toMatchObject({ ...damaged, records: 50 })
    const left = filesOf(stream.path)
    // Its WAL is still beside it.
    expect(Object.keys(left)).toHaveLength(2)

    const path = join(fixture.folder, 'out.kinescope')
    for await (const { done, records, lost } of salvageCapture({ path: stream.path, out: path })) if (done) expect({ records, lost }).toEqual({ records: 50, lost: 0 })
    expectExactly(path, entries)
    expect(filesOf(stream.path)).toEqual(left)
  })
})
