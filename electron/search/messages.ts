import type { Failure } from '#shared/model/error.ts'
import type { RecordDetail, RecordRow, RecordTag } from '#shared/model/record.ts'
import type { Histogram, RowSetProgress } from '#shared/model/row-set.ts'
import type { Order } from './block-walk.ts'

/** What the pool asks a search worker, by name: every call has one answer. */
export interface Calls {
  /** `isLive`: a writer has told of changes of this file, so that the set follows it. */
  openRows: { input: { rowSetId: string; path: string; query: string; isLive: boolean }; output: RowSetProgress }
  page: { input: { rowSetId: string; offset: number; limit: number }; output: RowsPage }
  histogram: { input: { rowSetId: string; buckets: number }; output: Histogram }
  stopRows: { input: { rowSetId: string }; output: null }
  closeRows: { input: { rowSetId: string }; output: null }
  detail: { input: { path: string; id: number }; output: RecordDetail }
  bytes: { input: { path: string; id: number; offset: number; length: number }; output: { dataBase64: string; size: number } }
  /** What there is to count now, so that several workers count parts of the same. */
  extent: { input: { path: string; query: string }; output: { lastRow: number; lastBlock: number } }
  count: { input: { path: string; query: string; lastRow: number; lastBlock: number; part: number; parts: number }; output: { count: number; scanned: number } }
  /** Closes what is open of a file, its row sets too. */
  forget: { input: { path: string }; output: null }
  close: { input: null; output: null }
}
export type CallName = keyof Calls

export interface RowsPage {
  version: number
  matched: number
  rows: RecordRow[]
}

export interface ScanRequest {
  path: string
  query: string
  order: Order
  limit: number | null
  follow: boolean
  /** Only rows up to this one; null for all there are. */
  lastRow: number | null
}

export type ToWorker =
  | { [Name in CallName]: { kind: 'call'; id: number; name: Name; input: Calls[Name]['input'] } }[CallName]
  | { kind: 'cancel'; id: number }
  | { kind: 'changed'; path: string }
  | { kind: 'scan'; scanId: number; request: ScanRequest }
  /** One more batch may be sent: the back-pressure of a scan. */
  | { kind: 'more'; scanId: number }
  | { kind: 'stop'; scanId: number }

export type FromWorker =
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'failure'; id: number; failure: Failure }
  | { kind: 'progress'; progress: RowSetProgress }
  | { kind: 'closed'; rowSetId: string }
  | { kind: 'batch'; scanId: number; batch: PackedBatch }
  | { kind: 'end'; scanId: number; failure: Failure | null }
  | { kind: 'slow'; name: string; ms: number }

/** Batches that a scan sends ahead of what was asked for. */
export const BATCHES_AHEAD = 2
/** Records and bytes of data in a batch; a single record may be larger. */
export const BATCH_RECORDS = 256
export const BATCH_BYTES = 1024 * 1024

/** Records with their data in one buffer, which is transferred and not copied: `ends` are where each one's data ends in it. */
export interface PackedBatch {
  records: Omit<ScannedRecord, 'data'>[]
  ends: number[]
  data: ArrayBuffer
  /** Rows looked at or ruled out so far. */
  scanned: number
}

/** A whole record of a capture, as export, replay and the CLI need it. */
export interface ScannedRecord {
  id: number
  shardId: string
  sequenceNumber: string
  subsequence: number
  arrival: number
  partitionKey: string
  explicitHashKey: string | null
  /** Only where it has any. */
  tags?: RecordTag[]
  data: Uint8Array
}

export interface ScannedBatch {
  records: ScannedRecord[]
  scanned: number
}
