import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KinescopeError } from '#shared/model/error.ts'
import type { Pace } from '#shared/model/replay.ts'
import type { BatchCounts, BatchRows } from '../../../electron/replay/replay-journal.ts'
import type { ReplayRecord } from '../../../electron/replay/replay-record.ts'
import { ReplaySession } from '../../../electron/replay/replay-session.ts'
import type { SendBatch } from '../../../electron/replay/send-batch.ts'
import { type Answer, inBatches, record, scriptedKinesis } from './scripted-kinesis.ts'
import { evenShards } from './shards.ts'
import { virtualClock, type VirtualClock } from './virtual-clock.ts'

const journalOf = () => {
  const rows: (BatchRows & { counts: BatchCounts | null })[] = []
  return {
    rows,
    sending: (batch: BatchRows) => void rows.push({ ...batch, counts: null }),
    settled: (batch: number, counts: BatchCounts) => {
      const row = rows.find((known) => known.batch === batch)
      if (row !== undefined) row.counts = counts
    },
  }
}

const start = (clock: VirtualClock, send: SendBatch, records: readonly ReplayRecord[], options: { shards?: number; pace?: Pace; planned?: number | null; batch?: number } = {}) => {
  const journal = journalOf()
  const session = new ReplaySession({
    source: () => inBatches(records, options.batch),
    planned: options.planned === undefined ? records.length : options.planned,
    shards: evenShards(options.shards ?? 4),
    maxRecordBytes: 1024 * 1024,
    pace: options.pace ?? { type: 'fastest' },
    send,
    journal,
    clock,
  })
  return { session, journal }
}

const denied: SendBatch = () => Promise.reject(new KinescopeError('access-denied', 'You may not write here.', { action: 'Ask for it.' }))

const many = (count: number, keys: number): ReplayRecord[] => Array.from({ length: count }, (_, id) => record(id, `key-${id % keys}`))

