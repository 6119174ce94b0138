import type { PutRecordsCommandInput } from '@aws-sdk/client-kinesis'
import type { Clock } from '../../../electron/kinesis/clock.ts'
import { putRecords } from '../../../electron/kinesis/producer.ts'
import type { ReplayRecord } from '../../../electron/replay/replay-record.ts'
import type { SendBatch } from '../../../electron/replay/send-batch.ts'

type Client = Parameters<typeof putRecords>[0]

/** What the server does with one call. `entries` has a verdict for each record, in turn. */
export type Answer =
  | { kind: 'answers'; entries: ('stored' | 'throttled' | 'internal')[] }
  /** No answer comes; the records were stored or not. */
  | { kind: 'lost'; stored: boolean }
  | { kind: 'throttles' }
  | { kind: 'error'; name: string }
  | { kind: 'hangs' }

export interface Call {
  /** Ids of the records, which stand at the start of their data. */
  ids: number[]
  at: number
}

const fail = (name: string) => Object.assign(new Error(name), { name })
const idOf = (data: Uint8Array | undefined): number => Number(Buffer.from(data ?? []).toString('utf8').split(':')[0])

/** A server that follows a script, and remembers what it was asked and what it stored. */
export const scriptedKinesis = (clock: Clock, script: (call: Call, number: number) => Answer, latency: () => number = () => 20) => {
  const calls: Call[] = []
  const acknowledged: number[] = []
  const stored: number[] = []
  const listeners: ((call: Call) => void)[] = []
  /** Calls that were not answered yet. */
  const underWay = new Set<Call>()
  const client = {
    async send({ input }: { input: PutRecordsCommandInput }, options?: { abortSignal?: AbortSignal }) {
      const ids = (input.Records ?? []).map(({ Data }) => idOf(Data))
      const call = { ids, at: clock.now() }
      calls.push(call)
      for (const listener of listeners) listener(call)
      underWay.add(call)
      const answer = script(call, calls.length)
      try {
        if (answer.kind === 'hangs') await clock.sleep(1e9, options?.abortSignal)
        await clock.sleep(latency(), options?.abortSignal)
      } finally {
        underWay.delete(call)
      }
      if (answer.kind === 'error') throw fail(answer.name)
      if (answer.kind === 'throttles') throw fail('LimitExceededException')
      if (answer.kind === 'lost') {
        if (answer.stored) stored.push(...ids)
        throw fail('TimeoutError')
      }
      return {
        Records: ids.map((id, at) => {
          const verdict = answer.kind === 'answers' ? answer.entries[at % answer.entries.length] : undefined
          if (verdict === 'throttled') return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' }
          if (verdict === 'internal') return { ErrorCode: 'InternalFailure', ErrorMessage: 'oops' }
          stored.push(id)
          acknowledged.push(id)
          return { SequenceNumber: String(stored.length), ShardId: 'shardId-000000000000' }
        }),
      }
    },
  } as unknown as Client
  const send: SendBatch = (entries, { signal, onRetry }) =>
    putRecords(client, { arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/target' }, entries, {
      signal,
      clock,
      onAttempt: ({ retried }) => {
        if (retried > 0) onRetry(retried)
      },
    })
  return { send, calls, underWay, acknowledged, stored, onCall: (listener: (call: Call) => void) => void listeners.push(listener) }
}

export const record = (id: number, partitionKey: string, rest: Partial<ReplayRecord> & { size?: number } = {}): ReplayRecord => {
  const { size = 0, ...fields } = rest
  return { id, arrival: 1_000_000 + id, partitionKey, explicitHashKey: null, data: Buffer.from(`${id}:${'x'.repeat(size)}`), ...fields }
}

export async function* inBatches(records: readonly ReplayRecord[], size = 500): AsyncGenerator<readonly ReplayRecord[], void, void> {
  for (let at = 0; at < records.length; at += size) yield records.slice(at, at + size)
}
