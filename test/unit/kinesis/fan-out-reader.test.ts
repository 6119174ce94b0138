import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKinesisClient } from '../../../electron/accounts/kinesis-client.ts'
import { createByteGate } from '../../../electron/kinesis/byte-gate.ts'
import { systemClock } from '../../../electron/kinesis/clock.ts'
import { readShardByFanOut } from '../../../electron/kinesis/fan-out-reader.ts'
import type { FanOutReaderOptions } from '../../../electron/kinesis/fan-out-reader.ts'
import type { Fault } from '../../../electron/kinesis/fault.ts'
import { budgetFor, createGovernor } from '../../../electron/kinesis/governor.ts'
import type { ShardStart } from '../../../electron/kinesis/position.ts'
import { withServerDate } from '../../../electron/kinesis/server-date.ts'
import { FanOutServer } from '../../fakes/fan-out-server.ts'
import { scriptedKinesis, sdkError, sdkPage } from '../../fakes/scripted-kinesis.ts'
import { createVirtualClock } from '../../fakes/virtual-clock.ts'

const TIMING = { renewAfter: 60_000, renewSpread: 0, inUse: 100, silence: 400 }
const text = new TextDecoder()

describe('over HTTP/2', () => {
  let server: FanOutServer
  let client: ReturnType<typeof createKinesisClient>
  const stop = new AbortController()
  beforeEach(async () => {
    server = await FanOutServer.start()
    client = withServerDate(
      createKinesisClient({ region: 'us-east-1', endpoint: server.endpoint, credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }), readOnly: true, transport: 'http2' }),
    )
  })
  afterEach(async () => {
    client.destroy()
    await server[Symbol.asyncDispose]()
  })

  const reading = (start: ShardStart, timing: Partial<typeof TIMING> = {}, extra: Partial<FanOutReaderOptions> = {}) => {
    const seen = { data: [] as string[], faults: [] as (Fault | null)[], fallbacks: [] as unknown[], children: null as string[] | null }
    const polling = scriptedKinesis(systemClock, { GetShardIterator: () => ({ ShardIterator: 'i' }), GetRecords: [sdkPage([1], 'horizon'), sdkPage([101, 102], null, { ChildShards: [{ ShardId: 'polled' }] })] })
    const run = async () => {
      const options: FanOutReaderOptions = {
        client: polling,
        streamArn: 'arn',
        shardId: 'shard',
        start,
        governor: createGovernor(systemClock, budgetFor(5)),
        gate: createByteGate(1e8),
        clock: systemClock,
        signal: stop.signal,
        onTrouble: (_, fault) => seen.faults.push(fault),
        fanOut: { client, consumerArn: 'consumer', onFallback: (_, error) => seen.fallbacks.push(error), timing: { ...TIMING, ...timing } },
        ...extra,
      }
      for await (const page of readShardByFanOut(options)) {
        page.permit.release()
        seen.data.push(...page.records.map(({ data }) => text.decode(data)))
        if (page.ended !== null) seen.children = page.ended.map(({ ShardId }) => ShardId ?? '')
      }
    }
    return { seen, polling, done: run() }
  }

  it('pushes what is put, in order, to the shard’s end with its children', async () => {
    server.put('a', 'b')
    const { seen, done } = reading({ type: 'TRIM_HORIZON' })
    await expect.poll(() => seen.data).toEqual(['a', 'b'])
    server.put('c')
    await expect.poll(() => seen.data).toEqual(['a', 'b', 'c'])
    server.put('d')
    server.end(['left', 'right'])
    await done
    expect(seen).toMatchObject({ data: ['a', 'b', 'c', 'd'], children: ['left', 'right'], fallbacks: [] })
    expect(server.subscriptions).toHaveLength(1)
  })

  it('renews before the end of a subscription, after its continuation, with never two of them open', async () => {
    const { seen, done } = reading({ type: 'LATEST' }, { renewAfter: 150, inUse: 50 })
    await expect.poll(() => server.open.size).toBe(1)
    server.put('first')
    await expect.poll(() => seen.data).toEqual(['first'])
    // From now on there is something to go on after.
    const before = server.subscriptions.length
    const all = ['first', ...Array.from({ length: 60 }, (_, n) => `record ${n}`)]
    for (const one of all.slice(1)) {
      server.put(one)
      await systemClock.sleep(10)
    }
    server.end(['child'])
    await done
    expect(seen.data).toEqual(all)
    expect(server.subscriptions.length).toBeGreaterThan(3)
    expect(server.subscriptions.slice(before).every(({ type }) => type === 'AFTER_SEQUENCE_NUMBER')).toBe(true)
    expect(seen.faults.filter((fault) => fault !== null)).toEqual([])
  })

  it.each(['reset', 'cut', 'end', 'silent', 'taken-over', 'in-use', 'odd'] as const)('goes on exactly where it was after “%s”, also when the next one repeats a record', async (behaviour) => {
    server.put('a', 'b')
    server.behaviours.push('end', behaviour, 'repeat')
    const { seen, done } = reading({ type: 'TRIM_HORIZON' })
    await expect.poll(() => seen.data).toEqual(['a', 'b'])
    await expect.poll(() => server.subscriptions.length, { timeout: 8000 }).toBeGreaterThanOrEqual(2)
    server.put('c')
    await expect.poll(() => seen.data, { timeout: 8000 }).toEqual(['a', 'b', 'c'])
    await expect.poll(() => server.behaviours, { timeout: 8000 }).toEqual(behaviour === 'end' || behaviour === 'odd' ? expect.any(Array) : [])
    server.put('d')
    server.end(['child'])
    await done
    expect(seen).toMatchObject({ data: ['a', 'b', 'c', 'd'], children: ['child'], fallbacks: [] })
  }, 20_000)

  it('finds the end of a shard by polling where the listing shows it closed and the subscription does not tell', async () => {
    server.put('a')
    let isClosed = false
    const { seen, done } = reading({ type: 'TRIM_HORIZON' }, {}, { isKnownClosed: () => isClosed })
    await expect.poll(() => seen.data).toEqual(['a'])
    isClosed = true
    await done
    expect(seen).toMatchObject({ children: ['polled'], fallbacks: [] })
    expect(server.subscriptions).toHaveLength(1)
  })

  it('waits out a subscription that nobody holds any more', async () => {
    server.put('a')
    server.behaviours.push(...Array.from({ length: 8 }, () => 'in-use' as const))
    const { seen, done } = reading({ type: 'TRIM_HORIZON' }, { inUse: 20 })
    await expect.poll(() => seen.data, { timeout: 5000 }).toEqual(['a'])
    expect(server.subscriptions).toHaveLength(9)
    server.end(['child'])
    await done
  })

  it.each(['not-found', 'access-denied'] as const)('reads on by polling where fan-out is refused (%s), after the last record, and says so', async (behaviour) => {
    server.put('a')
    server.behaviours.push('end', behaviour)
    const { seen, done, polling } = reading({ type: 'TRIM_HORIZON' })
    await done
    expect(seen.data).toEqual(['a', 'record 101', 'record 102'])
    expect(seen.children).toEqual(['polled'])
    expect(seen.fallbacks).toHaveLength(1)
    expect(polling.inputs('GetShardIterator')[0]).toMatchObject({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '1' })
  })

  it('ends at once when it is aborted, and leaves no subscription behind', async () => {
    const own = new AbortController()
    const { done, seen } = reading({ type: 'TRIM_HORIZON' }, {}, { signal: own.signal })
    server.put('a')
    await expect.poll(() => seen.data).toEqual(['a'])
    own.abort(new Error('enough'))
    await expect(done).rejects.toThrow('enough')
    await expect.poll(() => server.open.size).toBe(0)
  })
})