describe('a replay', () => {
  it('stores every record once and keeps its keys', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'answers', entries: ['stored'] }))
    const { session, journal } = start(clock, server.send, [...many(2300, 7), record(9999, 'k', { explicitHashKey: '5' })])
    const final = await clock.run(session.finished)
    expect(final).toMatchObject({ state: 'done', planned: 2301, sent: 2301, acknowledged: 2301, failed: 0, unknown: 0, failure: null })
    expect(server.acknowledged.toSorted((a, b) => a - b)).toEqual([...Array.from({ length: 2300 }, (_, id) => id), 9999])
    expect(Math.max(...server.calls.map(({ ids }) => ids.length))).toBeLessThanOrEqual(500)
    expect(journal.rows.reduce((sum, { records }) => sum + records, 0)).toBe(2301)
    expect(journal.rows.every(({ counts, records }) => counts?.acknowledged === records)).toBe(true)
  })

  it.each([1, 2, 250, 499])('retries only the %i of 500 entries that failed', async (failing) => {
    const clock = virtualClock()
    const entries = Array.from({ length: 500 }, (_, at) => (at < failing ? ('throttled' as const) : ('stored' as const)))
    const server = scriptedKinesis(clock, (_call, number) => ({ kind: 'answers', entries: number === 1 ? entries : ['stored'] }))
    const { session } = start(clock, server.send, many(500, 3), { shards: 1 })
    const seen: number[] = []
    session.subscribe(() => seen.push(session.progress().acknowledged))
    expect(await clock.run(session.finished)).toMatchObject({ state: 'done', acknowledged: 500, failed: 0, unknown: 0, retried: failing })
    // A window full of records goes out as one batch; its second call has only what failed.
    const [first, second] = server.calls
    expect(first?.ids).toHaveLength(500)
    expect(second?.ids).toEqual(first?.ids.slice(0, failing))
    expect(new Set(server.acknowledged).size).toBe(500)
    expect(seen.at(-1)).toBe(500)
  })

  it('holds under any faults: nothing twice, nothing forgotten, keys in order', { timeout: 60_000 }, async () => {
    const verdict = fc.constantFrom('stored' as const, 'stored' as const, 'throttled' as const, 'internal' as const)
    const answer: fc.Arbitrary<Answer> = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('answers' as const), entries: fc.array(verdict, { minLength: 1, maxLength: 9 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('lost' as const), stored: fc.boolean() }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'throttles' as const }) },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 900, size: 'max' }),
        fc.array(answer, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
        async (keys, script, shards, latencies) => {
          const clock = virtualClock()
          let turn = 0
          const server = scriptedKinesis(
            clock,
            (_call, number) => (number <= 40 ? (script[number % script.length] as Answer) : { kind: 'answers', entries: ['stored'] }),
            () => latencies[turn++ % latencies.length] ?? 1,
          )
          const records = keys.map((key, id) => record(id, `key-${key}`))
          const order = watchOrder(server, records)
          const { session, journal } = start(clock, server.send, records, { shards, batch: 40 })
          const final = await clock.run(session.finished)

          expect(final.state).toBe('done')
          expect(final.acknowledged + final.failed + final.unknown).toBe(records.length)
          expect(final.acknowledged).toBe(server.acknowledged.length)
          expect(new Set(server.acknowledged).size).toBe(server.acknowledged.length)
          expect(new Set(server.stored).size).toBe(server.stored.length)
          expect(order.violations).toEqual([])
          expect(journal.rows.reduce((sum, { counts }) => sum + (counts?.unknown ?? 0), 0)).toBe(final.unknown)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('tells what a lost answer leaves unknown, and does not send it again', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, (_call, number) => (number === 1 ? { kind: 'lost', stored: true } : { kind: 'answers', entries: ['stored'] }))
    const { session } = start(clock, server.send, many(700, 5), { shards: 1 })
    const final = await clock.run(session.finished)
    const lost = server.calls[0]?.ids ?? []
    expect(final).toMatchObject({ state: 'done', unknown: lost.length, acknowledged: 700 - lost.length, sent: 700 })
    expect(server.calls.slice(1).flatMap(({ ids }) => ids).filter((id) => lost.includes(id))).toEqual([])
    expect(final.firstReason).toContain('TimeoutError')
  })

  it('ends with the reason where no request can succeed', async () => {
    const clock = virtualClock()
    const { session } = start(clock, denied, many(1200, 3), { shards: 2 })
    const final = await clock.run(session.finished)
    expect(final).toMatchObject({ state: 'failed', acknowledged: 0, unknown: 0, failure: { code: 'access-denied', action: 'Ask for it.' } })
    expect(final.sent).toBe(final.failed)
    expect(final.sent).toBeLessThanOrEqual(1000)
  })

  it('ends when its journal can not be written, without sending what it could not write down', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'answers', entries: ['stored'] }))
    const session = new ReplaySession({
      source: () => inBatches(many(10, 1)),
      planned: 10,
      shards: evenShards(1),
      maxRecordBytes: 1024,
      pace: { type: 'fastest' },
      send: server.send,
      clock,
      journal: {
        sending() {
          throw new KinescopeError('disk-full', 'The disk is full.')
        },
        settled() {},
      },
    })
    expect(await clock.run(session.finished)).toMatchObject({ state: 'failed', sent: 0, failure: { code: 'disk-full' } })
    expect(server.calls).toEqual([])
  })

  it('fails when the source does', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'answers', entries: ['stored'] }))
    const session = new ReplaySession({
      async *source() {
        yield many(3, 1)
        throw new KinescopeError('damaged-capture', 'The file is damaged.')
      },
      planned: 10,
      shards: evenShards(1),
      maxRecordBytes: 1024,
      pace: { type: 'fastest' },
      send: server.send,
      clock,
      journal: journalOf(),
    })
    expect(await clock.run(session.finished)).toMatchObject({ state: 'failed', failure: { code: 'damaged-capture' } })
  })

  it('does not send what Kinesis would refuse the whole request for', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'answers', entries: ['stored'] }))
    const bad = [record(1, ''), record(2, 'k'.repeat(257)), record(3, 'k', { explicitHashKey: '-1' }), record(4, 'k', { explicitHashKey: (1n << 128n).toString() }), record(5, 'k', { size: 1024 * 1024 })]
    const good = [record(6, 'k'), record(7, '😀'.repeat(256)), record(8, 'k', { explicitHashKey: ((1n << 128n) - 1n).toString() })]
    const { session } = start(clock, server.send, [...bad, ...good])
    expect(await clock.run(session.finished)).toMatchObject({ state: 'done', planned: 8, sent: 3, acknowledged: 3, failed: 5 })
    expect(server.acknowledged.toSorted((a, b) => a - b)).toEqual([6, 7, 8])
  })

  it('counts what it was not told', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'answers', entries: ['stored'] }))
    const { session } = start(clock, server.send, many(321, 4), { planned: null })
    expect(await clock.run(session.finished)).toMatchObject({ planned: 321, acknowledged: 321 })
  })

  it('reads no further ahead than it has room for', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'hangs' }))
    let read = 0
    const session = new ReplaySession({
      async *source() {
        for (;;) {
          read += 1000
          yield Array.from({ length: 1000 }, (_, at) => record(read + at, `key-${at}`))
        }
      },
      planned: null,
      shards: evenShards(2),
      maxRecordBytes: 1024 * 1024,
      pace: { type: 'fastest' },
      send: server.send,
      clock,
      journal: journalOf(),
    })
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(read).toBeGreaterThanOrEqual(20_000)
    expect(read).toBeLessThanOrEqual(22_000)
    const final = await clock.run(session.stop())
    expect(final).toMatchObject({ state: 'stopped', acknowledged: 0, unknown: final.sent })
  })
})

