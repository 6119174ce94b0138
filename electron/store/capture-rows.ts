import { type Gap } from '#shared/model/capture.ts'
import { damagedCapture } from '#shared/model/damaged-capture.ts'
import type { KinescopeError } from '#shared/model/error.ts'
import type { RecordTag } from '#shared/model/record.ts'
import { decodeSequence, encodeSequence } from '#shared/model/sequence-number.ts'
import { type Shard, StartPosition } from '#shared/model/stream.ts'
import { pragmaNumber, type ReadableDB, type WritableDB } from './database.ts'

/** Where a capture comes from. */
export interface CaptureMeta {
  streamArn: string
  streamName: string
  /** Creation time of the stream, ms since the epoch: tells it from a re-created namesake. */
  streamCreatedAt: number | null
  endpoint: string | null
  region: string
  account: string | null
  connectionId: string | null
  from: StartPosition
  /** The server's time, ms, from which on all records belong to the capture, where the start alone does not tell; null: not known. */
  dueFrom: number | null
  /** The query that a record had to match to be stored; null: all are. */
  filter: string | null
  createdAt: number
  /** Name and version of the program that made the file. */
  tool: string
  name: string | null
}

/** A record as it comes from a stream. */
export interface NewRecord {
  sequenceNumber: string
  subsequence: number
  /** ms since the epoch. */
  arrival: number
  partitionKey: string
  explicitHashKey: string | null
  data: Uint8Array
  /** Decoded text where the data itself is not the text. */
  text: string | null
  /** Of a user record of a KPL aggregate; absent where it has none. */
  tags?: RecordTag[]
}

export interface ShardCheckpoint {
  /** Last record durably stored. */
  sequenceNumber: string | null
  ended: boolean
  /** Time (ms) to resume at while nothing was read. */
  heldFrom: number | null
}

export interface ShardWrite {
  shardId: string
  records: NewRecord[]
  checkpoint: ShardCheckpoint
  /** Records that the checkpoint covers and that the capture's filter left out; 0 unless told. */
  filtered?: number
}

export type NewGap = Omit<Gap, 'id'>

export interface CaptureCounters {
  records: number
  /** Bytes of payload. */
  bytes: number
  /** Bytes on disk, with what is still in the WAL. */
  fileSize: number
  gaps: number
  /** Records that were read and left out by the filter. */
  filtered: number
  firstArrival: number | null
  lastArrival: number | null
}

export interface StoredShard {
  shard: Shard
  checkpoint: ShardCheckpoint
  records: number
  /** Records that were read and left out by the filter. */
  filtered: number
}

export interface StoredRecord {
  id: number
  shardId: string
  sequenceNumber: string
  subsequence: number
  arrival: number
  partitionKey: string
  explicitHashKey: string | null
  data: Buffer
  /** Bytes of the whole data, which `data` may be the head of. */
  size: number
  text: string | null
  /** Only from `record` and a scan, and only where it has any. */
  tags?: RecordTag[]
}

/** A closed block of rows; rows after the last one are the open tail. */
export interface BlockInfo {
  id: number
  firstRow: number
  lastRow: number
  rows: number
  /** Bytes of data and text. */
  bytes: number
  firstArrival: number
  lastArrival: number
  /** False: it has no filter and must be read. */
  filtered: boolean
}

interface MetaRow {
  stream_arn: string
  stream_name: string
  stream_created_at: number | null
  endpoint: string | null
  region: string
  account: string | null
  connection_id: string | null
  start: string
  due_from?: number | null
  filter?: string | null
  created_at: number
  tool: string
  name: string | null
}

export function insertMeta(db: WritableDB, meta: CaptureMeta): void {
  db.prepare(
    `INSERT INTO capture (id, stream_arn, stream_name, stream_created_at, endpoint, region, account, connection_id, start, due_from, filter, created_at, tool, name)
     VALUES (1, @streamArn, @streamName, @streamCreatedAt, @endpoint, @region, @account, @connectionId, @start, @dueFrom, @filter, @createdAt, @tool, @name)`,
  ).run({
    ...meta,
    start: JSON.stringify(meta.from),
    createdAt: Math.round(meta.createdAt),
    dueFrom: rounded(meta.dueFrom),
    streamCreatedAt: meta.streamCreatedAt === null ? null : Math.round(meta.streamCreatedAt),
  })
}

