import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DeleteStreamCommand } from '@aws-sdk/client-kinesis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyCapture } from '../../electron/store/verify.ts'
import { captureFixture, connectionTo, expectExactly, isCaughtUp, large, numbered, reaches, stored } from '../fakes/capture-fixture.ts'
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
  failure?: { code: string; message: string; action: string | null; retryable: boolean } | null
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

/** A network between us and the server that can be cut and restored. */
const cuttable = async ({ hostname, port }: URL) => {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  const listen = (at: number) => new Promise<void>((done) => server.listen(at, '127.0.0.1', done))
  await listen(0)
  const own = (server.address() as AddressInfo).port
  return {
    endpoint: `http://127.0.0.1:${own}`,
    cut: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
    restore: () => listen(own),
  }
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

  it('outlives a lost connection, and says so meanwhile', async () => {
    const stream = await fixture.createStream(2)
    const network = await cuttable(new URL(fixture.kinesis.endpoint))
    const session = fixture.capture(stream, { connection: connectionTo(network.endpoint), until: { type: 'never' } })
    await isCaughtUp(session, 2)
    network.cut()
    await expect.poll(() => session.progress().failure, { timeout: 15_000 }).toMatchObject({ code: 'connection-refused', retryable: true })
    expect(session.progress().state).toBe('reading')
    const entries = await fixture.put(stream, numbered(30, 'a'))
    await network.restore()
    await reaches(session, 30)
    expect(session.progress().failure).toBeNull()
    await session.stop()
    network.cut()
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
      expect(lines.filter(({ state }) => state === 'failed')).toEqual([])
    }
    const entries = await stopPutting()
    expect(await fixture.capture(stream).finished).toMatchObject({ state: 'complete', records: entries.length })
    expectExactly(stream.path, entries)
  })

  // Where no file may grow further: while it is made, at its first records, and in their midst.
  it.each([64, 300, 1200])('keeps what it has when the disk fails at %i KiB, says so, and goes on later', async (limit) => {
    const stream = await fixture.createStream(1)
    const entries = await fixture.put(stream, large(40))
    const { lines, exited } = inProcess(stream, {}, `ulimit -f ${limit}; exec "$0" "$@"`)
    await exited
    const last = lines.at(-1)
    expect(last).toMatchObject({ final: true, state: 'failed', failure: { retryable: true } })
    expect(['disk-full', 'file-system']).toContain(last?.failure?.code)
    expect(last?.failure?.message).toMatch(/^(Writing|Making the capture) “.+” failed: the disk .+; everything stored before is intact\.$/)
    expect(last?.failure?.action).toMatch(/, then continue the capture\.$/)
    expect(existsSync(stream.path)).toBe(limit > 64)
    if (existsSync(stream.path)) {
      // What it told of is what is there: the first so many, in their order.
      const records = stored(stream.path)
      expect(records).toHaveLength(last?.records ?? -1)
      expect(records.map(({ data }) => data.toString('base64'))).toEqual(entries.slice(0, records.length).map(({ data }) => Buffer.from(data).toString('base64')))
      expect(verifyCapture(stream.path)).toMatchObject({ ok: true, problems: [] })
    }
    expect(await fixture.capture(stream).finished).toMatchObject({ state: 'complete', records: 40 })
    expectExactly(stream.path, entries)
  })
})
