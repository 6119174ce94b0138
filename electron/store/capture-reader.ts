import type { Gap } from '#shared/model/capture.ts'
import { damagedCapture } from '#shared/model/damaged-capture.ts'
import { KinescopeError } from '#shared/model/error.ts'
import type { RecordTag } from '#shared/model/record.ts'
import { decodeSequence } from '#shared/model/sequence-number.ts'
import type { Shard } from '#shared/model/stream.ts'
import { captureFileSize, checkCapture, foldCapture, probeCapture } from './capture-file.ts'
import {
  type BlockInfo,
  type CaptureCounters,
  type CaptureMeta,
  readCounters,
  readGaps,
  readMeta,
  readShards,
  type StoredRecord,
  type StoredShard,
} from './capture-rows.ts'
import { type OnSlow, openReadable, pragmaNumber, type ReadableDB, timed } from './database.ts'
import { realPath } from './file-path.ts'
import { newestVersion } from './migrate.ts'
import { captureSchema } from './migrations/capture.ts'
import { continueCapture } from './capture-writer.ts'
import { quoted, withStoreErrors } from './store-error.ts'
import { prepareTagsOf, type TagsOf } from './tags.ts'
import { type ArrivalOrder, prepareArrivalOrder } from './tally.ts'

export interface ReaderOptions {
  onSlow?: OnSlow
}

/** Filters are read by so many blocks in one transaction: half a megabyte. */
const filterSlice = 64

/**
 * Opens a capture for reading, also while it is being written. Throws `not-a-capture`,
 * `newer-capture`, `damaged-capture` or `file-system`; a refused file is not touched.
 */
export function openCapture(path: string, { onSlow }: ReaderOptions = {}): CaptureReader {
  const full = realPath(path)
  const state = probeCapture(full)
  if (state === 'absent') throw new KinescopeError('file-system', `There is no file at ${quoted(full)}.`, { action: 'Check the path.' })
  if (state === 'empty') throw new KinescopeError('not-a-capture', `The file at ${quoted(full)} is empty.`, { action: 'Choose a .kinescope file.' })
  return withStoreErrors('Opening', full, () => {
    const db = openForReading(full)
    try {
      return new CaptureReader(full, db, onSlow)
    } catch (error) {
      db.close()
      throw error
    }
  })
}

