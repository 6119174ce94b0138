import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { setImmediate as otherWork } from 'node:timers/promises'
import { KinescopeError } from '#shared/model/error.ts'
import { compareSequences } from '#shared/model/sequence-number.ts'
import type { Shard } from '#shared/model/stream.ts'
import { fileExists, moveCapture, removeCapture } from './capture-file.ts'
import { type CaptureMeta, type NewGap, readGaps, readMeta, readShards, type ShardCheckpoint, type ShardWrite, type StoredShard } from './capture-rows.ts'
import { type CaptureWriter, createCapture } from './capture-writer.ts'
import type { ReadableDB } from './database.ts'
import { realPath, sizeOf } from './file-path.ts'
import { createGapFinder } from './salvage-gaps.ts'
import { lastRowOf, readable, readableRows, type SalvagedRow } from './salvage-rows.ts'
import { copyDamaged, nothingLeft, openDamaged, removeCopy } from './salvage-source.ts'
import { salvageTags } from './salvage-tags.ts'
import { quoted, storeError } from './store-error.ts'
import { isWritten } from './writer-lock.ts'

export interface SalvageProgress {
  /** Records that are in the new capture. */
  records: number
  /** Records that are known to be missing; until `done`, 0. */
  lost: number
  gaps: number
  done: boolean
}

/** One commit: what is held in memory, and how long other work waits for it. */
const batchRecords = 500
const batchBytes = 512 * 1024
const wholeRange = ((1n << 128n) - 1n).toString()

/**
 * Makes a new capture at `out` of what can be read of a damaged one, with filters and counts made
 * anew and what is missing recorded as gaps. The damaged file is copied first and the copy is worked
 * on: it stays as it is, whatever happens. `out` appears when it is whole; nothing is left behind
 * otherwise. A salvaged capture can be continued from its checkpoints.
 *
 * Throws `file-exists`, `in-use`, `not-a-capture`, `newer-capture`, `disk-full`, `file-system`, or
 * `damaged-capture` where nothing can be read at all.
 */
export async function* salvageCapture(request: { path: string; out: string; signal?: AbortSignal | undefined }): AsyncGenerator<SalvageProgress, void, void> {
  const path = realPath(request.path)
  const out = realPath(request.out)
  const size = sizeOf(path)
  if (size === null) throw new KinescopeError('file-system', `There is no file at ${quoted(path)}.`, { action: 'Check the path.' })
  if (size === 0) throw new KinescopeError('not-a-capture', `The file at ${quoted(path)} is empty.`, { action: 'Choose a .kinescope file.' })
  if ((sizeOf(out) ?? 0) > 0) throw fileExists(out)
  if (isWritten(path)) throw new KinescopeError('in-use', `The capture ${quoted(path)} is being written.`, { action: 'Stop it first.', retryable: true })
  const beside = join(dirname(out), `.kinescope-${randomBytes(6).toString('hex')}`)
  const copy = `${beside}.damaged`
  const draft = `${beside}.part`
  let last: SalvageProgress
  try {
    await copyDamaged(path, copy, request.signal)
    const db = openDamaged(copy, path)
    try {
      last = yield* rebuild(db, path, draft, request.signal)
    } finally {
      db.close()
    }
    if (sizeOf(out) === 0) removeCapture(out)
    moveCapture(draft, out)
    yield { ...last, done: true }
  } catch (error) {
    throw request.signal?.aborted === true ? error : storeError(error, 'Salvaging', path)
  } finally {
    await removeCopy(copy)
    await removeCopy(draft)
  }
}

/** What is known of a shard, and what came out of it. */
interface Salvaged {
  shardId: string
  stored: StoredShard | null
  records: number
  last: string | null
}

