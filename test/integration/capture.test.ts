import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { gzipSync } from 'node:zlib'
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Connection } from '#shared/model/connection.ts'
import { startCapture } from '../../electron/capture/capture-session.ts'
import type { CaptureOptions, CaptureSession } from '../../electron/capture/capture-session.ts'
import { aggregate } from '../../electron/decode/kpl.ts'
import { systemClock } from '../../electron/kinesis/clock.ts'
import { putRecords } from '../../electron/kinesis/producer.ts'
import type { PutEntry } from '../../electron/kinesis/producer.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import type { StoredRecord } from '../../electron/store/capture-rows.ts'
import { verifyCapture } from '../../electron/store/verify.ts'
import { startEmbedded } from '../fakes/embedded-kinesis.ts'
import type { EmbeddedKinesis } from '../fakes/embedded-kinesis.ts'

const worker = new URL('../../electron/capture/capture-worker.ts', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'kinescope-capture-'))
let kinesis: EmbeddedKinesis
let client: KinesisClient
let streams = 0
const running: CaptureSession[] = []

beforeAll(async () => {
  kinesis = await startEmbedded()
  client = kinesis.client()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((session) => session.stop()))
})
afterAll(async () => {
  await kinesis.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface TestStream {
  name: string
  arn: string
  path: string
}

const untilActive = async (name: string): Promise<string> => {
  let arn = ''
  await expect
    .poll(async () => {
      const { StreamDescriptionSummary: summary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: name }))
      arn = summary?.StreamARN ?? ''
      return summary?.StreamStatus
    }, { timeout: 10_000, interval: 20 })
    .toBe('ACTIVE')
  return arn
}
const createStream = async (shards: number, name = `stream-${(streams += 1)}`): Promise<TestStream> => {
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }))
  return { name, arn: await untilActive(name), path: join(folder, `${name}.kinescope`) }
}
const connection = (endpoint: string): Connection => ({
  id: 'test',
  kind: 'endpoint',
  label: 'test',
  environment: 'local',
  region: 'us-east-1',
  endpoint,
  profile: null,
  accountId: null,
  readOnly: false,
})
const optionsFor = ({ name, arn, path }: TestStream, changes: Partial<CaptureOptions> = {}): Omit<CaptureOptions, 'worker' | 'credentials'> => ({
  path,
  mode: 'create-or-continue',
  durable: true,
  capBytes: null,
  connection: connection(kinesis.endpoint),
  stream: { name, arn },
  from: { type: 'TRIM_HORIZON' },
  until: { type: 'now' },
  maxRecords: null,
  readsPerSecond: 5,
  name: null,
  ...changes,
})
const capture = (stream: TestStream, changes: Partial<CaptureOptions> = {}): CaptureSession => {
  const session = startCapture({
    ...optionsFor(stream, changes),
    worker,
    credentials: async () => ({ accessKeyId: '000000000000', secretAccessKey: 'placeholder' }),
    ...changes,
  })
  running.push(session)
  return session
}

const put = async ({ arn }: TestStream, entries: PutEntry[]) => {
  const results = await putRecords(client, { arn }, entries, { signal: new AbortController().signal, clock: systemClock })
  expect(results.every(({ state }) => state === 'acknowledged')).toBe(true)
  return entries
}
const numbered = (count: number, tag: string): PutEntry[] =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `${tag}-${n % 50}`, explicitHashKey: null, data: Buffer.from(JSON.stringify({ tag, n })) }))

/** More than a block holds in four records. */
const large = (count: number): PutEntry[] =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `large-${n}`, explicitHashKey: null, data: randomBytes(60_000) }))

const userRecords = (count: number): PutEntry[] =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `user-${n}`, explicitHashKey: null, data: Buffer.from(`user record ${n}`) }))

const stored = (path: string): StoredRecord[] => {
  using reader = openCapture(path)
  return reader.rows(1, reader.lastRow())
}
const fingerprint = ({ partitionKey, data }: { partitionKey: string; data: Uint8Array }): string =>
  `${partitionKey} ${createHash('sha1').update(data).digest('hex')}`

