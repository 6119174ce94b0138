import type { ChildShard } from '@aws-sdk/client-kinesis'
import { describe, expect, it } from 'vitest'
import { createByteGate } from '../../../electron/kinesis/byte-gate.ts'
import { readShardByFanOut } from '../../../electron/kinesis/fan-out-reader.ts'
import { budgetFor, createGovernor } from '../../../electron/kinesis/governor.ts'
import type { ShardStart } from '../../../electron/kinesis/position.ts'
import type { ShardReaderOptions } from '../../../electron/kinesis/shard-reader.ts'
import { registerConsumer } from '../../fakes/kinesis-model/fan-out-steps.ts'
import { createFaults } from '../../fakes/kinesis-model/faults.ts'
import { modelClient } from '../../fakes/kinesis-model/model-client.ts'
import { createModel } from '../../fakes/kinesis-model/model.ts'
import { createChance } from '../../fakes/kinesis-model/random.ts'
import { childrenOf } from '../../fakes/kinesis-model/reading.ts'
import { createVirtualClock, VIRTUAL_START } from '../../fakes/virtual-clock.ts'

const HOUR = 3_600_000
const FIRST = 'shardId-000000000000'
const text = new TextDecoder()

/** A shard of the model, a subscriber's view of it under a virtual clock, and what was seen of it. */
const shardOfModel = (start: (sequences: string[]) => ShardStart, before: string[], trimmedStart: 'invalid-argument' | 'silent' = 'silent') => {
  const clock = createVirtualClock()
  const model = createModel({ now: () => VIRTUAL_START + Math.floor(clock.now()), random: Math.random, trimmedStart })
  const stream = model.createStream('orders', 1)
  const faults = createFaults(clock.now, () => {})
  const client = modelClient({ model, clock, faults, chance: createChance(1), latency: 0, pageLimit: () => null, atEnd: (output) => output })
  const asked: string[] = []
  client.onAnswer = (operation) => asked.push(operation)
  const put = (data: string) => (model.handle('PutRecord', { StreamName: 'orders', PartitionKey: 'k', Data: Buffer.from(data) }) as { SequenceNumber: string }).SequenceNumber
  const sequences = before.map(put)
  const over = new AbortController()
  const seen = { data: [] as string[], gaps: [] as object[], fallbacks: 0, children: null as ChildShard[] | null, subscriptions: () => asked.filter((name) => name === 'SubscribeToShard').length }
  /** Reads until so many records came, or to the shard's end. */
  const read = async (extra: Partial<ShardReaderOptions> = {}, records = Number.POSITIVE_INFINITY, sender: Pick<typeof client, 'send'> = client) => {
    const pages = readShardByFanOut({
      client,
      streamArn: stream.arn,
      shardId: FIRST,
      start: start(sequences),
      governor: createGovernor(clock, budgetFor(5)),
      gate: createByteGate(1e8),
      clock,
      signal: over.signal,
      retentionMs: () => 24 * HOUR,
      fanOut: { client: sender, consumerArn: registerConsumer(model), onFallback: () => (seen.fallbacks += 1) },
      ...extra,
    })
    for await (const page of pages) {
      page.permit.release()
      seen.data.push(...page.records.map(({ data }) => text.decode(data)))
      if (page.gap !== null) seen.gaps.push(page.gap)
      seen.children = page.ended
      if (seen.data.length >= records) break
    }
    over.abort(new Error('seen enough'))
  }
  const splitShard = () => void model.handle('SplitShard', { StreamName: 'orders', ShardToSplit: FIRST, NewStartingHashKey: String(2n ** 127n) })
  const children = () => childrenOf(stream, stream.shards[0] as NonNullable<(typeof stream.shards)[0]>) as ChildShard[]
  return { clock, model, faults, client, put, sequences, read, seen, splitShard, children }
}