async function* rebuild(db: ReadableDB, path: string, draft: string, signal: AbortSignal | undefined): AsyncGenerator<SalvageProgress, SalvageProgress, void> {
  const shards = shardsOf(db)
  const writer = createCapture(draft, metaOf(db, path), { durable: false })
  try {
    writer.putShards([...shards.values()].map(({ stored, shardId }) => stored?.shard ?? unknownShard(shardId)))
    const finder = createGapFinder(db)
    const tags = salvageTags(db)
    const listed = shards.size
    let batch: ShardWrite[] = []
    let rows: SalvagedRow[] = []
    let bytes = 0
    const store = (): SalvageProgress => {
      tags.addTo(rows)
      writer.append(batch, [])
      batch = []
      rows = []
      bytes = 0
      const { records, gaps } = writer.counters()
      return { records, lost: 0, gaps, done: false }
    }
    const lastRow = lastRowOf(db)
    for (const row of readableRows(db, lastRow, finder.hole)) {
      finder.row(row)
      const shard = shards.get(row.shard) ?? newShard(shards, row.shard, writer)
      shard.records += 1
      shard.last = later(shard.last, row.record.sequenceNumber)
      // In the order in which they were, also from shard to shard.
      if (batch.at(-1)?.shardId !== shard.shardId) batch.push({ shardId: shard.shardId, records: [], checkpoint: nowhere })
      batch.at(-1)?.records.push(row.record)
      rows.push(row)
      bytes += row.record.data.length + (row.record.text?.length ?? 0)
      if (rows.length < batchRecords && bytes < batchBytes) continue
      yield store()
      signal?.throwIfAborted()
      await otherWork()
    }
    store()
    const gaps = finder.gaps([...shards].map(([shard, { shardId, stored, records }]) => ({ shard, shardId, counted: stored?.records ?? null, salvaged: records })))
    // Without the list of shards nobody knows whether there were others than those that were met.
    if (listed === 0 && finder.holes > 0) gaps.push(ofUnknownShard)
    gaps.push(...tags.gaps())
    const earlier = readable(() => readGaps(db), [])
    writer.append([...shards.values()].map(({ shardId, stored, last }) => ({ shardId, records: [], checkpoint: checkpointOf(stored, last), filtered: stored?.filtered ?? 0 })), [...earlier, ...gaps])
    writer.makeDurable()
    const { records } = writer.counters()
    if (records === 0 && lastRow > 0) throw nothingLeft(path)
    const lost = [...shards.values()].reduce((sum, { stored, records: found }) => sum + Math.max(0, (stored?.records ?? found) - found), 0)
    return { records, lost, gaps: gaps.length + earlier.length, done: false }
  } finally {
    writer.close()
  }
}

const ofUnknownShard: NewGap = {
  shardId: 'unknown-shard',
  reason: 'lost',
  detail: 'Records could not be read from the damaged capture that this one was salvaged from, nor which shards they were of.',
  afterSequence: null,
  beforeSequence: null,
  fromTime: null,
  toTime: null,
}

const nowhere: ShardCheckpoint = { sequenceNumber: null, ended: false, heldFrom: null }

/** Where a continued capture goes on: never before a record that is there. */
function checkpointOf(stored: StoredShard | null, last: string | null): ShardCheckpoint {
  if (stored === null) return { ...nowhere, sequenceNumber: last }
  const { checkpoint } = stored
  return { ...checkpoint, sequenceNumber: checkpoint.sequenceNumber === null ? last : later(last, checkpoint.sequenceNumber) }
}

function later(a: string | null, b: string): string {
  return a !== null && compareSequences(a, b) > 0 ? a : b
}

function shardsOf(db: ReadableDB): Map<number, Salvaged> {
  const numbers = readable(() => db.prepare<[], number>(`SELECT number FROM shard ORDER BY number`).pluck().all(), [])
  const stored = readable(() => readShards(db), [])
  const shards = new Map<number, Salvaged>()
  if (numbers.length !== stored.length) return shards
  for (const [at, shard] of stored.entries()) shards.set(numbers[at] ?? 0, { shardId: shard.shard.shardId, stored: shard, records: 0, last: null })
  return shards
}

/** A shard that the file has records of, but nothing else any more. */
function newShard(shards: Map<number, Salvaged>, number: number, writer: CaptureWriter): Salvaged {
  const shard: Salvaged = { shardId: `unknown-shard-${number}`, stored: null, records: 0, last: null }
  shards.set(number, shard)
  writer.putShards([unknownShard(shard.shardId)])
  return shard
}

function unknownShard(shardId: string): Shard {
  return {
    shardId,
    parentShardId: null,
    adjacentParentShardId: null,
    startingHashKey: '0',
    endingHashKey: wholeRange,
    startingSequenceNumber: '0',
    endingSequenceNumber: null,
  }
}

/** Without its first lines, a capture is of no stream: nothing that is read from one can be taken for its continuation. */
function metaOf(db: ReadableDB, path: string): CaptureMeta {
  const fallback: CaptureMeta = {
    streamArn: `salvaged:${basename(path)}`,
    streamName: basename(path),
    streamCreatedAt: null,
    endpoint: null,
    region: '',
    account: null,
    connectionId: null,
    from: { type: 'TRIM_HORIZON' },
    dueFrom: null,
    filter: null,
    createdAt: Date.now(),
    tool: 'Kinescope',
    name: null,
  }
  try {
    return readMeta(db)
  } catch (error) {
    if (error instanceof KinescopeError) return fallback
    return readable((): CaptureMeta => {
      throw error
    }, fallback)
  }
}
