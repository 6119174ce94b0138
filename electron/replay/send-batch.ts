import type { PutEntry, PutResult } from '../kinesis/producer.ts'

/** What became of one entry: stored, refused for good, or asked for without an answer. */
export type SendResult = { readonly state: 'acknowledged' } | Exclude<PutResult, { state: 'acknowledged' }>

export interface SendContext {
  /** Ends retrying, and cuts off what is under way. */
  readonly signal: AbortSignal
  /** So many entries were throttled and go out again. */
  readonly onRetry: (entries: number) => void
}

/**
 * Sends at most 500 entries and 5 MiB and sees them through: retries those that were
 * throttled, never those that were acknowledged or may have been stored.
 * Resolves with one result per entry, in their order. Throws where no request can succeed
 * any more (access denied, no such stream) and nothing of the batch was stored.
 */
export type SendBatch = (entries: readonly PutEntry[], context: SendContext) => Promise<readonly SendResult[]>