/** Events that fail before the first one. */
const brokenEvents = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(sdkError('InternalFailureException')) }) })

describe('under a virtual clock', () => {
  it('keeps to five minutes a subscription over an idle day, and goes back to the held time before the first event', async () => {
    const clock = createVirtualClock()
    const positions: { Type: string; SequenceNumber?: string; Timestamp?: Date }[] = []
    const times: number[] = []
    async function* events(continuation: string) {
      for (;;) {
        await clock.sleep(5000)
        yield { SubscribeToShardEvent: { Records: [], ContinuationSequenceNumber: continuation, MillisBehindLatest: 0 } }
      }
    }
    const over = new AbortController()
    const send = async (command: { input: { StartingPosition: (typeof positions)[number] } }) => {
      positions.push(command.input.StartingPosition)
      times.push(clock.now())
      if (positions.length === 2) throw sdkError('InternalFailureException')
      const metadata = { $metadata: { serverDate: clock.wall() } }
      if (positions.length === 1) return { ...metadata, EventStream: brokenEvents() }
      return { ...metadata, EventStream: events(String(positions.length)) }
    }
    const client = { send: send as never }
    const pages = readShardByFanOut({
      client,
      streamArn: 'arn',
      shardId: 's',
      start: { type: 'LATEST' },
      governor: createGovernor(clock, budgetFor(5)),
      gate: createByteGate(1e8),
      clock,
      signal: over.signal,
      fanOut: { client, consumerArn: 'c' },
    })
    for await (const page of pages) {
      page.permit.release()
      if (clock.now() > 24 * 3600_000) break
    }
    expect(positions.slice(0, 4).map(({ Type }) => Type)).toEqual(['LATEST', 'AT_TIMESTAMP', 'AT_TIMESTAMP', 'AFTER_SEQUENCE_NUMBER'])
    for (const [at, time] of times.entries()) if (at > 3) expect(time - times[at - 1]!).toBeLessThan(300_000)
    expect(times.length).toBeGreaterThan(280)
    expect(times.length).toBeLessThan(330)
  })
})
