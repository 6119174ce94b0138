import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aggregate } from '../../electron/decode/kpl.ts'
import type { PutEntry } from '../../electron/kinesis/producer.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { captureFixture, expectExactly, isCaughtUp, large, numbered, reaches, stored, userRecords } from '../fakes/capture-fixture.ts'
import type { CaptureFixture } from '../fakes/capture-fixture.ts'

let fixture: CaptureFixture
beforeAll(async () => {
  fixture = await captureFixture()
})
afterEach(() => fixture.stopCaptures())
afterAll(() => fixture[Symbol.asyncDispose]())

describe('a capture', () => {
  it('brings the same bytes out of the file that went into the stream', async () => {
    const stream = await fixture.createStream(2)
    const entries: PutEntry[] = [
      { partitionKey: 'empty', explicitHashKey: null, data: Buffer.alloc(0) },
      { partitionKey: '🙂'.repeat(100), explicitHashKey: null, data: Buffer.from('\ufeff{"a":1}\u2028\u0000') },
      { partitionKey: 'invalid utf-8', explicitHashKey: '0', data: Buffer.from([0xff, 0xfe, 0x00, 0x80]) },
      { partitionKey: 'gzip', explicitHashKey: null, data: gzipSync('{"compressed":true}') },
      { partitionKey: 'large', explicitHashKey: null, data: randomBytes(900_000) },
      ...numbered(500, 'a'),
    ]
    await fixture.put(stream, entries)
    const last = await fixture.capture(stream).finished
    expect(last).toMatchObject({ state: 'complete', failure: null, records: entries.length, gaps: 0 })
    expectExactly(stream.path, entries)
    expect(stored(stream.path).find(({ partitionKey }) => partitionKey === 'gzip')?.text).toBe('{"compressed":true}')
  })

  it('takes KPL aggregates apart, and keeps a damaged one as it came', async () => {
    const stream = await fixture.createStream(1)
    const users = userRecords(5)
    const whole = Buffer.from(aggregate(users))
    const damaged = Buffer.from(whole)
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
    await fixture.put(stream, [
      { partitionKey: 'outer', explicitHashKey: null, data: whole },
      { partitionKey: 'damaged', explicitHashKey: null, data: damaged },
    ])
    await fixture.capture(stream).finished
    expectExactly(stream.path, [
      ...users,
      { partitionKey: 'damaged', explicitHashKey: null, data: damaged },
    ])
    const records = stored(stream.path)
    expect(records.map(({ subsequence }) => subsequence)).toEqual([0, 1, 2, 3, 4, 0])
    expect(new Set(records.slice(0, 5).map(({ sequenceNumber }) => sequenceNumber)).size).toBe(1)
  })

  it('follows splits and merges while records keep coming', async () => {
    const stream = await fixture.createStream(2)
    const session = fixture.capture(stream, { from: { type: 'LATEST' }, until: { type: 'never' } })
    await isCaughtUp(session, 2)
    const stopPutting = fixture.keepPutting(stream, 20)
    await fixture.split(stream)
    await fixture.split(stream)
    await fixture.merge(stream)
    await fixture.merge(stream)
    await fixture.split(stream)
    const entries = await stopPutting()
    await reaches(session, entries.length)
    const last = await session.stop()
    expect(last.state).toBe('stopped')
    expectExactly(stream.path, entries)
    using reader = openCapture(stream.path)
    expect(reader.shards().length).toBe(2 + 2 + 2 + 1 + 1 + 2)
    expect(reader.gaps()).toEqual([])
  })

  it('reads closed parents and their children up to now', async () => {
    const stream = await fixture.createStream(1)
    const entries = await fixture.put(stream, numbered(100, 'before'))
    await fixture.split(stream)
    entries.push(...(await fixture.put(stream, numbered(100, 'between'))))
    await fixture.merge(stream)
    entries.push(...(await fixture.put(stream, numbered(100, 'after'))))
    expect(await fixture.capture(stream).finished).toMatchObject({ state: 'complete', records: 300 })
    expectExactly(stream.path, entries)
  })

  it('goes on after a stop without loss or duplicate, also over a reshard in between', async () => {
    const stream = await fixture.createStream(2)
    const entries = await fixture.put(stream, numbered(300, 'first'))
    await fixture.capture(stream).finished
    entries.push(...(await fixture.put(stream, numbered(300, 'second'))))
    await fixture.split(stream)
    entries.push(...(await fixture.put(stream, numbered(300, 'third'))))
    expect(await fixture.capture(stream, { from: null }).finished).toMatchObject({ state: 'complete', records: 900 })
    // And once more with nothing new.
    expect(await fixture.capture(stream).finished).toMatchObject({ state: 'complete', records: 900 })
    expectExactly(stream.path, entries)
  })

  it('holds LATEST from its start, also when it was stopped before the first record', async () => {
    const stream = await fixture.createStream(2)
    await fixture.put(stream, numbered(10, 'old'))
    // What arrived within two seconds before the start may come along: the server tells its time in seconds.
    await expect.poll(() => Date.now() % 3000, { timeout: 10_000, interval: 10 }).toBeLessThan(50)
    await new Promise((done) => setTimeout(done, 3000))
    const first = fixture.capture(stream, { from: { type: 'LATEST' }, until: { type: 'never' } })
    await isCaughtUp(first, 2)
    expect(await first.stop()).toMatchObject({ state: 'stopped', records: 0 })
    const entries = await fixture.put(stream, numbered(40, 'while stopped'))
    expect(await fixture.capture(stream, { from: null }).finished).toMatchObject({ state: 'complete', records: 40 })
    expectExactly(stream.path, entries)
  })

  it('stops at exactly so many records, and goes on with the next one', async () => {
    const stream = await fixture.createStream(2)
    const entries = await fixture.put(stream, numbered(100, 'a'))
    const users = userRecords(30)
    await fixture.put(stream, [{ partitionKey: 'outer', explicitHashKey: null, data: aggregate(users) }])
    for (const records of [24, 48, 72, 96, 120]) {
      expect(await fixture.capture(stream, { maxRecords: 24 }).finished).toMatchObject({ state: 'complete', records })
    }
    expect(await fixture.capture(stream, { maxRecords: 24 }).finished).toMatchObject({ records: 130 })
    expectExactly(stream.path, [...entries, ...users])
  })

  it('runs for a duration, and until a time that is still to come', async () => {
    const stream = await fixture.createStream(1)
    const entries = await fixture.put(stream, numbered(10, 'a'))
    expect(await fixture.capture(stream, { until: { type: 'duration', ms: 1500 } }).finished).toMatchObject({ state: 'complete', records: 10 })
    const session = fixture.capture(stream, { until: { type: 'time', at: Date.now() + 6000 } })
    await expect.poll(() => session.progress().state, { timeout: 5000 }).toBe('reading')
    entries.push(...(await fixture.put(stream, numbered(10, 'b'))))
    expect(await session.finished).toMatchObject({ state: 'complete', records: 20 })
    expectExactly(stream.path, entries)
  })

  it('pauses, resumes, and takes another budget', async () => {
    const stream = await fixture.createStream(1)
    const session = fixture.capture(stream, { until: { type: 'never' } })
    await isCaughtUp(session, 1)
    session.pause()
    session.setBudget(4)
    await expect.poll(() => session.progress()).toMatchObject({ state: 'paused', readBudget: 4 })
    // One poll may have been on its way.
    await new Promise((done) => setTimeout(done, 500))
    await fixture.put(stream, numbered(5, 'a'))
    await new Promise((done) => setTimeout(done, 1000))
    expect(session.progress().records).toBe(0)
    session.resume()
    await reaches(session, 5)
    expect(session.progress().state).toBe('reading')
  })

  it('keeps a view under a name: durable, and no ring any more', async () => {
    const stream = await fixture.createStream(1)
    const session = fixture.capture(stream, { mode: 'create', durable: false, capBytes: 512 * 1024, until: { type: 'never' } })
    await fixture.put(stream, large(20))
    await expect.poll(() => session.progress().gaps, { timeout: 10_000 }).toBeGreaterThan(0)
    const before = session.progress().records
    expect(before).toBeLessThan(20)
    await session.keep('incident 4711')
    await fixture.put(stream, large(20))
    await expect.poll(() => session.progress().records, { timeout: 10_000 }).toBe(before + 20)
    expect((await session.stop()).name).toBe('incident 4711')
    using reader = openCapture(stream.path)
    expect(reader.meta.name).toBe('incident 4711')
    expect(reader.gaps()[0]?.reason).toBe('ring')
  })

  it('shows a record within a second of its being put, at two reads a second', async () => {
    const stream = await fixture.createStream(4)
    const session = fixture.capture(stream, { from: { type: 'LATEST' }, until: { type: 'never' }, readsPerSecond: 2, durable: false })
    await isCaughtUp(session, 4)
    const delays: number[] = []
    for (let n = 1; n <= 30; n += 1) {
      await fixture.put(stream, numbered(1, `n${n}`))
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