/** The file holds exactly these, each shard's in its order, and is whole. */
const expectExactly = (path: string, entries: readonly PutEntry[]) => {
  const records = stored(path)
  expect(records.map(fingerprint).toSorted()).toEqual(entries.map(fingerprint).toSorted())
  const last = new Map<string, bigint>()
  for (const { shardId, sequenceNumber, subsequence } of records) {
    const place = BigInt(sequenceNumber) * 10_000n + BigInt(subsequence)
    expect(place > (last.get(shardId) ?? -1n)).toBe(true)
    last.set(shardId, place)
  }
  expect(verifyCapture(path)).toMatchObject({ ok: true, problems: [] })
}

const openShards = async ({ name }: TestStream) => {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: name }))
  return Shards.filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined).toSorted((a, b) =>
    BigInt(a.HashKeyRange?.StartingHashKey ?? 0) < BigInt(b.HashKeyRange?.StartingHashKey ?? 0) ? -1 : 1,
  )
}
const split = async (stream: TestStream) => {
  const [first] = await openShards(stream)
  const { StartingHashKey = '0', EndingHashKey = '0' } = first?.HashKeyRange ?? {}
  const middle = (BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n
  await client.send(new SplitShardCommand({ StreamName: stream.name, ShardToSplit: first?.ShardId, NewStartingHashKey: String(middle) }))
  await untilActive(stream.name)
}
const merge = async (stream: TestStream) => {
  const [first, second] = await openShards(stream)
  await client.send(new MergeShardsCommand({ StreamName: stream.name, ShardToMerge: first?.ShardId, AdjacentShardToMerge: second?.ShardId }))
  await untilActive(stream.name)
}
const reaches = (session: CaptureSession, records: number) =>
  expect.poll(() => session.progress().records, { timeout: 20_000, interval: 20 }).toBe(records)

describe('a capture', () => {
  it('brings the same bytes out of the file that went into the stream', async () => {
    const stream = await createStream(2)
    const entries: PutEntry[] = [
      { partitionKey: 'empty', explicitHashKey: null, data: Buffer.alloc(0) },
      { partitionKey: '🙂'.repeat(100), explicitHashKey: null, data: Buffer.from('\ufeff{"a":1}\u2028\u0000') },
      { partitionKey: 'invalid utf-8', explicitHashKey: '0', data: Buffer.from([0xff, 0xfe, 0x00, 0x80]) },
      { partitionKey: 'gzip', explicitHashKey: null, data: gzipSync('{"compressed":true}') },
      { partitionKey: 'large', explicitHashKey: null, data: randomBytes(900_000) },
      ...numbered(500, 'a'),
    ]
    await put(stream, entries)
    const last = await capture(stream).finished
    expect(last).toMatchObject({ state: 'complete', failure: null, records: entries.length, gaps: 0 })
    expectExactly(stream.path, entries)
    expect(stored(stream.path).find(({ partitionKey }) => partitionKey === 'gzip')?.text).toBe('{"compressed":true}')
  })

  it('takes KPL aggregates apart, and keeps a damaged one as it came', async () => {
    const stream = await createStream(1)
    const users = userRecords(5)
    const whole = Buffer.from(aggregate(users))
    const damaged = Buffer.from(whole)
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
    await put(stream, [
      { partitionKey: 'outer', explicitHashKey: null, data: whole },
      { partitionKey: 'damaged', explicitHashKey: null, data: damaged },
    ])
    await capture(stream).finished
    expectExactly(stream.path, [
      ...users,
      { partitionKey: 'damaged', explicitHashKey: null, data: damaged },
    ])
    const records = stored(stream.path)
    expect(records.map(({ subsequence }) => subsequence)).toEqual([0, 1, 2, 3, 4, 0])
    expect(new Set(records.slice(0, 5).map(({ sequenceNumber }) => sequenceNumber)).size).toBe(1)
  })

  it('follows splits and merges while records keep coming', async () => {
    const stream = await createStream(2)
    const session = capture(stream, { from: { type: 'LATEST' }, until: { type: 'never' } })
    await expect.poll(() => session.progress().shards.filter(({ state }) => state === 'caught-up').length, { timeout: 10_000 }).toBe(2)
    const entries: PutEntry[] = []
    let isOver = false
    const producing = (async () => {
      for (let n = 0; !isOver; n += 1) entries.push(...(await put(stream, numbered(20, `p${n}`))))
    })()
    await split(stream)
    await split(stream)
    await merge(stream)
    await merge(stream)
    await split(stream)
    isOver = true
    await producing
    await reaches(session, entries.length)
    const last = await session.stop()
    expect(last.state).toBe('stopped')
    expectExactly(stream.path, entries)
    using reader = openCapture(stream.path)
    expect(reader.shards().length).toBe(2 + 2 + 2 + 1 + 1 + 2)
    expect(reader.gaps()).toEqual([])
  })

  it('reads closed parents and their children up to now', async () => {
    const stream = await createStream(1)
    const entries = await put(stream, numbered(100, 'before'))
    await split(stream)
    entries.push(...(await put(stream, numbered(100, 'between'))))
    await merge(stream)
    entries.push(...(await put(stream, numbered(100, 'after'))))
    expect(await capture(stream).finished).toMatchObject({ state: 'complete', records: 300 })
    expectExactly(stream.path, entries)
  })

  it('goes on after a stop without loss or duplicate, also over a reshard in between', async () => {
    const stream = await createStream(2)
    const entries = await put(stream, numbered(300, 'first'))
    await capture(stream).finished
    entries.push(...(await put(stream, numbered(300, 'second'))))
    await split(stream)
    entries.push(...(await put(stream, numbered(300, 'third'))))
    expect(await capture(stream, { from: null }).finished).toMatchObject({ state: 'complete', records: 900 })
    // And once more with nothing new.
    expect(await capture(stream).finished).toMatchObject({ state: 'complete', records: 900 })
    expectExactly(stream.path, entries)
  })

  it('holds LATEST from its start, also when it was stopped before the first record', async () => {
    const stream = await createStream(2)
    await put(stream, numbered(10, 'old'))
    // What arrived within two seconds before the start may come along: the server tells its time in seconds.
    await expect.poll(() => Date.now() % 3000, { timeout: 10_000, interval: 10 }).toBeLessThan(50)
    await new Promise((done) => setTimeout(done, 3000))
    const first = capture(stream, { from: { type: 'LATEST' }, until: { type: 'never' } })
    await expect.poll(() => first.progress().shards.filter(({ state }) => state === 'caught-up').length, { timeout: 10_000 }).toBe(2)
    expect(await first.stop()).toMatchObject({ state: 'stopped', records: 0 })
    const entries = await put(stream, numbered(40, 'while stopped'))
    expect(await capture(stream, { from: null }).finished).toMatchObject({ state: 'complete', records: 40 })
    expectExactly(stream.path, entries)
  })

  it('stops at exactly so many records, and goes on with the next one', async () => {
    const stream = await createStream(2)
    const entries = await put(stream, numbered(100, 'a'))
    const users = userRecords(30)
    await put(stream, [{ partitionKey: 'outer', explicitHashKey: null, data: aggregate(users) }])
    for (const records of [24, 48, 72, 96, 120]) {
      expect(await capture(stream, { maxRecords: 24 }).finished).toMatchObject({ state: 'complete', records })
    }
    expect(await capture(stream, { maxRecords: 24 }).finished).toMatchObject({ records: 130 })
    expectExactly(stream.path, [...entries, ...users])
  })

  it('runs for a duration, and until a time that is still to come', async () => {
    const stream = await createStream(1)
    const entries = await put(stream, numbered(10, 'a'))
    expect(await capture(stream, { until: { type: 'duration', ms: 1500 } }).finished).toMatchObject({ state: 'complete', records: 10 })
    const session = capture(stream, { until: { type: 'time', at: Date.now() + 6000 } })
    await expect.poll(() => session.progress().state, { timeout: 5000 }).toBe('reading')
    entries.push(...(await put(stream, numbered(10, 'b'))))
    expect(await session.finished).toMatchObject({ state: 'complete', records: 20 })
    expectExactly(stream.path, entries)
  })

  it('pauses, resumes, and takes another budget', async () => {
    const stream = await createStream(1)
    const session = capture(stream, { until: { type: 'never' } })
    await expect.poll(() => session.progress().shards[0]?.state, { timeout: 10_000 }).toBe('caught-up')
    session.pause()
    session.setBudget(4)
    await expect.poll(() => session.progress()).toMatchObject({ state: 'paused', readBudget: 4 })
    // One poll may have been on its way.
    await new Promise((done) => setTimeout(done, 500))
    await put(stream, numbered(5, 'a'))
    await new Promise((done) => setTimeout(done, 1000))
    expect(session.progress().records).toBe(0)
    session.resume()
    await reaches(session, 5)
    expect(session.progress().state).toBe('reading')
  })

  it('keeps a view under a name: durable, and no ring any more', async () => {
    const stream = await createStream(1)
    const session = capture(stream, { mode: 'create', durable: false, capBytes: 512 * 1024, until: { type: 'never' } })
    await put(stream, large(20))
    await expect.poll(() => session.progress().gaps, { timeout: 10_000 }).toBeGreaterThan(0)
    const before = session.progress().records
    expect(before).toBeLessThan(20)
    await session.keep('incident 4711')
    await put(stream, Array.from({ length: 12 }, (_, n) => ({ partitionKey: `s${n}`, explicitHashKey: null, data: randomBytes(60_000) })))
    await expect.poll(() => session.progress().records, { timeout: 10_000 }).toBeGreaterThanOrEqual(before + 12)
    expect((await session.stop()).name).toBe('incident 4711')
    using reader = openCapture(stream.path)
    expect(reader.meta.name).toBe('incident 4711')
    expect(reader.gaps()[0]?.reason).toBe('ring')
  })

  it('shows a record within a second of its being put, at two reads a second', async () => {
    const stream = await createStream(4)
    const session = capture(stream, { from: { type: 'LATEST' }, until: { type: 'never' }, readsPerSecond: 2, durable: false })
    await expect.poll(() => session.progress().shards.filter(({ state }) => state === 'caught-up').length, { timeout: 10_000 }).toBe(4)
    const delays: number[] = []
    for (let n = 1; n <= 30; n += 1) {
      await put(stream, numbered(1, `n${n}`))
      const began = performance.now()
      const seen = Promise.withResolvers<void>()
      const unsubscribe = session.subscribe(({ records }) => records >= n && seen.resolve())
      if (session.progress().records < n) await seen.promise
      unsubscribe()
      delays.push(performance.now() - began)
    }
    const sorted = delays.toSorted((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length * 0.95)]).toBeLessThan(1000)
  })
})

