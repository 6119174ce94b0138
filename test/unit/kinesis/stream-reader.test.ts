import { describe, expect, it } from 'vitest'
import type { NewGap } from '../../../electron/kinesis/losses.ts'
import { createByteGate } from '../../../electron/kinesis/byte-gate.ts'
import { budgetFor, createGovernor } from '../../../electron/kinesis/governor.ts'
import { openStream } from '../../../electron/kinesis/stream-reader.ts'
import type { StreamReaderOptions } from '../../../electron/kinesis/stream-reader.ts'
import { scriptedKinesis, sdkError, sdkPage, sdkRecord, socketError } from '../../fakes/scripted-kinesis.ts'
import type { Reply, Script } from '../../fakes/scripted-kinesis.ts'
import { createVirtualClock, VIRTUAL_START } from '../../fakes/virtual-clock.ts'

const CREATED = new Date(VIRTUAL_START - 1e9)
const summary = (created = CREATED) => ({
  StreamDescriptionSummary: { StreamName: 'orders', StreamCreationTimestamp: created, RetentionPeriodHours: 24, StreamStatus: 'ACTIVE' },
})
const sdkShard = (ShardId: string, parents: string[] = [], isClosed = false) => ({
  ShardId,
  ...(parents[0] === undefined ? {} : { ParentShardId: parents[0] }),
  ...(parents[1] === undefined ? {} : { AdjacentParentShardId: parents[1] }),
  HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' },
  SequenceNumberRange: { StartingSequenceNumber: '1', ...(isClosed ? { EndingSequenceNumber: '2' } : {}) },
})
const child = (ShardId: string, ...ParentShards: string[]) => ({ ShardId, ParentShards, HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' } })

interface Setting {
  shards: object[] | Script
  /** Answers of GetRecords for each shard, in order. */
  pages: Record<string, Reply[]>
  describe?: Script
  open?: Record<string, Error>
  stopAfter?: number
}

/** Reads a scripted stream; iterators are `shard`, so that pages can be told apart. */
const read = async ({ shards, pages, describe: described, open = {}, stopAfter }: Setting, changes: Partial<StreamReaderOptions> = {}) => {
  const clock = createVirtualClock()
  const used = new Map<string, number>()
  const client = scriptedKinesis(clock, {
    DescribeStreamSummary: described ?? (() => summary()),
    ListShards: Array.isArray(shards) ? () => ({ Shards: shards }) : shards,
    GetShardIterator: ({ ShardId }) => open[String(ShardId)] ?? { ShardIterator: String(ShardId) },
    GetRecords: ({ ShardIterator }) => {
      const id = String(ShardIterator)
      const at = used.get(id) ?? 0
      used.set(id, at + 1)
      const reply = pages[id]?.[at] ?? sdkPage([], id)
      return typeof reply === 'function' ? reply({}, at) : reply
    },
  })
  const stop = new AbortController()
  const order: string[] = []
  const gaps: NewGap[] = []
  const states: string[] = []
  let error: unknown = null
  let startedAt = 0
  try {
    const reading = await openStream({
      client,
      streamArn: 'arn',
      from: { type: 'TRIM_HORIZON' },
      until: { type: 'never' },
      known: [],
      createdAt: null,
      maxShards: null,
      governor: createGovernor(clock, budgetFor(5)),
      gate: createByteGate(1e8),
      clock,
      signal: stop.signal,
      onShardState: (shardId, state) => states.push(`${shardId} ${state}`),
      ...changes,
    })
    ;({ startedAt } = reading.stream)
    for await (const event of reading.events()) {
      if (event.type === 'gap') gaps.push(event.gap)
      if (event.type === 'shards') order.push(`shards ${event.shards.length}${event.held.length > 0 ? ` held ${event.held.length}` : ''}`)
      if (event.type !== 'page') continue
      event.page.permit.release()
      order.push(...event.page.records.map(({ sequenceNumber }) => `${event.page.shardId} ${sequenceNumber}`))
      if (event.page.ended !== null) order.push(`${event.page.shardId} ended`)
      if (event.page.gap !== null) gaps.push(event.page.gap)
      if (clock.now() > (stopAfter ?? 300_000)) stop.abort(new Error('long enough'))
    }
  } catch (caught) {
    error = caught
  }
  return { order, gaps, states, error, startedAt, client, elapsed: clock.now() }
}
const arrivedAt = (ms: number) => ({ ...sdkRecord(5), ApproximateArrivalTimestamp: new Date(VIRTUAL_START + ms) })
const ends = (id: string, ...children: string[]) => sdkPage([], null, { ChildShards: children.map((name) => child(name, id)) })

describe('reading a stream', () => {
  it('reads a merge’s child after both parents, however far one lags', async () => {
    const run = await read(
      {
        shards: [sdkShard('a', [], true), sdkShard('b', [], true), sdkShard('c', ['a', 'b'])],
        pages: {
          a: [sdkPage([1], null, { ChildShards: [child('c', 'a', 'b')] })],
          b: [...Array.from({ length: 20 }, (_, n) => sdkPage([n + 10], 'b', { MillisBehindLatest: 1000 })), ends('b', 'c')],
          c: [sdkPage([99], 'c')],
        },
      },
      { until: { type: 'now' } },
    )
    expect(run.error).toBeNull()
    expect(run.order.slice(-2)).toEqual(['b ended', 'c 99'])
    expect(run.order).toHaveLength(1 + 1 + 1 + 20 + 1 + 1)
  })

  it('lists again when a child appears, and reads it from its horizon also in a tail', async () => {
    let calls = 0
    const run = await read(
      {
        shards: () => ({ Shards: (calls += 1) === 1 ? [sdkShard('a')] : [sdkShard('a', [], true), sdkShard('b', ['a']), sdkShard('c', ['a'])] }),
        pages: { a: [sdkPage([1], 'a'), ends('a', 'b', 'c')], b: [sdkPage([2], 'b')], c: [sdkPage([3], 'c')] },
        stopAfter: 30_000,
      },
      { from: { type: 'LATEST' } },
    )
    expect(run.order.slice(0, 4)).toEqual(['shards 1 held 1', 'a 1', 'a ended', 'shards 3'])
    expect(run.order.slice(4).toSorted()).toEqual(['b 2', 'c 3'])
    const types = run.client.inputs('GetShardIterator').map(({ ShardId, ShardIteratorType }) => `${String(ShardId)} ${String(ShardIteratorType)}`)
    expect(types.toSorted()).toEqual(['a LATEST', 'b TRIM_HORIZON', 'c TRIM_HORIZON'])
    expect(run.startedAt).toBe(VIRTUAL_START)
  })

  it('reads children that the listing does not show yet', async () => {
    const run = await read({ shards: [sdkShard('a')], pages: { a: [ends('a', 'b')], b: [sdkPage([2], 'b')] }, stopAfter: 5000 })
    expect(run.order).toContain('b 2')
  })

  it('looks for children now and then that nobody told of', async () => {
    const run = await read({
      shards: (_, call) => ({ Shards: call === 0 ? [sdkShard('a')] : [sdkShard('a'), sdkShard('z')] }),
      pages: { z: [sdkPage([7], 'z')] },
      stopAfter: 100_000,
    })
    expect(run.order).toContain('z 7')
  })

  it('records a shard that expired before it was read, and reads its children', async () => {
    const run = await read(
      {
        shards: [sdkShard('a', [], true), sdkShard('b', ['a'])],
        pages: { b: [sdkPage([2], 'b')] },
        open: { a: sdkError('ResourceNotFoundException') },
      },
      { until: { type: 'now' } },
    )
    expect(run.error).toBeNull()
    expect(run.gaps).toMatchObject([{ shardId: 'a', reason: 'shard-expired' }])
    expect(run.order).toContain('b 2')
  })

  it('ends when the stream is deleted', async () => {
    const run = await read({
      shards: [sdkShard('a')],
      pages: { a: [sdkPage([1], 'a'), sdkError('ResourceInUseException'), sdkError('ResourceNotFoundException')] },
      describe: [summary(), summary(), sdkError('ResourceNotFoundException')],
    })
    expect(run.error).toMatchObject({ code: 'stream-not-found' })
    expect(run.order).toContain('a 1')
  })

  it('ends when the stream is another one of the same name', async () => {
    const noticed = await read({
      shards: [sdkShard('a')],
      pages: { a: [sdkPage([1], 'a'), sdkError('ResourceNotFoundException')] },
      describe: [summary(), summary(), summary(new Date(VIRTUAL_START))],
    })
    expect(noticed.error).toMatchObject({ code: 'other-stream' })
    expect(noticed.order).toContain('a 1')
    const atOnce = await read({ shards: [sdkShard('a')], pages: { a: [sdkPage([1], 'a')] }, describe: [summary(), summary(new Date(VIRTUAL_START))] })
    expect(atOnce.error).toMatchObject({ code: 'other-stream' })
    // Not one record of the namesake, whose first shard has the same name.
    expect(atOnce.order).not.toContain('a 1')
    const unnoticed = await read({ shards: [sdkShard('a')], pages: {}, describe: [summary(), summary(), summary(new Date(VIRTUAL_START))] })
    expect(unnoticed.error).toMatchObject({ code: 'other-stream' })
    expect(unnoticed.elapsed).toBeLessThan(80_000)
    const before = await read({ shards: [sdkShard('a')], pages: {} }, { createdAt: VIRTUAL_START })
    expect(before.error).toMatchObject({ code: 'other-stream' })
  })

  it('does not mind that the listing fails for a while', async () => {
    const run = await read({
      shards: (_, call) => (call === 0 ? { Shards: [sdkShard('a')] } : sdkError('AccessDeniedException')),
      pages: { a: [] },
      stopAfter: 200_000,
    })
    expect(run.error).toMatchObject({ message: 'long enough' })
  })

  it('fails at once when nobody listens at the start', async () => {
    const run = await read({ shards: [], pages: {}, describe: [socketError('ECONNREFUSED')] })
    expect(run.error).toMatchObject({ code: 'ECONNREFUSED' })
    expect(run.elapsed).toBe(0)
  })

  it('fails when one shard may not be read', async () => {
    const run = await read({
      shards: [sdkShard('a'), sdkShard('b')],
      pages: { a: [sdkPage([1], 'a')], b: [sdkPage([2], 'b'), sdkError('AccessDeniedException')] },
    })
    expect(run.error).toMatchObject({ name: 'AccessDeniedException' })
    expect(run.order).toContain('b 2')
  })

  it('stops each shard at its tip of the start, children of ended ones included', async () => {
    const run = await read(
      {
        shards: [sdkShard('a'), sdkShard('b'), sdkShard('c')],
        pages: {
          a: [sdkPage([], 'a', { MillisBehindLatest: 9 }), { Records: [arrivedAt(1500)], NextShardIterator: 'a', MillisBehindLatest: 50 }, sdkPage([6], 'a')],
          b: [sdkPage([1], 'b', { MillisBehindLatest: 0 }), sdkPage([2], 'b')],
          c: [ends('c', 'd')],
          d: [sdkPage([7], 'd', { MillisBehindLatest: 9 }), sdkPage([8], 'd')],
        },
      },
      { until: { type: 'now' } },
    )
    expect(run.error).toBeNull()
    expect(run.order.filter((line) => /^[abd] \d/.test(line)).toSorted()).toEqual(['a 5', 'b 1', 'd 7', 'd 8'])
    expect(run.states).toContain('c ended')
  })

  it('runs for as long as it is told', async () => {
    const run = await read({ shards: [sdkShard('a')], pages: { a: [sdkPage([1], 'a')] } }, { until: { type: 'duration', ms: 20_000 } })
    expect(run.error).toBeNull()
    expect(run.order).toContain('a 1')
    expect(run.elapsed).toBeGreaterThanOrEqual(20_000)
    expect(run.elapsed).toBeLessThan(21_000)
  })

  it('reads so many shards at a time and says which it leaves out', async () => {
    const shards = Array.from({ length: 6 }, (_, n) => ({ ...sdkShard(`s${n}`), HashKeyRange: { StartingHashKey: String(n), EndingHashKey: String(n) } }))
    const run = await read({ shards, pages: {}, stopAfter: 2000 }, { from: { type: 'LATEST' }, maxShards: 4 })
    expect(run.states).toContain('s4 left-out')
    expect(new Set(run.client.inputs('GetRecords').map(({ ShardIterator }) => ShardIterator))).toEqual(new Set(['s0', 's1', 's2', 's3']))
    // Not in step: the first polls are spread.
    const first = run.client.calls.filter(({ operation }) => operation === 'GetRecords').slice(0, 4).map(({ at }) => at)
    expect(new Set(first).size).toBe(4)
    expect(run.client.calls.filter(({ operation }) => operation === 'GetShardIterator').every(({ at }) => at === 0)).toBe(true)
  })

  it('refuses a start in the future of the server', async () => {
    const run = await read({ shards: [sdkShard('a')], pages: {} }, { from: { type: 'AT_TIMESTAMP', at: VIRTUAL_START + 60_000 } })
    expect(run.error).toMatchObject({ code: 'invalid-argument' })
  })
})
