import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { verifyCapture } from '../../electron/store/verify.ts'
import { captureFixture, expectExactly, numbered, stored } from '../fakes/capture-fixture.ts'
import type { CaptureFixture } from '../fakes/capture-fixture.ts'

let fixture: CaptureFixture
beforeAll(async () => {
  fixture = await captureFixture()
})
afterEach(() => fixture.stopCaptures())
afterAll(() => fixture[Symbol.asyncDispose]())

const orders = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `k${n}`, explicitHashKey: null, data: Buffer.from(`{"n":${from + n},"kind":"${n % 10 === 0 ? 'order' : 'click'}"}`) }))

describe('a capture with a filter', () => {
  it('stores what matches, counts the rest, and goes on with the same filter', async () => {
    const stream = await fixture.createStream(2)
    const first = await fixture.put(stream, orders(200))
    const last = await fixture.capture(stream, { filter: 'kind:order' }).finished
    expect(last).toMatchObject({ state: 'complete', records: 20, filtered: 180, filter: 'kind:order' })
    const more = await fixture.put(stream, orders(100, 200))
    const again = await fixture.capture(stream, {}).finished
    expect(again).toMatchObject({ state: 'complete', records: 30, filtered: 270, filter: 'kind:order' })
    expectExactly(stream.path, [...first, ...more].filter(({ data }) => Buffer.from(data).includes('order')))
    using reader = openCapture(stream.path)
    expect(reader.meta.filter).toBe('kind:order')
    const other = await fixture.capture(stream, { filter: 'kind:click' }).finished
    expect(other).toMatchObject({ state: 'failed', failure: { code: 'invalid-argument' } })
  })

  it('that is no query is refused before there is a file', async () => {
    const stream = await fixture.createStream(1)
    const last = await fixture.capture(stream, { filter: '(kind:order' }).finished
    expect(last).toMatchObject({ state: 'failed', failure: { code: 'bad-query' } })
    expect(() => openCapture(stream.path)).toThrow(expect.objectContaining({ code: 'file-system' }))
  })
})

describe('a capture with a limit of bytes', () => {
  it('ends with the record that reaches it, and a later run brings the rest', async () => {
    const stream = await fixture.createStream(1)
    const entries = await fixture.put(stream, numbered(100, 'x'))
    const limit = 50 * (entries[0]?.data.length ?? 0)
    const first = await fixture.capture(stream, { maxBytes: limit }).finished
    expect(first.state).toBe('complete')
    expect(first.bytes).toBeGreaterThanOrEqual(limit)
    expect(first.bytes - (stored(stream.path).at(-1)?.data.length ?? 0)).toBeLessThan(limit)
    const second = await fixture.capture(stream, {}).finished
    expect(second.records).toBe(100)
    expectExactly(stream.path, entries)
  })
})

describe('a capture that is a ring', () => {
  it('keeps the newest within its size, and says what was dropped', async () => {
    const stream = await fixture.createStream(1)
    const big = Array.from({ length: 60 }, (_, n) => ({ partitionKey: `k${n}`, explicitHashKey: null, data: Buffer.alloc(60_000, n) }))
    await fixture.put(stream, big)
    const capBytes = 2 * 1024 * 1024
    const last = await fixture.capture(stream, { capBytes }).finished
    expect(last.state).toBe('complete')
    expect(last.records).toBeLessThan(40)
    expect(last.records).toBeGreaterThan(15)
    expect(last.gaps).toBe(1)
    const kept = stored(stream.path)
    expect(kept.map(({ partitionKey }) => partitionKey)).toEqual(big.slice(-kept.length).map(({ partitionKey }) => partitionKey))
    using reader = openCapture(stream.path)
    expect(reader.gaps()).toMatchObject([{ reason: 'ring', detail: expect.stringContaining(`${60 - kept.length} older records`) as string }])
    expect(verifyCapture(stream.path)).toMatchObject({ ok: true })
  })
})

describe('how long a capture still takes', () => {
  it('is told while it runs', async () => {
    const stream = await fixture.createStream(1)
    await fixture.put(stream, numbered(10, 'x'))
    const session = fixture.capture(stream, { until: { type: 'duration', ms: 3000 } })
    await expect.poll(() => session.progress().remaining ?? Number.POSITIVE_INFINITY, { interval: 50, timeout: 10_000 }).toBeLessThan(2900)
    expect((await session.finished).state).toBe('complete')
  })
})