function openForReading(path: string): ReadableDB {
  let db = openReadable(path)
  try {
    checkCapture(db, path)
    if (pragmaNumber(db, 'user_version') < newestVersion(captureSchema)) {
      db.close()
      bringUpToDate(path)
      db = openReadable(path)
    }
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A file of an older version is brought up to date by a writer; where there can be none, it is read as it is. */
function bringUpToDate(path: string): void {
  try {
    continueCapture(path, { durable: true }).close()
  } catch (error) {
    // An older Kinescope is writing it, or nobody may.
    if (!(error instanceof KinescopeError) || !['in-use', 'file-system'].includes(error.code)) throw error
  }
}

interface RecordRow {
  id: number
  shard: number
  sequence: Buffer
  subsequence: number
  arrival: number
  partition_key: string
  explicit_hash_key: string | null
  data: Buffer
  size: number
  text: string | null
}

/**
 * A capture for reading. Every call is a short transaction of its own, so that a file that is
 * being written can be checkpointed: ask for slices, not for everything.
 */
export class CaptureReader implements Disposable {
  readonly path: string
  readonly #db: ReadableDB
  readonly #onSlow: OnSlow | undefined
  readonly #statements: Statements
  readonly #order: ArrivalOrder
  readonly #tagsOf: TagsOf
  #shardIds = new Map<number, string>()
  /** The file turned out to be damaged: it stays as it is. */
  #isDamaged = false

  /** Use `openCapture`. */
  constructor(path: string, db: ReadableDB, onSlow: OnSlow | undefined) {
    this.path = path
    this.#db = db
    this.#onSlow = onSlow
    this.#statements = prepareStatements(db)
    this.#order = prepareArrivalOrder(db)
    this.#tagsOf = prepareTagsOf(db)
  }

  get meta(): CaptureMeta {
    return this.#read('meta', () => readMeta(this.#db))
  }

  counters(): CaptureCounters {
    return this.#read('counters', () => ({ ...readCounters(this.#db), fileSize: captureFileSize(this.path) }))
  }

  shards(): StoredShard[] {
    return this.#read('shards', () => readShards(this.#db))
  }

  /** The hash keys that a shard takes, as the file has them; null where it does not know the shard. */
  hashRange(shardId: string): Pick<Shard, 'startingHashKey' | 'endingHashKey'> | null {
    return this.#read('hashRange', () => this.#statements.hashRange.get(shardId) ?? null)
  }

  gaps(): Gap[] {
    return this.#read('gaps', () => readGaps(this.#db))
  }

  /** Id of the newest row, 0 in an empty capture. Ids are never used twice. */
  lastRow(): number {
    return this.#read('lastRow', () => this.#statements.lastRow.get() ?? 0)
  }

  /**
   * Rows `offset` to `offset + limit` in order of (arrival, id); the cost does not grow with the
   * offset. With `head`, data and text are cut to so many bytes and characters (`size` tells the
   * whole length), so that a page of large records stays small.
   */
  page(offset: number, limit: number, { head = null }: { head?: number | null } = {}): StoredRecord[] {
    return this.#read('page', () => {
      const start = this.#order.seek(offset)
      if (start === null) return []
      return this.#fetch(this.#statements.idsFrom.all(start.arrival, limit, start.skip), head)
    })
  }

  /** Place of a row in the order of `page`; null if it is not there. */
  offsetOf(id: number): number | null {
    return this.#read('offsetOf', () => {
      const arrival = this.#statements.arrivalOf.get(id)
      if (arrival === undefined) return null
      return this.#order.before(arrival) + (this.#statements.tiesBefore.get(arrival, id) ?? 0)
    })
  }

  /** A row with all that is known of it, its tags too. */
  record(id: number): StoredRecord | null {
    return this.#read('record', () => {
      const [record] = this.#fetch([id], null)
      if (record === undefined) return null
      const tags = this.#tagsOf([id]).get(id)
      return tags === undefined ? record : { ...record, tags }
    })
  }

  /** Tags of the rows with these ids; those without any are not in it. */
  tagsOf(ids: readonly number[]): Map<number, RecordTag[]> {
    return this.#read('tagsOf', () => this.#tagsOf(ids))
  }

  /** The rows with these ids, in the order asked; those that are gone are left out. */
  recordsById(ids: readonly number[], { head = null }: { head?: number | null } = {}): StoredRecord[] {
    return this.#read('recordsById', () => this.#fetch(ids, head))
  }

  /** The rows with ids from `firstRow` to `lastRow`, both included, in the order of their ids. */
  rows(firstRow: number, lastRow: number): StoredRecord[] {
    return this.#read('rows', () => this.#statements.rows.all(firstRow, lastRow).map((row) => this.#stored(row)))
  }

  /** Bytes of a record's data from an offset on; null if the record is not there. */
  bytes(id: number, offset: number, length: number): { data: Buffer; size: number } | null {
    return this.#read('bytes', () => this.#statements.bytes.get(offset + 1, length, id) ?? null)
  }

  /** Closed blocks after `afterBlock`, oldest first. */
  blocks(afterBlock = 0): BlockInfo[] {
    return this.#read('blocks', () =>
      this.#statements.blocks.all(afterBlock).map(({ filtered, ...block }) => ({ ...block, filtered: filtered !== 0 })),
    )
  }

  /** Filters of the blocks from `firstBlock` to `lastBlock`, both included; read in slices, so it may be left at any time. */
  *filters(firstBlock: number, lastBlock: number): Generator<{ id: number; filter: Uint8Array }, void, undefined> {
    let next = firstBlock
    while (next <= lastBlock) {
      const from = next
      const slice = this.#read('filters', () => this.#statements.filters.all(from, lastBlock))
      yield* slice
      if (slice.length < filterSlice) return
      next = (slice.at(-1)?.id ?? lastBlock) + 1
    }
  }

  /** Rows per bucket [from + i·width, from + (i+1)·width) of arrival, ms. */
  histogram(from: number, width: number, buckets: number): number[] {
    if (!(width > 0) || !(buckets >= 0)) throw new KinescopeError('invalid-argument', 'A histogram needs buckets of a positive width.')
    return this.#read('histogram', () => this.#order.histogram(from, width, buckets))
  }

  /** The connection, for verification. */
  get database(): ReadableDB {
    return this.#db
  }

  /** Closes; the last one to close a capture folds it into a single file, unless it was found damaged. */
  close(): void {
    if (!this.#db.open) return
    this.#db.close()
    if (!this.#isDamaged) foldCapture(this.path)
  }

  /** Somebody looked closer, and found it damaged. */
  leaveAsItIs(): void {
    this.#isDamaged = true
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #read<T>(name: string, run: () => T): T {
    try {
      return withStoreErrors('Reading', this.path, () => timed(`reader.${name}`, this.#onSlow, this.#db.transaction(run)))
    } catch (error) {
      if (error instanceof KinescopeError && error.code === 'damaged-capture') this.#isDamaged = true
      throw error
    }
  }

  #fetch(ids: readonly number[], head: number | null): StoredRecord[] {
    const records: StoredRecord[] = []
    for (const id of ids) {
      const row = head === null ? this.#statements.byId.get(id) : this.#statements.headById.get(head, head, id)
      if (row !== undefined) records.push(this.#stored(row))
    }
    return records
  }

  #stored(row: RecordRow): StoredRecord {
    return {
      id: row.id,
      shardId: this.#shardId(row.shard),
      sequenceNumber: decodeSequence(row.sequence),
      subsequence: row.subsequence,
      arrival: row.arrival,
      partitionKey: row.partition_key,
      explicitHashKey: row.explicit_hash_key,
      data: row.data,
      size: row.size,
      text: row.text,
    }
  }

  #shardId(number: number): string {
    const known = this.#shardIds.get(number)
    if (known !== undefined) return known
    this.#shardIds = new Map(this.#statements.shardIds.all().map((row) => [row.number, row.shard_id]))
    const found = this.#shardIds.get(number)
    if (found === undefined) {
      throw damagedCapture(`A record in ${quoted(this.path)} belongs to no shard.`)
    }
    return found
  }
}

type Statements = ReturnType<typeof prepareStatements>

function prepareStatements(db: ReadableDB) {
  const whole = `id, shard, sequence, subsequence, arrival, partition_key, explicit_hash_key, data, length(data) AS size, text`
  // A part of a blob without bytes is NULL to SQLite, and not a blob without bytes.
  const head = whole.replace(' data,', " ifnull(substr(data, 1, ?), x'') AS data,").replace(/text$/, 'substr(text, 1, ?) AS text')
  return {
    lastRow: db.prepare<[], number>(`SELECT max(id) FROM record`).pluck(),
    idsFrom: db
      .prepare<[number, number, number], number>(`SELECT id FROM record WHERE arrival >= ? ORDER BY arrival, id LIMIT ? OFFSET ?`)
      .pluck(),
    arrivalOf: db.prepare<[number], number>(`SELECT arrival FROM record WHERE id = ?`).pluck(),
    tiesBefore: db.prepare<[number, number], number>(`SELECT count(*) FROM record WHERE arrival = ? AND id < ?`).pluck(),
    byId: db.prepare<[number], RecordRow>(`SELECT ${whole} FROM record WHERE id = ?`),
    headById: db.prepare<[number, number, number], RecordRow>(`SELECT ${head} FROM record WHERE id = ?`),
    rows: db.prepare<[number, number], RecordRow>(`SELECT ${whole} FROM record WHERE id BETWEEN ? AND ? ORDER BY id`),
    bytes: db.prepare<[number, number, number], { data: Buffer; size: number }>(
      `SELECT ifnull(substr(data, ?, ?), x'') AS data, length(data) AS size FROM record WHERE id = ?`,
    ),
    blocks: db.prepare<[number], Omit<BlockInfo, 'filtered'> & { filtered: number }>(
      `SELECT id, first_row AS firstRow, last_row AS lastRow, last_row - first_row + 1 AS rows, bytes,
         first_arrival AS firstArrival, last_arrival AS lastArrival, filtered FROM block WHERE id > ? ORDER BY id`,
    ),
    filters: db.prepare<[number, number], { id: number; filter: Buffer }>(
      `SELECT block AS id, bits AS filter FROM filter WHERE block BETWEEN ? AND ? ORDER BY block LIMIT ${filterSlice}`,
    ),
    hashRange: db.prepare<[string], Pick<Shard, 'startingHashKey' | 'endingHashKey'>>(
      `SELECT starting_hash_key AS startingHashKey, ending_hash_key AS endingHashKey FROM shard WHERE shard_id = ?`,
    ),
    shardIds: db.prepare<[], { number: number; shard_id: string }>(`SELECT number, shard_id FROM shard`),
  }
}
