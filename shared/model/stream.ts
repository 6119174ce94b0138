import { z } from 'zod'

/** One line of the tree. Numbers that only a describe call knows are null until it was made. */
export const StreamSummary = z.object({
  name: z.string(),
  arn: z.string(),
  account: z.string(),
  region: z.string(),
  status: z.enum(['CREATING', 'DELETING', 'ACTIVE', 'UPDATING']),
  mode: z.enum(['PROVISIONED', 'ON_DEMAND']).nullable(),
})
export type StreamSummary = z.infer<typeof StreamSummary>

/** A shard as ListShards tells it. Hash keys and sequence numbers are decimal strings. */
export const Shard = z.object({
  shardId: z.string(),
  parentShardId: z.string().nullable(),
  adjacentParentShardId: z.string().nullable(),
  startingHashKey: z.string(),
  endingHashKey: z.string(),
  startingSequenceNumber: z.string(),
  /** Null while the shard is open. */
  endingSequenceNumber: z.string().nullable(),
})
export type Shard = z.infer<typeof Shard>

/** DescribeStreamSummary and ListShards together. */
export const StreamDetail = StreamSummary.extend({
  /** Creation time in ms since the epoch: tells a stream from its re-created namesake. */
  createdAt: z.number(),
  openShards: z.number().int(),
  closedShards: z.number().int(),
  retentionHours: z.number().int(),
  encryption: z.enum(['NONE', 'KMS']),
  /** Key id or alias, for KMS. */
  encryptionKey: z.string().nullable(),
  consumers: z.number().int(),
  /** Data and partition key of one record, in bytes: 1 MiB unless UpdateMaxRecordSize allowed more. */
  maxRecordBytes: z.number().int(),
  shards: z.array(Shard),
})
export type StreamDetail = z.infer<typeof StreamDetail>

/** Where reading starts. Times are ms since the epoch; sequence numbers are decimal strings. */
export const StartPosition = z.discriminatedUnion('type', [
  z.object({ type: z.literal('TRIM_HORIZON') }),
  z.object({ type: z.literal('LATEST') }),
  z.object({ type: z.literal('AT_TIMESTAMP'), at: z.number() }),
  /** Reads this shard and its descendants only. */
  z.object({
    type: z.enum(['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']),
    shardId: z.string().min(1).max(128),
    sequenceNumber: z.string().regex(/^\d{1,129}$/),
  }),
])
export type StartPosition = z.infer<typeof StartPosition>

/** Where reading stops. `now` is the server's time at the start. */
export const StopCondition = z.discriminatedUnion('type', [
  z.object({ type: z.literal('never') }),
  z.object({ type: z.literal('now') }),
  /** An instant, in ms since the epoch: reads on until each shard's tip is past it. */
  z.object({ type: z.literal('time'), at: z.number() }),
  /** Runs for this long, in ms. */
  z.object({ type: z.literal('duration'), ms: z.number().positive() }),
])
export type StopCondition = z.infer<typeof StopCondition>
