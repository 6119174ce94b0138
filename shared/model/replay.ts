import { z } from 'zod'
import { Failure } from './error.ts'

export const Pace = z.discriminatedUnion('type', [
  /** As fast as the target allows. */
  z.object({ type: z.literal('fastest') }),
  /** Records per second. */
  z.object({ type: z.literal('rate'), recordsPerSecond: z.number().positive() }),
  /** N times the original pace: 1 keeps the distances between arrivals, 2 halves them. */
  z.object({ type: z.literal('speed'), factor: z.number().positive() }),
])
export type Pace = z.infer<typeof Pace>

export const ReplayRequest = z.object({
  captureId: z.string(),
  /** Empty: every record. */
  query: z.string().max(10_000),
  target: z.object({ connectionId: z.string(), stream: z.string().min(1).max(2048) }),
  pace: Pace,
  /** Only rows of the capture up to this one, as its plan counted them: a live capture grows on. Null: all there are. */
  lastRow: z.number().int().nullable().default(null),
  /** The target's name as typed by the person, where the guard asks for it. */
  confirm: z.string().nullable(),
})
export type ReplayRequest = z.infer<typeof ReplayRequest>

export const ReplayShardLoad = z.object({
  shardId: z.string(),
  startingHashKey: z.string(),
  endingHashKey: z.string(),
  records: z.number().int(),
  bytes: z.number().int(),
  /** Share of the write limit (1,000 records/s or 1 MiB/s) in the busiest second: 1 is full. */
  peak: z.number(),
  busiestKey: z.string().nullable(),
  /** The busiest key's share of this shard's bytes, 0 to 1. */
  busiestKeyShare: z.number(),
})
export type ReplayShardLoad = z.infer<typeof ReplayShardLoad>

/** A dry run: what would be sent. Nothing has been written. */
export const ReplayPlan = z.object({
  /** The last row that was counted; sending with it sends what was planned. */
  lastRow: z.number().int(),
  records: z.number().int(),
  bytes: z.number().int(),
  firstArrival: z.number().nullable(),
  lastArrival: z.number().nullable(),
  /** Expected duration in ms at the chosen pace, within the shards' limits. */
  durationMs: z.number(),
  /** Records over the target's record size limit: they will fail. */
  oversize: z.number().int(),
  shards: z.array(ReplayShardLoad),
  target: z.object({
    connectionId: z.string(),
    label: z.string(),
    name: z.string(),
    arn: z.string(),
    account: z.string(),
    region: z.string(),
    environment: z.enum(['production', 'staging', 'development', 'local']),
    openShards: z.number().int(),
  }),
  /** The target is the capture's own stream. */
  sourceIsTarget: z.boolean(),
  /** The stream's name must be typed before sending: production, or source = target. */
  mustConfirm: z.boolean(),
  /** Records per bucket of the original time range, for the drawing: at most 200 buckets of `bucketMs`. */
  original: z.array(z.number().int()),
  bucketMs: z.number(),
})
export type ReplayPlan = z.infer<typeof ReplayPlan>

export const ReplayCounts = z.object({
  planned: z.number().int(),
  /** Handed to PutRecords at least once. */
  sent: z.number().int(),
  acknowledged: z.number().int(),
  /** Refused for good. */
  failed: z.number().int(),
  /** Sent, but no answer came: may or may not be stored. */
  unknown: z.number().int(),
})
export type ReplayCounts = z.infer<typeof ReplayCounts>

export const ReplayProgress = ReplayCounts.extend({
  replayId: z.string(),
  captureId: z.string(),
  /** "incident 4711 to orders-copy". */
  title: z.string(),
  query: z.string(),
  target: z.object({ connectionId: z.string(), name: z.string() }),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  failure: Failure.nullable(),
  /** Why the first record that was not acknowledged wasn't; null while all were, and for a replay of an earlier run. */
  firstReason: z.string().nullable(),
  startedAt: z.number(),
  recordsPerSecond: z.number(),
  /** Throttled entries that were sent again. */
  retried: z.number().int(),
  timeLeftMs: z.number().nullable(),
})
export type ReplayProgress = z.infer<typeof ReplayProgress>
