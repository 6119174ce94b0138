import { describe, expect, it } from 'vitest'
import { putRecords } from '../../../electron/kinesis/producer.ts'
import type { PutAttempt, PutEntry, PutOptions } from '../../../electron/kinesis/producer.ts'
import { scriptedKinesis, sdkError, socketError } from '../../fakes/scripted-kinesis.ts'
import type { Script } from '../../fakes/scripted-kinesis.ts'
import { createVirtualClock } from '../../fakes/virtual-clock.ts'

const entries = (count: number, size = 10): PutEntry[] =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `k${n}`, explicitHashKey: null, data: Buffer.alloc(size, n % 256) }))

interface Input {
  Records: { PartitionKey: string; Data: Uint8Array; ExplicitHashKey?: string }[]
}
const records = (input: Record<string, unknown>) => (input as unknown as Input).Records
const stored = (n: number) => ({ ShardId: 'shard', SequenceNumber: String(n) })
const refused = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' }
const storeAll = (input: Record<string, unknown>) => ({ Records: records(input).map((_, n) => stored(n)) })

const put = async (list: PutEntry[], script: Script, options: Partial<PutOptions> = {}, single?: Script) => {
  const clock = createVirtualClock()
  const attempts: PutAttempt[] = []
  const client = scriptedKinesis(clock, { PutRecords: script, ...(single === undefined ? {} : { PutRecord: single }) })
  const results = await putRecords(client, { arn: 'arn' }, list, {
    clock,
    signal: new AbortController().signal,
    onAttempt: (attempt) => attempts.push(attempt),
    ...options,
  })
  return { results, attempts, client, clock, states: results.map(({ state }) => state) }
}

describe('putting records', () => {
  it('sends at most 500 records and 10 MiB a call', async () => {
    const many = await put(entries(1201), storeAll)
    expect(many.client.inputs('PutRecords').map((input) => records(input).length)).toEqual([500, 500, 201])
    expect(new Set(many.states)).toEqual(new Set(['acknowledged']))
    const large = await put(entries(12, 1024 * 1024 - 2), storeAll)
    expect(large.client.inputs('PutRecords').map((input) => records(input).length)).toEqual([10, 2])
  })

  it('sends only what failed again, with backoff', async () => {
    const { states, client, attempts, clock } = await put(entries(5), [
      { Records: [stored(1), refused, stored(2), refused, stored(3)] },
      { Records: [refused, stored(4)] },
      storeAll,
    ])
    expect(states).toEqual(Array.from({ length: 5 }, () => 'acknowledged'))
    expect(client.inputs('PutRecords').map((input) => records(input).map(({ PartitionKey }) => PartitionKey))).toEqual([
      ['k0', 'k1', 'k2', 'k3', 'k4'],
      ['k1', 'k3'],
      ['k1'],
    ])
    expect(attempts.map(({ sent, acknowledged, retried }) => [sent, acknowledged, retried])).toEqual([[5, 3, 2], [2, 1, 1], [1, 1, 0]])
    expect(clock.now()).toBeGreaterThan(0)
  })

  it('fails an entry that is refused for good', async () => {
    const { results, attempts } = await put(entries(2), (input) => ({ Records: records(input).map(({ PartitionKey }) => (PartitionKey === 'k0' ? stored(1) : refused)) }))
    expect(results[0]?.state).toBe('acknowledged')
    expect(results[1]).toEqual({ state: 'failed', reason: 'ProvisionedThroughputExceededException: slow down' })
    expect(attempts.length).toBeGreaterThan(10)
  })

  it.each([
    ['a lost connection', socketError('ECONNRESET')],
    ['no answer', 'hang'],
    ['a failing server', sdkError('InternalFailure', { $metadata: { httpStatusCode: 500 } })],
  ] as const)('calls entries unknown after %s, and does not send them again', async (_, reply) => {
    const { states, client } = await put(entries(2), [reply])
    expect(states).toEqual(['unknown', 'unknown'])
    expect(client.calls).toHaveLength(1)
  })

  it('calls an entry unknown that the answer leaves out', async () => {
    expect((await put(entries(2), [{ Records: [stored(1)] }])).states).toEqual(['acknowledged', 'unknown'])
  })

  it('tries again when nothing was delivered, and when the whole call was throttled', async () => {
    const { states } = await put(entries(2), [socketError('ECONNREFUSED'), sdkError('KMSThrottlingException'), storeAll])
    expect(states).toEqual(['acknowledged', 'acknowledged'])
  })

  it('finds the one entry that makes a call invalid', async () => {
    const { results } = await put(entries(9), (input) =>
      records(input).some(({ PartitionKey }) => PartitionKey === 'k6') ? sdkError('InvalidArgumentException') : storeAll(input),
    )
    expect(results.map(({ state }) => state === 'failed')).toEqual(Array.from({ length: 9 }, (_, n) => n === 6))
  })

  it('throws where nothing can be stored, and fails the rest where something was', async () => {
    await expect(put(entries(2), [sdkError('AccessDeniedException')])).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const { states } = await put(entries(700), [storeAll, sdkError('ResourceNotFoundException')])
    expect([states[0], states[499], states[500], states[699]]).toEqual(['acknowledged', 'acknowledged', 'failed', 'failed'])
  })

  it('sends nothing more after an abort', async () => {
    const stop = new AbortController()
    const { states } = await put(
      entries(700),
      [
        (input) => {
          stop.abort(new Error('enough'))
          return storeAll(input)
        },
      ],
      { signal: stop.signal },
    )
    expect(states[699]).toBe('failed')
    expect(states.slice(0, 500)).not.toContain('failed')
  })

  it('keeps the order of each key on request: one at a time, each after the last', async () => {
    const list: PutEntry[] = Array.from({ length: 12 }, (_, n) => ({ partitionKey: `k${n % 3}`, explicitHashKey: null, data: Buffer.from([n]) }))
    let next = 0
    const { states, client } = await put(list, [], { keepKeyOrder: true }, (_, call) => {
      next += 1
      return call === 4 ? sdkError('ProvisionedThroughputExceededException') : { ShardId: 's', SequenceNumber: String(next) }
    })
    expect(new Set(states)).toEqual(new Set(['acknowledged']))
    const sent = Map.groupBy(client.inputs('PutRecord'), ({ PartitionKey }) => PartitionKey)
    for (const inputs of sent.values()) {
      const bytes = inputs.map(({ Data }) => (Data as Uint8Array)[0] ?? 0)
      expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
      expect(inputs[0]?.['SequenceNumberForOrdering']).toBeUndefined()
      expect(inputs.at(-1)?.['SequenceNumberForOrdering']).toBeDefined()
    }
  })

  it('passes the explicit hash key on', async () => {
    const { client } = await put([{ partitionKey: 'k', explicitHashKey: '17', data: Buffer.alloc(0) }], storeAll)
    expect(records(client.inputs('PutRecords')[0] ?? {})).toEqual([{ PartitionKey: 'k', ExplicitHashKey: '17', Data: Buffer.alloc(0) }])
  })
})
