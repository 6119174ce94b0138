import type { GetRecordsCommandInput, GetRecordsCommandOutput } from '@aws-sdk/client-kinesis'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
import type { Failure } from '#shared/model/error.ts'
import type { RecordColumns } from '../kinesis/page-columns.ts'
import type { PreparedBlocks } from '../store/prepared-blocks.ts'

/** What a fetching thread is started with. */
export interface FetchJob {
  region: string
  endpoint: string | null
}

/** From the capture's thread to the one that fetches for it. */
export type ToFetcher =
  | { type: 'get'; id: number; input: GetRecordsCommandInput }
  | { type: 'abort'; id: number }
  /** Memory of a page that is stored, to be used again. */
  | { type: 'spare'; data: ArrayBuffer }
  | { type: 'credentials'; id: number; result: { credentials: AwsCredentialIdentity } | { failure: Failure } }

/** The parts of an error that readers and sentences look at. */
export interface SentError {
  name: string
  message: string
  code?: string
  hostname?: string
  $metadata?: { httpStatusCode?: number; requestId?: string }
  failure?: Failure
}

export type FromFetcher =
  | { type: 'ready' }
  /** `columns`: the records, which `output` is without then, and `blocks` their filters. */
  | { type: 'page'; id: number; output: GetRecordsCommandOutput; columns: RecordColumns | null; blocks: PreparedBlocks | null }
  | { type: 'failed'; id: number; error: SentError }
  | { type: 'credentials'; id: number }
  | { type: 'log'; line: string }
