import { PassThrough, Writable } from 'node:stream'
import { ORPCError } from '@orpc/client'
import { describe, expect, it, vi } from 'vitest'
import type { Client } from '#shared/contract/contract.ts'
import { KinescopeError } from '#shared/model/error.ts'
import type { Connection } from '#shared/model/connection.ts'
import { run } from '../../../electron/cli/run.ts'
import { createTerminal } from '../../../electron/cli/terminal.ts'

const collect = () => {
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  return { stream, text: () => text }
}

interface Setting {
  client?: object
  env?: NodeJS.ProcessEnv
  interrupt?: AbortController
  stdout?: Writable
}

const running = (args: string[], { client = {}, env = {}, interrupt = new AbortController(), stdout }: Setting = {}) => {
  const out = collect()
  const err = collect()
  const close = vi.fn(() => Promise.resolve())
  const openBackend = vi.fn((_dataDir: string | null, _connection: Connection | null) => Promise.resolve({ client: client as Client, close }))
  const code = run(args, {
    terminal: createTerminal(stdout ?? out.stream, err.stream, () => performance.now()),
    interrupted: interrupt.signal,
    env,
    cwd: '/home/me',
    version: '9.9.9',
    writeUsage: (text) => void out.stream.write(text),
    connection: () => Promise.resolve({ id: 'cli' } as Connection),
    openBackend,
  })
  return { code, out: out.text, err: err.text, close, openBackend, interrupt }
}
async function* events<T>(...values: T[]) {
  yield* values
}
const openFile = vi.fn(({ path }: { path: string }) => Promise.resolve({ id: `id of ${path}`, records: 3 }))
const exported = (data: string) => ({ shardId: 's', sequenceNumber: '1', subsequence: 0, arrival: '2026-01-01T00:00:00.000Z', partitionKey: 'k', explicitHashKey: null, data, encoding: 'utf8' })

/** Progress of a capture, as far as the command looks at it. */
const reading = { state: 'reading', records: 5, bytes: 10, filter: null, filtered: 0, gaps: 0, recordsPerSecond: 1, millisBehind: 0, remaining: null, way: 'polling', fallback: null }

const failingCapture = (...states: string[]) => {
  const progress = { ...reading, shards: [], firstArrival: null, lastArrival: null, millisBehind: null }
  const record = () =>
    Promise.resolve(
      (async function* () {
        for (const state of states) yield { ...progress, state }
        throw new KinescopeError('disk-full', 'The disk is full.')
      })(),
    )
  return running(['capture', 'orders', '--out', 'f'], { client: { captures: { record } } })
}

