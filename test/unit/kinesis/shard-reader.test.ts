import { describe, expect, it } from 'vitest'
import { createByteGate } from '../../../electron/kinesis/byte-gate.ts'
import type { Fault } from '../../../electron/kinesis/fault.ts'
import { budgetFor, createGovernor } from '../../../electron/kinesis/governor.ts'
import type { ShardStart } from '../../../electron/kinesis/position.ts'
import { readShard } from '../../../electron/kinesis/shard-reader.ts'
import type { ShardPage, ShardReaderOptions } from '../../../electron/kinesis/shard-reader.ts'
import { scriptedKinesis, sdkError, sdkPage, sdkRecord, socketError } from '../../fakes/scripted-kinesis.ts'
import type { Reply, Script } from '../../fakes/scripted-kinesis.ts'
import { createVirtualClock, VIRTUAL_START } from '../../fakes/virtual-clock.ts'

const child = (n: number) => ({ ShardId: `shardId-${n}`, ParentShards: ['shard'], HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' } })
const END = sdkPage([], null, { ChildShards: [child(1), child(2)] })

interface Run {
  numbers: string[]
  pages: ShardPage[]
  error: unknown
  faults: (Fault | null)[]
  places: Record<string, unknown>[]
  iterators: unknown[]
  elapsed: number
}

/** Reads a shard to its end (or to an error) from a script of GetRecords answers. */
const read = async (
  pages: Reply[],
  start: ShardStart = { type: 'TRIM_HORIZON' },
  { iterators, ...extra }: Partial<ShardReaderOptions> & { iterators?: Script } = {},
): Promise<Run> => {
  const clock = createVirtualClock()
  const client = scriptedKinesis(clock, {
    GetShardIterator: iterators ?? ((_, call) => ({ ShardIterator: `opened-${call + 1}` })),
    GetRecords: pages,
  })
  const run: Run = { numbers: [], pages: [], error: null, faults: [], places: [], iterators: [], elapsed: 0 }
  try {
    const options: ShardReaderOptions = {
      client,
      streamArn: 'arn',
      shardId: 'shard',
      start,
      governor: createGovernor(clock, budgetFor(5)),
      gate: createByteGate(1e8),
      clock,
      signal: new AbortController().signal,
      onTrouble: (_, fault) => run.faults.push(fault),
      ...extra,
    }
    for await (const page of readShard(options)) {
      page.permit.release()
      run.pages.push(page)
      run.numbers.push(...page.records.map(({ sequenceNumber }) => sequenceNumber))
    }
  } catch (error) {
    run.error = error
  }
  run.places = client.inputs('GetShardIterator')
  run.iterators = client.inputs('GetRecords').map(({ ShardIterator }) => ShardIterator)
  run.elapsed = clock.now()
  return run
}

describe('reading a shard', () => {
  it('follows the iterators to the end and tells the children, records in the last page included', async () => {
    const run = await read([sdkPage([1, 2], 'b'), sdkPage([], 'c'), sdkPage([3], null, { ChildShards: [child(1), child(2)] })])
    expect(run.error).toBeNull()
    expect(run.numbers).toEqual(['1', '2', '3'])
    expect(run.iterators).toEqual(['opened-1', 'b', 'c'])
    expect(run.pages.at(-1)?.ended?.map(({ ShardId }) => ShardId)).toEqual(['shardId-1', 'shardId-2'])
    expect(run.pages.slice(0, -1).every(({ ended }) => ended === null)).toBe(true)
  })

  it('reads on through empty pages that are behind', async () => {
    const empty = Array.from({ length: 50 }, (_, n) => sdkPage([], `e${n}`, { MillisBehindLatest: 60_000 }))
    const run = await read([...empty, sdkPage([7], 'z'), END])
    expect(run.numbers).toEqual(['7'])
  })

  it('opens after the last record when the iterator expired, and drops what comes again', async () => {
    const run = await read([sdkPage([10, 11], 'b'), sdkError('ExpiredIteratorException'), sdkPage([11, 12], 'c'), END])
    expect(run.numbers).toEqual(['10', '11', '12'])
    expect(run.places[1]).toMatchObject({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '11' })
  })

  it('opens at the held time of the server when a LATEST iterator expired before the first record', async () => {
    const run = await read([sdkPage([], 'b'), sdkError('ExpiredIteratorException'), sdkPage([5], 'c'), END], { type: 'LATEST' })
    expect(run.places[0]).toMatchObject({ ShardIteratorType: 'LATEST' })
    expect(run.places[1]).toMatchObject({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(VIRTUAL_START - 2000) })
    expect(run.numbers).toEqual(['5'])
    expect(run.pages.every(({ gap }) => gap === null)).toBe(true)
  })

  it('records a gap where the server told no time to go back to', async () => {
    const run = await read(
      [sdkError('ExpiredIteratorException'), sdkPage([5], 'c'), END],
      { type: 'LATEST' },
      { iterators: [{ ShardIterator: 'a', $metadata: {} }, { ShardIterator: 'b', $metadata: {} }] },
    )
    expect(run.places[1]).toMatchObject({ ShardIteratorType: 'LATEST' })
    expect(run.pages[0]?.gap?.reason).toBe('expired-iterator')
  })

  it('opens at the start again when the iterator expired before the first record', async () => {
    const run = await read([sdkError('ExpiredIteratorException'), sdkPage([5], 'c'), END], { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '5' })
    expect(run.places[1]).toMatchObject({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '5' })
    expect(run.numbers).toEqual(['5'])
  })

  it('tries the same iterator again after a null one without children', async () => {
    const run = await read([sdkPage([1], 'b'), sdkPage([2], null), sdkPage([2], null, { ChildShards: [child(1)] })])
    expect(run.iterators).toEqual(['opened-1', 'b', 'b'])
    expect(run.numbers).toEqual(['1', '2'])
    expect(run.pages.at(-1)?.ended).toHaveLength(1)
  })

  it('asks the listing when a null iterator stays without children', async () => {
    const bare = sdkPage([2], null)
    // Between the fourth answer and the listing the shard got one more record, and closed.
    const closed = await read([bare, bare, bare, bare, sdkPage([2, 3], null)], undefined, { confirmEnd: async () => [] })
    expect(closed.error).toBeNull()
    expect(closed.numbers).toEqual(['2', '3'])
    expect(closed.pages.at(-1)?.ended).toEqual([])

    const open = await read([bare, bare, bare, bare, sdkPage([2], 'b'), END], undefined, { confirmEnd: async () => null })
    expect(open.numbers).toEqual(['2'])
    expect(open.places).toHaveLength(2)
  })

  it('takes an answer without its keys for none', async () => {
    const run = await read([{}, { NextShardIterator: 'x' }, { Records: [{ Data: Buffer.from('a') }], NextShardIterator: 'y' }, sdkPage([1], 'b'), END])
    expect(run.iterators).toEqual(['opened-1', 'opened-1', 'opened-1', 'opened-1', 'b'])
    expect(run.numbers).toEqual(['1'])
  })

  it('backs off from throttles for as long as they last, and takes less then', async () => {
    const throttle = sdkError('ProvisionedThroughputExceededException')
    const run = await read([...Array.from({ length: 200 }, () => throttle), sdkPage([1], 'b'), END])
    expect(run.numbers).toEqual(['1'])
    expect(run.elapsed).toBeGreaterThan(60_000)
    expect(run.faults).toContain('throttled')
    expect(run.faults.at(-1)).toBeNull()
  })

  it('gives a call that hangs up at its deadline and asks again', async () => {
    const run = await read(['hang', sdkPage([1], 'b'), END])
    expect(run.numbers).toEqual(['1'])
    expect(run.elapsed).toBeGreaterThanOrEqual(30_000)
    expect(run.elapsed).toBeLessThan(40_000)
  })

  it('gives a GetShardIterator that hangs up as well', async () => {
    const run = await read([sdkPage([1], 'b'), END], undefined, { iterators: ['hang', { ShardIterator: 'a' }] })
    expect(run.numbers).toEqual(['1'])
    expect(run.elapsed).toBeLessThan(20_000)
  })

  it.each(['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'EPIPE'])('outlives a lost connection: %s', async (code) => {
    const run = await read([sdkPage([1], 'b'), socketError(code), socketError(code), sdkPage([2], 'c'), END])
    expect(run.numbers).toEqual(['1', '2'])
    expect(run.iterators).toEqual(['opened-1', 'b', 'b', 'b', 'c'])
  })

  it('ends when the connection stays lost for a minute', async () => {
    const run = await read([sdkPage([1], 'b'), ...Array.from({ length: 500 }, (_, n) => socketError(n % 2 ? 'ECONNREFUSED' : 'ECONNRESET'))])
    expect(run.error).toMatchObject({ code: expect.stringMatching(/^ECONN/) })
    expect(run.elapsed).toBeGreaterThan(55_000)
    expect(run.elapsed).toBeLessThan(75_000)
    expect(run.faults).toContain('refused')
  })

  it('does not count a machine that slept as trying', async () => {
    // Eight hours between one failure and the next, as after closing the lid.
    const clock = createVirtualClock()
    let shift = 0
    const sleepy = { ...clock, now: () => clock.now() + shift }
    const asleep = () => {
      shift += 8 * 3_600_000
      return socketError('ECONNRESET')
    }
    const client = scriptedKinesis(sleepy, {
      GetShardIterator: (_, call) => ({ ShardIterator: `opened-${call}` }),
      GetRecords: [sdkPage([1], 'b'), asleep, sdkError('ExpiredIteratorException'), sdkPage([2], 'c'), END],
    })
    const numbers: string[] = []
    const pages = readShard({
      client,
      streamArn: 'arn',
      shardId: 'shard',
      start: { type: 'TRIM_HORIZON' },
      governor: createGovernor(sleepy, budgetFor(5)),
      gate: createByteGate(1e8),
      clock: sleepy,
      signal: new AbortController().signal,
    })
    for await (const { records, permit } of pages) {
      permit.release()
      numbers.push(...records.map(({ sequenceNumber }) => sequenceNumber))
    }
    expect(numbers).toEqual(['1', '2'])
  })

  it('outlives a proxy that answers in HTML, failing servers and a clock that jumped', async () => {
    const run = await read([
      Object.assign(new SyntaxError('Unexpected token < in JSON'), { $metadata: { httpStatusCode: 200 } }),
      sdkError('InternalFailure', { $metadata: { httpStatusCode: 500 } }),
      Object.assign(new Error('?'), { name: 'Unheard', $metadata: { httpStatusCode: 503 } }),
      sdkError('InvalidSignatureException'),
      sdkError('ExpiredTokenException'),
      sdkPage([1], 'b'),
      END,
    ])
    expect(run.error).toBeNull()
    expect(run.numbers).toEqual(['1'])
  })

  it.each(['AccessDeniedException', 'ResourceNotFoundException', 'KMSAccessDeniedException', 'UnrecognizedClientException'])(
    'ends at once where asking again is of no use: %s',
    async (name) => {
      const run = await read([sdkPage([1], 'b'), sdkError(name)])
      expect(run.error).toMatchObject({ name })
      expect(run.numbers).toEqual(['1'])
      expect(run.elapsed).toBeLessThan(1000)
    },
  )

  it('stops in the middle of a call that hangs', async () => {
    const stop = new AbortController()
    const hangAndStop = () => {
      setImmediate(() => stop.abort(new Error('enough')))
      return 'hang' as const
    }
    const run = await read([sdkPage([1], 'b'), hangAndStop], undefined, {
      signal: stop.signal,
    })
    expect(run.error).toMatchObject({ message: 'enough' })
  })

  it('waits while it is paused', async () => {
    let isPaused = true
    const waiting: (() => void)[] = []
    const reading = read([sdkPage([1], 'b'), END], undefined, {
      ready: () => (isPaused ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    })
    await expect.poll(() => waiting.length).toBe(1)
    isPaused = false
    waiting[0]?.()
    expect((await reading).numbers).toEqual(['1'])
  })
})

const HOUR = 3_600_000
/** One record that arrived so long ago, in a page that ends so far behind the tip. */
const oldPage = (n: number, behind: number, arrivedAgo: number, next: string) => ({
  Records: [{ ...sdkRecord(n), ApproximateArrivalTimestamp: new Date(VIRTUAL_START - arrivedAgo) }],
  NextShardIterator: next,
  MillisBehindLatest: behind,
})

describe('a reader that is overtaken by the trim horizon', () => {
  it('records what was trimmed between its pages', async () => {
    const run = await read([oldPage(1, 20 * HOUR, 20 * HOUR, 'b'), oldPage(9, 3 * HOUR, 3 * HOUR, 'c'), END], undefined, {
      // Shortened in the middle of the capture.
      retentionMs: () => 4 * HOUR,
    })
    expect(run.numbers).toEqual(['1', '9'])
    expect(run.pages[0]?.gap).toBeNull()
    expect(run.pages[1]?.gap).toMatchObject({ reason: 'trimmed', afterSequence: '1', beforeSequence: '9' })
  })

  it('records nothing while the next records are still there, or within the retention', async () => {
    const there = await read([oldPage(1, 20 * HOUR, 20 * HOUR, 'b'), oldPage(9, 19 * HOUR, 20 * HOUR, 'c'), END], undefined, { retentionMs: () => 4 * HOUR })
    expect(there.pages[1]?.gap).toBeNull()
    const within = await read([oldPage(1, 20 * HOUR, 20 * HOUR, 'b'), oldPage(9, 3 * HOUR, 3 * HOUR, 'c'), END], undefined, { retentionMs: () => 24 * HOUR })
    expect(within.pages.every(({ gap }) => gap === null)).toBe(true)
  })
})

describe('a shard that was not read before', () => {
  it('is a gap where its due records had left the retention before it could be opened', async () => {
    const late = await read([sdkPage([], 'b', { MillisBehindLatest: 5000 }), sdkPage([5], 'c'), END], undefined, { retentionMs: () => 24 * HOUR, dueFrom: VIRTUAL_START - 25 * HOUR })
    // Told with the record that bounds it, and not with the empty page before.
    expect(late.pages.map(({ gap }) => gap?.reason ?? null)).toEqual([null, 'trimmed', null])
    expect(late.pages[1]?.gap).toMatchObject({ afterSequence: null, beforeSequence: '5' })
    const inTime = await read([sdkPage([5], 'c'), END], undefined, { retentionMs: () => 24 * HOUR, dueFrom: VIRTUAL_START - 23 * HOUR })
    expect(inTime.pages.every(({ gap }) => gap === null)).toBe(true)
  })

  it('bounds the gap by what had left the retention when an empty tip was seen, not when the shard was opened', async () => {
    const late = await read([sdkPage([], 'b', { MillisBehindLatest: 5000 }), sdkPage([], 'c'), END], undefined, { retentionMs: () => 24 * HOUR, dueFrom: VIRTUAL_START - 25 * HOUR, firstDelay: 10_000 })
    expect(late.pages[1]?.gap?.toTime).toBeGreaterThanOrEqual(VIRTUAL_START + 10_000 - 24 * HOUR)
  })

  it('is a gap where the retention was cut between its opening and its first page', async () => {
    let hours = 48
    const run = await read([oldPage(9, 3 * HOUR, 3 * HOUR, 'c'), END], undefined, {
      retentionMs: () => hours * HOUR,
      freshRetentionMs: async () => (hours = 24) * HOUR,
      dueFrom: VIRTUAL_START - 40 * HOUR,
    })
    expect(run.pages[0]?.gap).toMatchObject({ reason: 'trimmed', beforeSequence: '9' })
  })
})

describe('a checkpoint that was trimmed away', () => {
  const resumed: ShardStart = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '100', resumed: true }
  const RETENTION = 24 * 3_600_000

  it.each(['InvalidArgumentException', 'ResourceNotFoundException'])('is a gap when the server says %s', async (name) => {
    const run = await read([sdkPage([200], 'b'), END], resumed, { retentionMs: () => RETENTION, iterators: [sdkError(name), { ShardIterator: 'h' }] })
    expect(run.places[1]).toMatchObject({ ShardIteratorType: 'TRIM_HORIZON' })
    expect(run.numbers).toEqual(['200'])
    expect(run.pages[0]?.gap).toMatchObject({ reason: 'trimmed-checkpoint', afterSequence: '100', beforeSequence: '200' })
  })

  it('is a gap when the server starts at the horizon without a word', async () => {
    const run = await read([sdkPage([200], 'x'), sdkPage([200], 'b'), END], resumed, { retentionMs: () => RETENTION })
    expect(run.pages[0]?.gap).toMatchObject({ reason: 'trimmed-checkpoint', afterSequence: '100', beforeSequence: '200' })
    expect(run.numbers).toEqual(['200'])
  })

  it('is none when the horizon lies before it', async () => {
    const run = await read([sdkPage([99], 'x'), sdkPage([101], 'b'), END], resumed, { retentionMs: () => RETENTION })
    expect(run.pages.every(({ gap }) => gap === null)).toBe(true)
    expect(run.numbers).toEqual(['101'])
  })

  it('is not asked about when its number says that it is young', async () => {
    const seconds = Math.floor(VIRTUAL_START / 1000).toString(16).padStart(9, '0')
    const hex = `20000000000000000000000000000${seconds}000000002`
    const young: ShardStart = { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: String(BigInt(`0x${hex}`)), resumed: true }
    const run = await read([END], young, { retentionMs: () => RETENTION })
    expect(run.places).toHaveLength(1)
    expect(run.pages[0]?.gap).toBeNull()
  })

  it('is a gap too where an earlier run had begun at it and read nothing', async () => {
    const begun: ShardStart = { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '100', resumed: true }
    const run = await read([sdkPage([200], 'b'), END], begun, { retentionMs: () => RETENTION, iterators: [sdkError('InvalidArgumentException'), { ShardIterator: 'h' }] })
    // The record itself is missing as well.
    expect(run.pages[0]?.gap).toMatchObject({ reason: 'trimmed-checkpoint', afterSequence: '99', beforeSequence: '200' })
  })

  it('is the person’s mistake when it never was a checkpoint', async () => {
    const given: ShardStart = { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '100' }
    const run = await read([], given, { iterators: [sdkError('InvalidArgumentException')] })
    expect(run.error).toMatchObject({ name: 'InvalidArgumentException' })
  })
})
