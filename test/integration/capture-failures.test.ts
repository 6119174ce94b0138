import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DeleteStreamCommand } from '@aws-sdk/client-kinesis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyCapture } from '../../electron/store/verify.ts'
import { captureFixture, expectExactly, large, numbered, reaches } from '../fakes/capture-fixture.ts'
import type { CaptureFixture, Options, TestStream } from '../fakes/capture-fixture.ts'

let fixture: CaptureFixture
beforeAll(async () => {
  fixture = await captureFixture()
})
afterEach(() => fixture.stopCaptures())
afterAll(() => fixture[Symbol.asyncDispose]())

interface Line {
  final?: true
  state: string
  records: number
  failure?: { code: string; message: string } | null
}

/** A capture in a process of its own, started by a line of bash. */
const inProcess = (stream: TestStream, changes: Partial<Options> = {}, shell = 'exec "$0" "$@"') => {
  const script = fileURLToPath(new URL('../fakes/capture-process.ts', import.meta.url))
  const child = spawn('bash', ['-c', shell, process.execPath, script, JSON.stringify(fixture.optionsFor(stream, changes))], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const lines: Line[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Line))
  const exited = new Promise<number | null>((done) => child.on('close', done))
  return { child, lines, exited }
}

describe('a capture that ends badly', () => {
  it('fails when its stream is deleted, with everything until then', async () => {
    const stream = await fixture.createStream(1)
    const entries = await fixture.put(stream, numbered(20, 'a'))
    const session = fixture.capture(stream, { until: { type: 'never' } })
    await reaches(session, 20)
    await fixture.client.send(new DeleteStreamCommand({ StreamName: stream.name }))
    const { state, failure } = await session.finished
    expect([state, failure?.code]).toEqual(['failed', 'stream-not-found'])
    expectExactly(stream.path, entries)
  })

  it('loses and doubles nothing when it is killed again and again', async () => {
    const stream = await fixture.createStream(3)
    const stopPutting = fixture.keepPutting(stream, 25)
    for (let kill = 0; kill < 4; kill += 1) {
      const { child, lines, exited } = inProcess(stream, { until: { type: 'never' } })
      await expect.poll(() => new Set(lines.map(({ records }) => records)).size, { timeout: 30_000, interval: 5 }).toBeGreaterThan(2 + kill * 2)
      if (kill === 2) await fixture.split(stream)
      child.kill('SIGKILL')
      await exited
    }
    const entries = await stopPutting()
    expect(await fixture.capture(stream).finished).toMatchObject({ state: 'complete', records: entries.length })
    expectExactly(stream.path, entries)
  })

  it('keeps what it has when the disk fails, says so, and goes on later', async () => {
    const stream = await fixture.createStream(1)
    const entries = await fixture.put(stream, large(40))
    // No file may grow over 600 KiB: the write of SQLite that would fails.
    const { lines, exited } = inProcess(stream, {}, 'ulimit -f 600; exec "$0" "$@"')
    await exited
    const last = lines.at(-1)
    expect(last).toMatchObject({ final: true, state: 'failed' })
    expect(['disk-full', 'file-system']).toContain(last?.failure?.code)
    expect(verifyCapture(stream.path).ok).toBe(true)
    expect(await fixture.capture(stream).finished).toMatchObject({ state: 'complete', records: 40 })
    expectExactly(stream.path, entries)
  })
})