describe('running a command', () => {
  it('prints help on standard output without opening anything', async () => {
    const { code, out, err, openBackend } = running(['--help'])
    expect(await code).toBe(0)
    expect(out()).toContain('Usage: kinescope COMMAND')
    expect(err()).toBe('')
    expect(openBackend).not.toHaveBeenCalled()
  })

  it('explains wrong use on standard error, with code 2', async () => {
    const { code, out, err } = running(['fly'])
    expect(await code).toBe(2)
    expect(out()).toBe('')
    expect(err()).toBe('kinescope: There is no command "fly".\n  Commands are streams, capture, tail, search, replay, export, import, verify, salvage, serve; --help shows them all.\n')
  })

  it('prints matches as inert lines, one each', async () => {
    const client = { captures: { openFile, scan: () => Promise.resolve(events({ records: [exported('a\u001b[31m'), exported('b\u202e\u2028')], scanned: 3 })) } }
    const { code, out, close } = running(['search', 'f.kinescope', 'x'], { client })
    expect(await code).toBe(0)
    const lines = out().trimEnd().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain(String.raw`"data":"a\u001b[31m"`)
    expect(lines[1]).toContain(String.raw`"data":"b\u202e\u2028"`)
    expect(close).toHaveBeenCalledOnce()
    expect(openFile).toHaveBeenLastCalledWith({ path: '/home/me/f.kinescope' })
  })

  it('finds paths where the person stands, also under npm', async () => {
    const client = { captures: { openFile, scan: () => Promise.resolve(events()) } }
    await running(['search', 'f'], { client, env: { npm_lifecycle_event: 'kinescope', INIT_CWD: '/elsewhere' } }).code
    expect(openFile).toHaveBeenLastCalledWith({ path: '/elsewhere/f' })
    await running(['search', 'f'], { client, env: { npm_lifecycle_event: 'test', INIT_CWD: '/elsewhere' } }).code
    expect(openFile).toHaveBeenLastCalledWith({ path: '/home/me/f' })
    await running(['search', '/abs/f'], { client, env: { npm_lifecycle_event: 'kinescope', INIT_CWD: '/elsewhere' } }).code
    expect(openFile).toHaveBeenLastCalledWith({ path: '/abs/f' })
  })

  it('tells a failure of the contract with what to do, and its code', async () => {
    const failing = (failure: KinescopeError) => {
      const client = { captures: { openFile: () => Promise.reject(new ORPCError('FAILED', { data: failure.failure })) } }
      return running(['search', 'f'], { client })
    }
    const damaged = failing(new KinescopeError('not-a-capture', 'f is not a capture.\u001b[2J', { action: 'Choose another.', requestId: 'abc' }))
    expect(await damaged.code).toBe(1)
    expect(damaged.err()).toBe(`kinescope: f is not a capture.${String.raw`\u001b[2J`}\n  Choose another.\n  AWS request id: abc\n`)
    expect(damaged.close).toHaveBeenCalledOnce()
    expect(await failing(new KinescopeError('bad-query', 'No.')).code).toBe(2)
    const query = failing(new KinescopeError('bad-query', 'This bracket is never closed.', { action: 'Close it.', position: 4 }))
    expect(await query.code).toBe(2)
    expect(query.err()).toBe('kinescope: This bracket is never closed. It is at character 5 of the query.\n  Close it.\n')
    expect(await running(['search', 'f'], { client: { captures: { openFile: () => Promise.reject(new Error('boom')) } } }).code).toBe(1)
  })

  it('gives the connection to commands that need one, and to no other', async () => {
    const streams = running(['streams', '--data-dir', 'd'], { client: { streams: { list: () => Promise.resolve([]) } } })
    expect(await streams.code).toBe(0)
    expect(streams.openBackend).toHaveBeenCalledWith('/home/me/d', { id: 'cli' })
    const verify = running(['verify', 'f'], { client: { captures: { verify: () => Promise.resolve({ ok: false, records: 0, integrity: 'bad', problems: ['a'] }) } } })
    expect(await verify.code).toBe(1)
    expect(verify.out()).toBe('{"ok":false,"records":0,"integrity":"bad","problems":["a"]}\n')
    expect(verify.err()).toMatch(/^a\n {2}Salvage .*: kinescope salvage FILE --out NEW\..*\n$/)
    expect(verify.openBackend).toHaveBeenCalledWith(null, null)
  })

  it('salvages, says what is lost, and is done though something is', async () => {
    const step = { records: 500, lost: 0, gaps: 0, done: false }
    const salvage = vi.fn((_request: object) => Promise.resolve(events(step, { records: 700, lost: 2, gaps: 1, done: true })))
    const salvaging = running(['salvage', 'f', '--out', 'new'], { client: { captures: { salvage } } })
    expect(await salvaging.code).toBe(0)
    expect(salvaging.out()).toBe('{"file":"new","records":700,"lost":2,"gaps":1}\n')
    expect(salvaging.err()).toBe('2 records could not be read; where they were is told by the gaps of the new capture.\n')
    expect(salvage.mock.calls[0]?.[0]).toEqual({ path: '/home/me/f', out: '/home/me/new' })
    expect(salvaging.openBackend).toHaveBeenCalledWith(null, null)

    const interrupt = new AbortController()
    const stopped = (_request: object, { signal }: { signal: AbortSignal }) =>
      Promise.resolve(
        (async function* () {
          yield step
          interrupt.abort()
          signal.throwIfAborted()
        })(),
      )
    const stopping = running(['salvage', 'f', '--out', 'new'], { client: { captures: { salvage: stopped } }, interrupt })
    expect(await stopping.code).toBe(130)
    expect([stopping.out(), stopping.err()]).toEqual(['', ''])
  })

  it('ends a capture cleanly when it is interrupted: the last line, and code 130', async () => {
    const interrupt = new AbortController()
    const progress = { ...reading, shards: [{}, {}], firstArrival: 0, lastArrival: 1000 }
    const client = {
      captures: {
        record: (_request: object, { signal }: { signal: AbortSignal }) =>
          Promise.resolve(
            (async function* () {
              yield progress
              interrupt.abort()
              expect(signal.aborted).toBe(true)
              yield { ...progress, state: 'stopped', records: 6 }
            })(),
          ),
      },
    }
    const { code, out } = running(['capture', 'orders', '--out', 'f'], { client, interrupt })
    expect(await code).toBe(130)
    expect(JSON.parse(out())).toEqual({ file: 'f', records: 6, bytes: 10, filtered: 0, shards: 2, gaps: 0, firstArrival: '1970-01-01T00:00:00.000Z', lastArrival: '1970-01-01T00:00:01.000Z', state: 'stopped' })
  })

  it('tells a capture that failed half way, and prints nothing of one that was refused', async () => {
    const halfWay = failingCapture('starting', 'reading', 'failed')
    expect(await halfWay.code).toBe(1)
    expect(JSON.parse(halfWay.out())).toMatchObject({ records: 5, state: 'failed' })
    const refused = failingCapture('starting', 'failed')
    expect(await refused.code).toBe(1)
    expect(refused.out()).toBe('')
    expect(refused.err()).toContain('The disk is full.')
  })

  it('ends quietly when nobody reads on', async () => {
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' }))
      },
    })
    let more = 0
    const client = {
      captures: {
        openFile,
        async scan() {
          await Promise.resolve()
          return (async function* () {
            for (; more < 1000; more += 1) {
              yield { records: [exported('x')], scanned: more }
              await new Promise((resolve) => setImmediate(resolve))
            }
          })()
        },
      },
    }
    const { code, err } = running(['search', 'f'], { client, stdout })
    expect(await code).toBe(0)
    expect(err()).toBe('')
    expect(more).toBeLessThan(10)
  })

  it('waits for a slow reader instead of filling memory', async () => {
    let pending: (() => void)[] = []
    const stdout = new Writable({ highWaterMark: 64, write: (_chunk, _encoding, done) => void pending.push(done) })
    let given = 0
    const client = {
      captures: {
        openFile,
        scan: () =>
          Promise.resolve(
            (async function* () {
              for (; given < 50; given += 1) yield { records: [exported('x'.repeat(100))], scanned: given }
            })(),
          ),
      },
    }
    const { code } = running(['search', 'f'], { client, stdout })
    await vi.waitFor(() => expect(pending).toHaveLength(1))
    expect(given).toBeLessThan(3)
    const release = setInterval(() => {
      const now = pending
      pending = []
      for (const done of now) done()
    }, 1)
    expect(await code).toBe(0)
    clearInterval(release)
    expect(given).toBe(50)
  })
})