describe('a capture that cannot begin', () => {
  it('names a stream that is not there, and leaves no file', async () => {
    const stream = { name: 'nowhere', arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/nowhere', path: join(folder, 'nowhere.kinescope') }
    const { state, failure } = await capture(stream).finished
    expect([state, failure?.code]).toEqual(['failed', 'stream-not-found'])
    expect(existsSync(stream.path)).toBe(false)
  })

  it('fails at once when nobody listens, and leaves the file byte for byte', async () => {
    const stream = await createStream(1)
    await put(stream, numbered(10, 'a'))
    await capture(stream).finished
    const before = readFileSync(stream.path)
    const began = performance.now()
    const { state, failure } = await capture(stream, { connection: connection(kinesis.endpoint), stream: { ...stream, arn: `${stream.arn}x` } }).finished
    expect([state, failure?.code]).toEqual(['failed', 'other-stream'])
    const elsewhere = join(folder, 'refused.kinescope')
    const refused = await capture({ ...stream, path: elsewhere }, { connection: connection('http://127.0.0.1:9') }).finished
    expect(refused.state).toBe('failed')
    expect(refused.failure?.action).toBeTruthy()
    expect(existsSync(elsewhere)).toBe(false)
    expect(performance.now() - began).toBeLessThan(5000)
    expect(readFileSync(stream.path).equals(before)).toBe(true)
  })

  it('refuses a namesake that was created anew, and another server’s stream', async () => {
    const stream = await createStream(1)
    await put(stream, numbered(10, 'a'))
    await capture(stream).finished
    const before = readFileSync(stream.path)
    await client.send(new DeleteStreamCommand({ StreamName: stream.name }))
    await expect
      .poll(() => client.send(new DescribeStreamSummaryCommand({ StreamName: stream.name })).then(() => 'there', (error: Error) => error.name), { timeout: 10_000 })
      .toBe('ResourceNotFoundException')
    await new Promise((done) => setTimeout(done, 1000))
    await createStream(1, stream.name)
    const again = await capture(stream).finished
    expect([again.state, again.failure?.code]).toEqual(['failed', 'other-stream'])
    const elsewhere = await capture(stream, { connection: connection('http://127.0.0.1:9') }).finished
    expect(elsewhere.failure?.code).toBe('other-stream')
    expect(readFileSync(stream.path).equals(before)).toBe(true)
  })

  it('refuses a file that is no capture, and takes an empty one for new', async () => {
    const stream = await createStream(1)
    writeFileSync(stream.path, 'my thesis')
    const { state, failure } = await capture(stream).finished
    expect([state, failure?.code]).toEqual(['failed', 'not-a-capture'])
    expect(readFileSync(stream.path, 'utf8')).toBe('my thesis')
    writeFileSync(stream.path, '')
    expect(await capture(stream).finished).toMatchObject({ state: 'complete', records: 0 })
  })

  it('refuses a file that another capture writes', async () => {
    const stream = await createStream(1)
    const session = capture(stream, { until: { type: 'never' } })
    await expect.poll(() => session.progress().state, { timeout: 10_000 }).toBe('reading')
    expect((await capture(stream).finished).failure?.code).toBe('in-use')
    expect(session.progress().state).toBe('reading')
  })

  it('says what the credentials’ provider says', async () => {
    const stream = await createStream(1)
    const { state, failure } = await capture(stream, { credentials: () => Promise.reject(new Error('the token has expired')) }).finished
    expect(state).toBe('failed')
    expect(failure?.message).toContain('the token has expired')
  })
})

describe('a capture that ends badly', () => {
  it('fails when its stream is deleted, with everything until then', async () => {
    const stream = await createStream(1)
    const entries = await put(stream, numbered(20, 'a'))
    const session = capture(stream, { until: { type: 'never' } })
    await reaches(session, 20)
    await client.send(new DeleteStreamCommand({ StreamName: stream.name }))
    const { state, failure } = await session.finished
    expect([state, failure?.code]).toEqual(['failed', 'stream-not-found'])
    expectExactly(stream.path, entries)
  })

  const process = (stream: TestStream, changes: Partial<CaptureOptions> = {}, shell = 'exec "$0" "$@"') => {
    const script = new URL('../fakes/capture-process.ts', import.meta.url)
    const child = spawn('bash', ['-c', shell, globalThis.process.execPath, script.pathname, JSON.stringify(optionsFor(stream, changes))], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...globalThis.process.env, NODE_OPTIONS: '' },
    })
    const lines: { final?: true; state: string; records: number; failure?: { code: string; message: string } | null }[] = []
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as (typeof lines)[number]))
    const exited = new Promise<number | null>((done) => child.on('close', done))
    return { child, lines, exited }
  }

  it('loses and doubles nothing when it is killed again and again', async () => {
    const stream = await createStream(3)
    const entries: PutEntry[] = []
    let isOver = false
    const producing = (async () => {
      for (let n = 0; !isOver; n += 1) entries.push(...(await put(stream, numbered(25, `k${n}`))))
    })()
    for (let kill = 0; kill < 4; kill += 1) {
      const { child, lines, exited } = process(stream, { until: { type: 'never' } })
      const goal = (lines.at(-1)?.records ?? 0) + 1
      await expect.poll(() => lines.filter(({ state, records }) => state === 'reading' && records >= goal).length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(kill * 2)
      if (kill === 2) await split(stream)
      child.kill('SIGKILL')
      await exited
    }
    isOver = true
    await producing
    expect(await capture(stream).finished).toMatchObject({ state: 'complete', records: entries.length })
    expectExactly(stream.path, entries)
  })

  it('keeps what it has when the disk fails, says so, and goes on later', async () => {
    const stream = await createStream(1)
    const entries = await put(stream, large(40))
    // No file may grow over 600 KiB: the write of SQLite that would fails.
    const { lines, exited } = process(stream, {}, 'ulimit -f 600; exec "$0" "$@"')
    await exited
    const last = lines.at(-1)
    expect(last).toMatchObject({ final: true, state: 'failed' })
    expect(['disk-full', 'file-system']).toContain(last?.failure?.code)
    expect(verifyCapture(stream.path).ok).toBe(true)
    expect(await capture(stream).finished).toMatchObject({ state: 'complete', records: 40 })
    expectExactly(stream.path, entries)
  })
})
