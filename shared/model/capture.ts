import { z } from 'zod'
import { Failure } from './error.ts'
import { StartPosition, StopCondition } from './stream.ts'

/** Something that should be in the capture and isn't, and why. */
export const Gap = z.object({
  id: z.number().int(),
  shardId: z.string(),
  reason: z.enum(['trimmed', 'expired-iterator', 'ring', 'trimmed-checkpoint', 'shard-expired', 'lost', 'filtered-out']),
  /** One sentence for the table's warning row. */
  detail: z.string(),
  /** Exclusive bounds where they are known: decimal sequence numbers. */
  afterSequence: z.string().nullable(),
  beforeSequence: z.string().nullable(),
  /** Time range in ms since the epoch where it is known. */
  fromTime: z.number().nullable(),
  toTime: z.number().nullable(),
})
export type Gap = z.infer<typeof Gap>

export const CaptureState = z.enum([
  'starting', // its worker opens the file and asks for the shards
  'reading',
  'paused',
  'complete', // its stop condition was met
  'stopped', // by a person, or opened from a file
  'failed',
])
export type CaptureState = z.infer<typeof CaptureState>

export const ShardProgress = z.object({
  shardId: z.string(),
  state: z.enum(['waiting', 'reading', 'caught-up', 'throttled', 'ended', 'left-out']),
  records: z.number().int(),
  /** Arrival of the last record read, ms since the epoch. */
  reached: z.number().nullable(),
  millisBehind: z.number().nullable(),
})
export type ShardProgress = z.infer<typeof ShardProgress>

/** A capture file, or a view that has no name yet: what the library lists and a tab shows. */
export const CaptureInfo = z.object({
  id: z.string(),
  /** Null for a view that was not kept. */
  name: z.string().nullable(),
  path: z.string(),
  connectionId: z.string().nullable(),
  streamName: z.string(),
  streamArn: z.string(),
  endpoint: z.string().nullable(),
  region: z.string(),
  account: z.string().nullable(),
  from: StartPosition,
  /** The query that a record had to match to be stored; null: all are. */
  filter: z.string().nullable(),
  /** Records that were read and did not match it. */
  filtered: z.number().int(),
  state: CaptureState,
  failure: Failure.nullable(),
  records: z.number().int(),
  /** Bytes of payload. */
  bytes: z.number().int(),
  /** Bytes of the file on disk. */
  fileSize: z.number().int(),
  gaps: z.number().int(),
  firstArrival: z.number().nullable(),
  lastArrival: z.number().nullable(),
  createdAt: z.number(),
  /**
   * Of a kept capture that is not read here. `interrupted`: its Kinescope ended while it was being read, and it can be resumed;
   * `elsewhere`: another Kinescope is writing it.
   */
  held: z.enum(['interrupted', 'elsewhere']).optional(),
})
export type CaptureInfo = z.infer<typeof CaptureInfo>

/** Counters of a running capture, a few times a second. */
export const CaptureProgress = CaptureInfo.extend({
  recordsPerSecond: z.number(),
  bytesPerSecond: z.number(),
  /** The worst shard's distance from its tip in ms; null until known. */
  millisBehind: z.number().nullable(),
  /** GetRecords calls per second on the busiest shard, and what the budget allows of 5. */
  readsPerSecond: z.number(),
  readBudget: z.number(),
  /** How it is read: by GetRecords, or by the subscriptions of a registered consumer (enhanced fan-out). */
  way: z.enum(['polling', 'fan-out']),
  /** Why shards are read by polling though fan-out was asked for, in a sentence; null where none is. */
  fallback: z.string().nullable(),
  /** The server's time at which its range ends, ms since the epoch; null where it has no end in time. */
  end: z.number().nullable(),
  /** Ms until its stop condition is met, at the pace of the last seconds; null where nobody can tell. */
  remaining: z.number().nullable(),
  shards: z.array(ShardProgress),
})
export type CaptureProgress = z.infer<typeof CaptureProgress>

/** The least size that a ring can be kept within, bytes. */
export const LEAST_RING = 16 * 1024 * 1024

/** What is to be read into a capture, how, and when it ends: at the first of its conditions that is met. */
export const ReadingRequest = z.object({
  connectionId: z.string(),
  /** Name or ARN. */
  stream: z.string().min(1).max(2048),
  /** Null: from the file's checkpoints, or LATEST in a new one. */
  from: StartPosition.nullable(),
  until: StopCondition,
  /** Records to store in this run. */
  maxRecords: z.number().int().positive().nullable(),
  /** Bytes of payload to store in this run; the record that reaches it is stored. */
  maxBytes: z.number().int().positive().nullable().default(null),
  /** Only records that match this query are stored. Null: all, or in a file that is continued those that it was begun for. */
  filter: z.string().max(10_000).nullable().default(null),
  /** The file is kept within so many bytes: the oldest records go first, and a gap says so. Null: it grows. */
  capBytes: z.number().int().min(LEAST_RING).nullable().default(null),
  /** Read by enhanced fan-out: registers a consumer with the stream, which is a write and costs money, and removes it at the end. */
  fanOut: z.boolean().default(false),
})
export type ReadingRequest = z.infer<typeof ReadingRequest>

/** A capture into a file of one's choice, as the CLI's `capture` asks for it. */
export const CaptureRequest = ReadingRequest.extend({ path: z.string().min(1).max(4096) })
export type CaptureRequest = z.infer<typeof CaptureRequest>
