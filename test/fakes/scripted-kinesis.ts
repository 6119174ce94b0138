import type { KinesisSender } from '../../electron/kinesis/server-date.ts'
import type { Clock } from '../../electron/kinesis/clock.ts'

type Operation =
  | 'GetShardIterator'
  | 'GetRecords'
  | 'ListShards'
  | 'DescribeStreamSummary'
  | 'ListStreams'
  | 'PutRecords'
  | 'PutRecord'

/** An answer, an error to throw, a call that never answers, or what makes one of these from the input. */
export type Reply = object | Error | 'hang' | ((input: Record<string, unknown>, call: number) => object | Error | 'hang')

/** What is answered for an operation: a list that is used up in order, or one function for all calls. */
export type Script = Reply[] | ((input: Record<string, unknown>, call: number) => object | Error | 'hang')

export interface ScriptedCall {
  operation: string
  input: Record<string, unknown>
  at: number
}

export interface ScriptedKinesis extends KinesisSender {
  readonly calls: ScriptedCall[]
  inputs(operation: Operation): Record<string, unknown>[]
}

/** An error as the SDK throws it. */
export const sdkError = (name: string, extra: object = {}): Error =>
  Object.assign(new Error(`${name} (scripted)`), { name, $metadata: { httpStatusCode: 400, requestId: 'scripted' } }, extra)

export const socketError = (code: string): Error => Object.assign(new Error(`${code} (scripted)`), { code })

const after = (ms: number): Date => new Date(Date.UTC(2026, 10, 23, 7, 0, 0) + ms)

/** A record as GetRecords returns it; `n` gives its sequence number and data. */
export const sdkRecord = (n: number | string, { at = 0, key = 'k' } = {}) => ({
  SequenceNumber: String(n),
  ApproximateArrivalTimestamp: after(at),
  PartitionKey: key,
  Data: Buffer.from(`record ${n}`),
})

/** A page of GetRecords. Without `next` the shard ends. */
export const sdkPage = (numbers: (number | string)[], next: string | null, extra: object = {}) => ({
  Records: numbers.map((n) => sdkRecord(n)),
  ...(next === null ? {} : { NextShardIterator: next }),
  MillisBehindLatest: 0,
  ...extra,
})

/**
 * A client whose answers are written down: for each operation a list that is used up in order, or one function for
 * all calls. Answers carry the virtual clock's time as the server's date. A call that hangs ignores its signal, as some do.
 */
export const scriptedKinesis = (clock: Clock, script: Partial<Record<Operation, Script>>): ScriptedKinesis => {
  const calls: ScriptedCall[] = []
  const used = new Map<string, number>()
  const answer = async (operation: Operation, input: Record<string, unknown>): Promise<object> => {
    const call = used.get(operation) ?? 0
    used.set(operation, call + 1)
    const replies = script[operation]
    const reply = Array.isArray(replies) ? replies[call] : replies
    if (reply === undefined) throw new Error(`the script has no answer number ${call + 1} for ${operation}`)
    const made = typeof reply === 'function' ? reply(input, call) : reply
    if (made === 'hang') return new Promise(() => {})
    if (made instanceof Error) throw made
    return { $metadata: { serverDate: Math.floor(clock.wall() / 1000) * 1000 }, ...made }
  }
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const operation = command.constructor.name.replace(/Command$/, '') as Operation
    calls.push({ operation, input: command.input, at: clock.now() })
    return answer(operation, command.input)
  }
  return {
    calls,
    inputs: (operation) => calls.filter((call) => call.operation === operation).map(({ input }) => input),
    send,
  }
}