export function readMeta(db: ReadableDB): CaptureMeta {
  const row = db.prepare<[], MetaRow>('SELECT * FROM capture').get()
  if (row === undefined) throw incomplete()
  const from = StartPosition.safeParse(parsed(row.start))
  if (!from.success) throw incomplete()
  return {
    streamArn: row.stream_arn,
    streamName: row.stream_name,
    streamCreatedAt: row.stream_created_at,
    endpoint: row.endpoint,
    region: row.region,
    account: row.account,
    connectionId: row.connection_id,
    from: from.data,
    // A file of version 1 that is only read has neither.
    dueFrom: row.due_from ?? null,
    filter: row.filter ?? null,
    createdAt: row.created_at,
    tool: row.tool,
    name: row.name,
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

function incomplete(): KinescopeError {
  return damagedCapture('The capture does not say which stream it is from.')
}

interface ShardRow {
  shard_id: string
  parent_shard_id: string | null
  adjacent_parent_shard_id: string | null
  starting_hash_key: string
  ending_hash_key: string
  starting_sequence: string
  ending_sequence: string | null
  checkpoint: Buffer | null
  ended: number
  held_from: number | null
  records: number
  filtered?: number
}

/** All shards, in the order in which they were put. */
export function readShards(db: ReadableDB): StoredShard[] {
  return db
    .prepare<[], ShardRow>('SELECT * FROM shard ORDER BY number')
    .all()
    .map((row) => ({
      records: row.records,
      filtered: row.filtered ?? 0,
      shard: {
        shardId: row.shard_id,
        parentShardId: row.parent_shard_id,
        adjacentParentShardId: row.adjacent_parent_shard_id,
        startingHashKey: row.starting_hash_key,
        endingHashKey: row.ending_hash_key,
        startingSequenceNumber: row.starting_sequence,
        endingSequenceNumber: row.ending_sequence,
      },
      checkpoint: {
        sequenceNumber: row.checkpoint === null ? null : decodeSequence(row.checkpoint),
        ended: row.ended !== 0,
        heldFrom: row.held_from,
      },
    }))
}

export function upsertShards(db: WritableDB, shards: readonly Shard[]): void {
  const upsert = db.prepare(
    `INSERT INTO shard (shard_id, parent_shard_id, adjacent_parent_shard_id, starting_hash_key, ending_hash_key, starting_sequence, ending_sequence)
     VALUES (@shardId, @parentShardId, @adjacentParentShardId, @startingHashKey, @endingHashKey, @startingSequenceNumber, @endingSequenceNumber)
     ON CONFLICT (shard_id) DO UPDATE SET
       parent_shard_id = coalesce(excluded.parent_shard_id, parent_shard_id),
       adjacent_parent_shard_id = coalesce(excluded.adjacent_parent_shard_id, adjacent_parent_shard_id),
       starting_hash_key = excluded.starting_hash_key,
       ending_hash_key = excluded.ending_hash_key,
       starting_sequence = excluded.starting_sequence,
       ending_sequence = coalesce(excluded.ending_sequence, ending_sequence)`,
  )
  for (const shard of shards) upsert.run(shard)
}

interface GapRow {
  id: number
  shard_id: string
  reason: Gap['reason']
  detail: string
  after_sequence: string | null
  before_sequence: string | null
  from_time: number | null
  to_time: number | null
}

export function readGaps(db: ReadableDB): Gap[] {
  return db
    .prepare<[], GapRow>('SELECT * FROM gap ORDER BY id')
    .all()
    .map((row) => ({
      id: row.id,
      shardId: row.shard_id,
      reason: row.reason,
      detail: row.detail,
      afterSequence: row.after_sequence,
      beforeSequence: row.before_sequence,
      fromTime: row.from_time,
      toTime: row.to_time,
    }))
}

export function insertGaps(db: WritableDB, gaps: readonly NewGap[]): void {
  const insert = db.prepare(
    `INSERT INTO gap (shard_id, reason, detail, after_sequence, before_sequence, from_time, to_time)
     VALUES (@shardId, @reason, @detail, @afterSequence, @beforeSequence, @fromTime, @toTime)`,
  )
  for (const gap of gaps) insert.run({ ...gap, fromTime: rounded(gap.fromTime), toTime: rounded(gap.toTime) })
}

function rounded(time: number | null): number | null {
  return time === null ? null : Math.round(time)
}

/** Not in a file of version 1 that is only read. */
function hasFiltered(db: ReadableDB): boolean {
  return pragmaNumber(db, 'user_version') >= 2
}

/** All counters but the file's size. */
export function readCounters(db: ReadableDB): Omit<CaptureCounters, 'fileSize'> {
  const row = db
    .prepare<[], Omit<CaptureCounters, 'fileSize'>>(
      `SELECT records, bytes, (SELECT count(*) FROM gap) AS gaps, ${hasFiltered(db) ? '(SELECT coalesce(sum(filtered), 0) FROM shard)' : '0'} AS filtered,
         (SELECT min(arrival) FROM record) AS firstArrival, (SELECT max(arrival) FROM record) AS lastArrival FROM counter`,
    )
    .get()
  if (row === undefined) throw incomplete()
  return row
}

/** The later of two checkpoints' sequences: a checkpoint never moves back. */
export function laterSequence(stored: Uint8Array | null, next: string | null): Uint8Array | null {
  if (next === null) return stored
  const encoded = encodeSequence(next)
  return stored !== null && Buffer.compare(stored, encoded) >= 0 ? stored : encoded
}
