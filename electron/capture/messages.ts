import type { CaptureProgress } from '#shared/model/capture.ts'
import type { Connection } from '#shared/model/connection.ts'
import type { Failure } from '#shared/model/error.ts'
import type { StartPosition, StopCondition } from '#shared/model/stream.ts'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
import type { TurnEvent } from '../kinesis/leased-turns.ts'
import type { Turn } from '../kinesis/shared-budget.ts'

/** Counters, state and failure of a capture; its id is its owner's business. A failure beside the state `reading` is what it is fighting with. */
export type CaptureSnapshot = Omit<CaptureProgress, 'id'>

/** What to capture, as it goes into the worker. */
export interface CaptureJob {
  path: string
  mode: 'create' | 'continue' | 'create-or-continue'
  /** Commits survive power loss. */
  durable: boolean
  /** A view on a screen: it takes so many bytes a second and shards at most. */
  isView: boolean
  /** Bytes of content that are kept, the oldest go first; null: all. */
  capBytes: number | null
  connection: Connection
  stream: { name: string; arn: string }
  /** Null: LATEST in a new file. An existing one goes on from its checkpoints in any case. */
  from: StartPosition | null
  until: StopCondition
  /** Records to store in this run, exactly. */
  maxRecords: number | null
  /** Bytes of payload to store in this run, with the record that reaches it. */
  maxBytes: number | null
  /** Only what matches this query is stored; null: all, or in an existing file what it was begun for. */
  filter: string | null
  /** Read by the subscriptions of this consumer, which is registered and ACTIVE; null: by polling. */
  fanOut: { consumerArn: string } | null
  /** GetRecords calls a second and shard; Infinity: not governed. */
  readsPerSecond: number
  /** Every call is dealt by the main thread, over all readers of the process; `readsPerSecond` is only what is shown. */
  dealtTurns: boolean
  name: string | null
  tool: string
}

/** From the main thread to the worker. */
export type ToWorker =
  | { type: 'credentials'; id: number; result: { credentials: AwsCredentialIdentity } | { failure: Failure } }
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'keep'; id: number; name: string }
  | { type: 'budget'; readsPerSecond: number }
  | { type: 'turn'; turn: Turn }
  | { type: 'stop' }

/** From the worker to the main thread. `final` is the last one. */
export type FromWorker =
  | { type: 'credentials'; id: number }
  | { type: 'progress'; snapshot: CaptureSnapshot }
  | { type: 'turns'; event: TurnEvent }
  | { type: 'kept'; id: number; failure: Failure | null }
  | { type: 'log'; line: string }
  | { type: 'final'; snapshot: CaptureSnapshot }