describe('stopping', () => {
  it('lets requests under way end, and starts no other', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'answers', entries: ['stored'] }))
    const { session } = start(clock, server.send, many(5000, 50), { shards: 2 })
    let stopped: Promise<unknown> | null = null
    server.onCall(() => {
      if (server.calls.length === 3) stopped ??= session.stop()
    })
    const final = await clock.run(session.finished)
    expect(stopped).not.toBeNull()
    expect(final).toMatchObject({ state: 'stopped', planned: 5000, unknown: 0, failed: 0, failure: null })
    expect(final.acknowledged).toBe(final.sent)
    expect(final.sent).toBe(server.calls.flatMap(({ ids }) => ids).length)
    expect(server.calls.length).toBeLessThanOrEqual(4)
  })

  it('cuts off a request that hangs; its records are unknown', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'hangs' }))
    const { session } = start(clock, server.send, many(400, 5), { shards: 1 })
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    const final = await clock.run(session.stop())
    expect(final).toMatchObject({ state: 'stopped', acknowledged: 0, failure: null, sent: final.unknown })
    expect(final.unknown).toBeGreaterThan(0)
    expect(clock.now()).toBeLessThanOrEqual(5000)
  })

  it('does not wait for the next record of a slow pace', async () => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'answers', entries: ['stored'] }))
    const { session } = start(clock, server.send, [record(1, 'a'), record(2, 'a', { arrival: 9e9 })], { pace: { type: 'speed', factor: 1 } })
    server.onCall(() => setImmediate(() => void session.stop()))
    expect(await clock.run(session.finished)).toMatchObject({ state: 'stopped', sent: 1, acknowledged: 1 })
    expect(clock.now()).toBeLessThan(1000)
  })
})

describe('pace', () => {
  it.each<[string, Pace, (at: number) => number]>([
    ['a rate', { type: 'rate', recordsPerSecond: 200 }, (at) => at * 5],
    ['twice the original pace', { type: 'speed', factor: 2 }, (at) => (at * at) / 40],
  ])('sends at %s', async (_name, pace, due) => {
    const clock = virtualClock()
    const server = scriptedKinesis(clock, () => ({ kind: 'answers', entries: ['stored'] }), () => 5)
    const records = Array.from({ length: 400 }, (_, at) => record(at, `key-${at}`, { arrival: 5_000_000 + (at * at) / 20 }))
    const { session } = start(clock, server.send, records, { pace })
    expect((await clock.run(session.finished)).acknowledged).toBe(400)
    for (const { ids, at } of server.calls) {
      for (const id of ids) {
        expect(at).toBeGreaterThanOrEqual(due(id) - 1e-6)
        expect(at).toBeLessThanOrEqual(due(id) + 60)
      }
    }
  })

  it('finds the limit of a shard and stays near it', async () => {
    const clock = virtualClock()
    // 1,000 records a second with a burst of one second, as a shard takes them.
    let [tokens, filledAt] = [1000, 0]
    const server = scriptedKinesis(clock, ({ ids, at }) => {
      tokens = Math.min(1000, tokens + (at - filledAt))
      filledAt = at
      const taken = Math.min(ids.length, Math.floor(tokens))
      tokens -= taken
      return { kind: 'answers', entries: ids.map((_, place) => (place < taken ? 'stored' : 'throttled')) }
    })
    const { session } = start(clock, server.send, many(30_000, 900), { shards: 1 })
    const final = await clock.run(session.finished)
    expect(final).toMatchObject({ state: 'done', acknowledged: 30_000 })
    expect(clock.now()).toBeLessThan(45_000)
    expect(final.retried).toBeLessThan(9000)
  })
})

/**
 * Notes where a key's order could be lost: a batch that goes out while another call has a record
 * of one of its keys, and a record that goes out again after a later batch of its key.
 */
const watchOrder = (server: ReturnType<typeof scriptedKinesis>, records: readonly ReplayRecord[]) => {
  const violations: string[] = []
  const batchOf = new Map<number, number>()
  const latestBatchOfKey = new Map<string, number>()
  const keyOf = (id: number) => records[id]?.partitionKey ?? ''
  server.onCall(({ ids }) => {
    const isRetry = ids.every((id) => batchOf.has(id))
    const busy = new Set([...server.underWay].flatMap((call) => call.ids.map(keyOf)))
    for (const id of ids) {
      if (busy.has(keyOf(id))) violations.push(`record ${id} went out while its key was under way`)
      if (isRetry && (latestBatchOfKey.get(keyOf(id)) ?? 0) > (batchOf.get(id) ?? 0)) violations.push(`record ${id} went out again after a later batch of its key`)
      if (isRetry) continue
      batchOf.set(id, server.calls.length)
      latestBatchOfKey.set(keyOf(id), server.calls.length)
    }
  })
  return { violations }
}
