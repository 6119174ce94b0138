import { PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { fullJitter } from './clock.ts'
import type { Clock } from './clock.ts'
import { faultOf } from './fault.ts'
import { DEADLINE, withDeadline } from './request.ts'
import type { KinesisSender } from './server-date.ts'

export interface PutEntry {
  partitionKey: string
  /** Decimal, as in PutRecord; null lets the key place the record. */
  explicitHashKey: string | null
  data: Uint8Array
}

/** What became of one entry. Unknown: no answer came, it may be stored. */
export type PutResult =
  | { state: 'acknowledged'; shardId: string; sequenceNumber: string }
  | { state: 'failed'; reason: string }
  | { state: 'unknown'; reason: string }

/** One call of PutRecords or PutRecord and what it brought, by number of entries. */
export interface PutAttempt {
  sent: number
  acknowledged: number
  /** Refused for now: they go out again after `delay` ms. */
  retried: number
  failed: number
  unknown: number
  delay: number
}

export interface PutOptions {
  signal: AbortSignal
  clock: Pick<Clock, 'now' | 'sleep' | 'random'>
  onAttempt?: (attempt: PutAttempt) => void
  /** Records of one partition key are stored in the order of `entries`: one at a time for each key. Slower by far. */
  keepKeyOrder?: boolean
}

/** Entries of one call, and their bytes of data and keys: 500 and 10 MiB (PutRecords in the API reference). */
const MOST_ENTRIES = 500
const MOST_BYTES = 10 * 1024 * 1024
/** How often an entry goes out before its throttling or failing counts as its end: about a minute of backoff. */
const MOST_TRIES = 24
const KEYS_AT_A_TIME = 32

type Context = Omit<PutOptions, 'clock'> & { clock: Clock }

const sizeOf = ({ data, partitionKey }: PutEntry): number => data.length + Buffer.byteLength(partitionKey)

const inCalls = (entries: readonly number[], all: readonly PutEntry[]): number[][] => {
  const calls: number[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const at of entries) {
    const entry = all[at]
    if (entry === undefined) continue
    const size = sizeOf(entry)
    const last = calls.at(-1)
    if (last !== undefined && last.length < MOST_ENTRIES && bytes + size <= MOST_BYTES) {
      last.push(at)
      bytes += size
    } else {
      calls.push([at])
      bytes = size
    }
  }
  return calls
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Stores entries in a stream. Retries with full-jitter backoff those that the server refused for now, and only
 * those; one that was sent and not answered for is `unknown` and not sent again, as it may have been stored. The
 * results stand in the order of the entries. Throws where no call can succeed (access denied, no such stream)
 * if nothing of it was stored; else what is left has `failed`. After an abort what was not sent has `failed`.
 */
export const putRecords = async (
  client: KinesisSender,
  stream: { arn: string },
  entries: readonly PutEntry[],
  options: PutOptions,
): Promise<PutResult[]> => {
  const results: (PutResult | undefined)[] = entries.map(() => undefined)
  const context: Context = { ...options, clock: { wall: () => 0, ...options.clock } }
  let fatal: { error: unknown } | null = null
  const settle = (indexes: readonly number[], result: PutResult) => {
    for (const at of indexes) results[at] = result
  }
  const report = (attempt: Partial<PutAttempt> & { sent: number }) =>
    options.onAttempt?.({ acknowledged: 0, retried: 0, failed: 0, unknown: 0, delay: 0, ...attempt })
  const backoff = async (tries: number): Promise<number> => {
    const delay = fullJitter(tries, () => context.clock.random(), { base: 100 })
    await context.clock.sleep(delay, options.signal)
    return delay
  }

  /** What a failed call means for its entries: true, to try them again. */
  const judge = (error: unknown, indexes: readonly number[]): boolean => {
    const fault = faultOf(error, options.signal)
    const sent = indexes.length
    if (fault === 'aborted' || fault === 'network' || fault === 'server') {
      // A server that failed may have stored some of them; so may one whose answer was lost.
      settle(indexes, { state: 'unknown', reason: fault === 'aborted' ? 'Stopped before the answer came.' : messageOf(error) })
      report({ sent, unknown: sent })
      return false
    }
    if (fault === 'throttled' || fault === 'refused' || fault === 'clock-skew' || fault === 'stale-credentials') return true
    settle(indexes, { state: 'failed', reason: messageOf(error) })
    report({ sent, failed: sent })
    if (fault !== 'invalid-argument') fatal ??= { error }
    return false
  }

  const putCall = async (first: readonly number[]): Promise<void> => {
    let indexes = first
    for (let tries = 0; indexes.length > 0; tries += 1) {
      if (options.signal.aborted || fatal !== null) return
      const sent = indexes.length
      let again: number[] = []
      let reason = ''
      try {
        const input = indexes.flatMap((at) => toInput(entries[at]))
        const output = await withDeadline(
          (abortSignal) => client.send(new PutRecordsCommand({ StreamARN: stream.arn, Records: input }), { abortSignal }),
          DEADLINE.data,
          context,
        )
        for (const [place, at] of indexes.entries()) {
          const answer = output.Records?.[place]
          if (answer?.SequenceNumber && answer.ShardId) {
            results[at] = { state: 'acknowledged', shardId: answer.ShardId, sequenceNumber: answer.SequenceNumber }
          } else if (answer?.ErrorCode) {
            again.push(at)
            reason = `${answer.ErrorCode}: ${answer.ErrorMessage ?? ''}`
          } else results[at] = { state: 'unknown', reason: 'The answer did not say what became of it.' }
        }
      } catch (error) {
        if (faultOf(error, options.signal) === 'invalid-argument' && indexes.length > 1) {
          // One entry that can't be stored refuses all of its call: halve until it stands alone.
          const half = Math.ceil(indexes.length / 2)
          await putCall(indexes.slice(0, half))
          await putCall(indexes.slice(half))
          return
        }
        if (!judge(error, indexes)) return
        again = [...indexes]
        reason = messageOf(error)
      }
      const isLast = tries + 1 >= MOST_TRIES
      if (isLast) settle(again, { state: 'failed', reason })
      const settled = indexes.map((at) => results[at]?.state)
      const delay = again.length > 0 && !isLast ? await backoff(tries).catch(() => 0) : 0
      report({
        sent,
        acknowledged: settled.filter((state) => state === 'acknowledged').length,
        unknown: settled.filter((state) => state === 'unknown').length,
        failed: isLast ? again.length : 0,
        retried: isLast ? 0 : again.length,
        delay,
      })
      if (isLast) return
      indexes = again
    }
  }

  /** The entries of one key, one after the other, each told to come after the last. */
  const putInOrder = async (indexes: readonly number[]): Promise<void> => {
    let after: string | null = null
    for (const at of indexes) {
      for (let tries = 0; results[at] === undefined; tries += 1) {
        if (options.signal.aborted || fatal !== null) return
        try {
          const [input] = toInput(entries[at])
          if (input === undefined) return
          const ordering: { SequenceNumberForOrdering?: string } = after === null ? {} : { SequenceNumberForOrdering: after }
          const output = await withDeadline(
            (abortSignal) => client.send(new PutRecordCommand({ StreamARN: stream.arn, ...input, ...ordering }), { abortSignal }),
            DEADLINE.data,
            context,
          )
          after = output.SequenceNumber ?? after
          results[at] = { state: 'acknowledged', shardId: output.ShardId ?? '', sequenceNumber: output.SequenceNumber ?? '' }
          report({ sent: 1, acknowledged: 1 })
        } catch (error) {
          if (!judge(error, [at])) break
          if (tries + 1 >= MOST_TRIES) {
            results[at] = { state: 'failed', reason: messageOf(error) }
            report({ sent: 1, failed: 1 })
          } else report({ sent: 1, retried: 1, delay: await backoff(tries).catch(() => 0) })
        }
      }
    }
  }

  const all = [...entries.keys()]
  if (options.keepKeyOrder) {
    // One iterator for all who work: each takes the next chain.
    const chains = Map.groupBy(all, (at) => entries[at]?.partitionKey ?? '').values()
    const work = Array.from({ length: KEYS_AT_A_TIME }, async () => {
      for (const chain of chains) await putInOrder(chain)
    })
    await Promise.all(work)
  } else {
    for (const call of inCalls(all, entries)) await putCall(call)
  }
  const stop = fatal as { error: unknown } | null
  if (stop !== null && !results.some((result) => result?.state === 'acknowledged' || result?.state === 'unknown')) throw stop.error
  const unsent: PutResult = { state: 'failed', reason: stop === null ? 'Stopped before it was sent.' : messageOf(stop.error) }
  return results.map((result) => result ?? unsent)
}

const toInput = (entry: PutEntry | undefined) =>
  entry === undefined
    ? []
    : [
        {
          PartitionKey: entry.partitionKey,
          Data: entry.data,
          ...(entry.explicitHashKey === null ? {} : { ExplicitHashKey: entry.explicitHashKey }),
        },
      ]