const start = { replayId: 'r', planned: 3, sent: 0, acknowledged: 0, failed: 0, unknown: 0, state: 'running', failure: null, recordsPerSecond: 0, retried: 0, timeLeftMs: null }
const plan = { records: 3, bytes: 9, durationMs: 10, oversize: 0, shards: [], target: { name: 'orders', region: 'r', account: 'a' }, sourceIsTarget: false }

const ending = (end: object) => {
  const replays = { start: () => Promise.resolve(start), watch: () => Promise.resolve(events({ ...start, ...end })), stop: vi.fn() }
  return running(['replay', 'f', '--to', 'orders', '--rate', '10'], { client: { captures: { openFile }, replays } })
}

const dry = (sourceIsTarget: boolean, ...more: string[]) => {
  const replays = { plan: () => Promise.resolve({ ...plan, sourceIsTarget }), start: vi.fn() }
  return { ...running(['replay', 'f', '--to', 'orders', '--dry-run', ...more], { client: { captures: { openFile }, replays } }), replays }
}

describe('replay', () => {
  it('counts, and fails unless all was acknowledged', async () => {
    const whole = ending({ sent: 3, acknowledged: 3, state: 'done' })
    expect(await whole.code).toBe(0)
    expect(whole.out()).toBe('{"planned":3,"sent":3,"acknowledged":3,"failed":0,"unknown":0}\n')
    const part = ending({ sent: 3, acknowledged: 2, unknown: 1, state: 'done' })
    expect(await part.code).toBe(1)
    expect(part.out()).toBe('{"planned":3,"sent":3,"acknowledged":2,"failed":0,"unknown":1}\n')
    expect(part.err()).toContain('may or may not be stored')
  })

  it('tells the plan of a dry run, and refuses the source', async () => {
    const other = dry(false)
    expect(await other.code).toBe(0)
    expect(other.out()).toBe('{"planned":3,"sent":0,"acknowledged":0,"failed":0,"unknown":0}\n')
    expect(other.replays.start).not.toHaveBeenCalled()
    expect(await dry(true).code).toBe(2)
    expect(await dry(true, '--confirm', 'orders').code).toBe(0)
  })

  it.each([['--rate', '0'], ['--speed', 'fast'], ['--rate', '5', '--speed', '2']])('refuses %s %s', async (...more) => {
    const { code } = running(['replay', 'f', '--to', 'orders', ...more], { client: { captures: { openFile } } })
    expect(await code).toBe(2)
  })
})