describe('a subscriber that the retention has overtaken', () => {
  it.each(['silent', 'invalid-argument'] as const)('tells what is missing after a checkpoint that was trimmed away (%s), and subscribes again', async (trimmedStart) => {
    const { clock, put, read, seen, sequences } = shardOfModel(([first = '']) => ({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: first, resumed: true }), ['a', 'b'], trimmedStart)
    clock.jump(25 * HOUR)
    const kept = put('c')
    const reading = read({}, 2)
    await clock.sleep(20_000)
    put('d')
    await reading
    expect(seen).toMatchObject({ data: ['c', 'd'], fallbacks: 0, gaps: [{ reason: 'trimmed-checkpoint', afterSequence: sequences[0], beforeSequence: kept }] })
    expect(seen.subscriptions()).toBeGreaterThanOrEqual(1)
  })

  it('tells what was trimmed between two events, after the last record that came', async () => {
    const { clock, put, read, seen, sequences, faults } = shardOfModel(() => ({ type: 'TRIM_HORIZON' }), ['a'])
    const reading = read({}, 2)
    await clock.sleep(2000)
    expect(seen.data).toEqual(['a'])
    faults.inject('subscriptions go silent', { times: 1 })
    put('b')
    clock.jump(25 * HOUR)
    const kept = put('c')
    await reading
    expect(seen).toMatchObject({ data: ['a', 'c'], fallbacks: 0, gaps: [{ afterSequence: sequences[0], beforeSequence: kept }] })
  })

  it('tells that a shard was opened only when its due records had left', async () => {
    const { clock, put, read, seen } = shardOfModel(() => ({ type: 'TRIM_HORIZON' }), ['a'])
    clock.jump(25 * HOUR)
    put('b')
    await read({ dueFrom: VIRTUAL_START }, 1)
    expect(seen).toMatchObject({ data: ['b'], gaps: [{ reason: 'trimmed', fromTime: VIRTUAL_START }] })
  })

  it('tells no gap of a shard that was idle for longer than the retention', async () => {
    const { clock, put, read, seen } = shardOfModel(() => ({ type: 'TRIM_HORIZON' }), ['a'])
    const reading = read({}, 2)
    for (let hours = 0; hours < 30; hours += 1) await clock.sleep(HOUR)
    put('b')
    await reading
    expect(seen).toMatchObject({ data: ['a', 'b'], gaps: [], fallbacks: 0 })
    expect(seen.subscriptions()).toBeGreaterThan(300)
  })

  it('goes on after the last record where fan-out is refused after an idle day, without a gap', async () => {
    const { clock, model, put, read, seen } = shardOfModel(() => ({ type: 'TRIM_HORIZON' }), ['a'])
    const reading = read({}, 2)
    for (let hours = 0; hours < 30; hours += 1) await clock.sleep(HOUR)
    model.handle('DeregisterStreamConsumer', { StreamARN: model.stream('orders').arn, ConsumerName: 'kinescope' })
    await clock.sleep(20_000)
    put('b')
    await reading
    expect(seen).toMatchObject({ data: ['a', 'b'], gaps: [], fallbacks: 1 })
  })
})

describe('the end of a shard', () => {
  it('is found by polling where a server never tells it to a subscription, once a listing shows it', async () => {
    const { clock, client, read, seen, splitShard, children } = shardOfModel(() => ({ type: 'TRIM_HORIZON' }), ['a'])
    async function* endless(events: AsyncIterable<{ SubscribeToShardEvent: { ChildShards?: object[] } }>) {
      for await (const event of events) {
        if (event.SubscribeToShardEvent.ChildShards === undefined) yield event
        else for (;;) {
          yield { SubscribeToShardEvent: { Records: [], MillisBehindLatest: 0, ContinuationSequenceNumber: '1' } }
          await clock.sleep(1000)
        }
      }
    }
    const send = async (...[command, options]: Parameters<typeof client.send>) => {
      const output = (await client.send(command, options)) as unknown as { EventStream: AsyncIterable<{ SubscribeToShardEvent: object }> }
      return { ...output, EventStream: endless(output.EventStream) }
    }
    let isListed = false
    const reading = read({ isKnownClosed: () => isListed }, undefined, { send: send as never })
    await clock.sleep(5000)
    splitShard()
    await clock.sleep(60_000)
    expect(seen.children).toBeNull()
    isListed = true
    await reading
    expect(seen).toMatchObject({ data: ['a'], fallbacks: 0 })
    expect(seen.children).toEqual(children())
  })

  it('is not taken from a null continuation in the middle of a closed shard', async () => {
    const { model, faults, read, seen, splitShard, children } = shardOfModel(() => ({ type: 'TRIM_HORIZON' }), ['a', 'b', 'c'])
    splitShard()
    model.knobs.eventRecords = () => 1
    faults.inject('null continuation without children', { times: 1 })
    await read({ confirmEnd: async () => children() })
    expect(seen.data).toEqual(['a', 'b', 'c'])
    expect(seen.children).toEqual(children())
  })
})
