import type { Clock } from '../kinesis/clock.ts'
import { type PutEntry, type PutOptions, type PutResult, putRecords } from '../kinesis/producer.ts'

/** Only the state and the reason count here. */
export type SendResult = { readonly state: 'acknowledged' } | Exclude<PutResult, { state: 'acknowledged' }>

/** `signal` ends retrying and cuts off what is under way; `onAttempt` hears of each call and what goes out again. */
export type SendContext = Required<Pick<PutOptions, 'signal' | 'onAttempt'>>

/**
 * Sends at most 500 entries and 5 MiB and sees them through: retries those that were
 * throttled, never those that were acknowledged or may have been stored.
 * Resolves with one result per entry, in their order. Throws where no request can succeed
 * any more (access denied, no such stream) and nothing of the batch was stored.
 */
export type SendBatch = (entries: readonly PutEntry[], context: SendContext) => Promise<readonly SendResult[]>

/** Sends into the stream with this ARN. */
export function sendInto(client: Parameters<typeof putRecords>[0], arn: string, clock: Clock): SendBatch {
  return (entries, context) => putRecords(client, { arn }, entries, { ...context, clock })
}
