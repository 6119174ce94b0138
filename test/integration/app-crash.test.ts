import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { failureOf } from '#shared/contract/failure-of.ts'
import { type Backend, createBackend } from '../../electron/backend/create-backend.ts'
import { headlessHost } from '../../electron/backend/host-services.ts'
import { captureFixture, type CaptureFixture, expectExactly, numbered, type TestStream } from '../fakes/capture-fixture.ts'
import { sourceWorkers } from '../fakes/source-workers.ts'

let fixture: CaptureFixture
let dataDir: string
let running: ChildProcess[] = []
let own: Backend | null = null
beforeAll(async () => {
  fixture = await captureFixture()
})
afterEach(async () => {
  for (const child of running) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  running = []
  await own?.close()
  own = null
  rmSync(dataDir, { recursive: true, force: true })
})
afterAll(() => fixture[Symbol.asyncDispose]())

interface Told {
  kept: { id: string; path: string }
  view: { id: string; path: string }
}

/** Another Kinescope on the same data folder, that keeps one view on the stream and has a second one open. */
async function other(stream: TestStream): Promise<Told & { end: (signal: NodeJS.Signals) => Promise<void> }> {
  const script = fileURLToPath(new URL('../fakes/backend-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script, dataDir, fixture.kinesis.endpoint, stream.name], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } })
  running.push(child)
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    ...(JSON.parse(line) as Told),
    end: async (signal) => {
      const gone = once(child, 'exit')
      child.kill(signal)
      await gone
    },
  }
}

function ours(): Backend {
  own = createBackend({ dataDir, host: headlessHost('test', '0.0.0'), workers: sourceWorkers, env: { HOME: dataDir, PATH: process.env['PATH'] } })
  return own
}

const prepared = async (): Promise<{ stream: TestStream; entries: Awaited<ReturnType<CaptureFixture['put']>> }> => {
  dataDir = mkdtempSync(join(tmpdir(), 'kinescope-crash-'))
  const stream = await fixture.createStream(2)
  return { stream, entries: await fixture.put(stream, numbered(100, 'before')) }
}
const everything = (): string[] => readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('kinescope')).toSorted()

describe('after Kinescope was killed', () => {
  it('its kept captures are offered to be read on, and its views are gone', async () => {
    const { stream, entries } = await prepared()
    const { kept, view, end } = await other(stream)
    await end('SIGKILL')
    expect(existsSync(view.path)).toBe(true)

    const { client } = ours()
    expect(existsSync(view.path)).toBe(false)
    const [info, ...others] = await client.captures.list()
    expect(others).toEqual([])
    expect(info).toMatchObject({ id: kept.id, name: 'incident', state: 'stopped', held: 'interrupted', failure: null })
    // It has its place among the captures, and nothing is left among the views.
    expect(everything()).toEqual(['captures/incident.kinescope'])

    // Whoever looks at it first can still resume it, there or in the library.
    expect((await client.captures.open({ id: kept.id })).state).toBe('stopped')
    expect((await client.captures.list())[0]?.held).toBe('interrupted')

    entries.push(...(await fixture.put(stream, numbered(100, 'between'))))
    const resumed = await client.captures.resumeReading({ id: kept.id })
    expect(resumed).toMatchObject({ id: kept.id, name: 'incident', state: 'reading' })
    expect(resumed.held).toBeUndefined()
    // Asked twice, it is read once.
    expect((await client.captures.resumeReading({ id: kept.id })).id).toBe(kept.id)
    entries.push(...(await fixture.put(stream, numbered(100, 'after'))))
    for await (const { records } of await client.captures.watch({ id: kept.id })) if (records >= entries.length) break
    await client.captures.close({ id: kept.id })
    expect((await client.captures.list())[0]).toMatchObject({ state: 'reading', pace: { way: 'polling', recordsPerSecond: expect.any(Number) as number } })
    const stopped = await client.captures.stop({ id: kept.id })
    expect(stopped.state).toBe('stopped')
    const [last] = await client.captures.list()
    expect([last?.held, last?.pace]).toEqual([undefined, undefined])
    expect(everything()).toEqual(['captures/incident.kinescope'])
    expectExactly(stopped.path, entries)
  })

  it('what cannot be read on says why, and stays on offer', async () => {
    const { stream } = await prepared()
    const { kept, end } = await other(stream)
    await end('SIGKILL')
    const { client } = ours()
    const [connection] = await client.connections.list()
    await client.connections.remove({ id: connection?.id ?? '' })
    await expect(client.captures.resumeReading({ id: kept.id }).catch(failureOf)).resolves.toMatchObject({ code: 'not-found', message: expect.stringContaining('no connection') as string })
    expect((await client.captures.list())[0]?.held).toBe('interrupted')
    await expect(client.captures.resumeReading({ id: 'nobody' }).catch(failureOf)).resolves.toMatchObject({ code: 'not-found' })
  })
})

describe('two Kinescopes on one data folder', () => {
  it('leave each other’s captures and views alone, and say whose they are', async () => {
    const { stream } = await prepared()
    const theirs = await other(stream)
    const { client } = ours()
    expect(existsSync(theirs.view.path)).toBe(true)
    expect(await client.captures.list()).toMatchObject([{ id: theirs.kept.id, held: 'elsewhere' }])
    await client.captures.open({ id: theirs.kept.id })
    expect(await client.captures.list()).toMatchObject([{ id: theirs.kept.id, held: 'elsewhere' }])
    for (const attempt of [client.captures.resumeReading({ id: theirs.kept.id }), client.captures.remove({ id: theirs.kept.id })]) {
      await expect(attempt.catch(failureOf)).resolves.toMatchObject({ code: 'in-use', message: expect.stringContaining('being written') as string })
    }
    expect(await client.captures.list()).toMatchObject([{ id: theirs.kept.id }])
    // Our views and theirs lie apart.
    const [connection] = await client.connections.list()
    const view = await client.captures.openView({ connectionId: connection?.id ?? '', stream: stream.name, from: { type: 'LATEST' } })
    expect(dirname(view.path)).not.toBe(dirname(theirs.view.path))
    await client.captures.close({ id: view.id })
    expect(existsSync(view.path)).toBe(false)
    expect(existsSync(theirs.view.path)).toBe(true)
  })

  it('a clean end of one leaves one file for each of its captures, and nothing to read on', async () => {
    const { stream, entries } = await prepared()
    const theirs = await other(stream)
    await theirs.end('SIGTERM')
    expect(everything()).toEqual(['captures/incident.kinescope'])
    const { client } = ours()
    const [info] = await client.captures.list()
    expect(info).toMatchObject({ id: theirs.kept.id, state: 'stopped', records: entries.length })
    expect(info?.held).toBeUndefined()
    expect(basename(info?.path ?? '')).toBe('incident.kinescope')
    expectExactly(info?.path ?? '', entries)
  })
})
