import { dirname } from 'node:path'
import { KinescopeError } from '#shared/model/error.ts'
import { encodeSequenceInto, SEQUENCE_BYTES } from '#shared/model/sequence-number.ts'
import type { Shard } from '#shared/model/stream.ts'
import { captureFileSize, fileExists, fold, layOutCapture, probeCapture, setDurability } from './capture-file.ts'
import {
  type CaptureCounters,
  type CaptureMeta,
  insertGaps,
  insertMeta,
  laterSequence,
  type NewGap,
  type NewRecord,
  readCounters,
  readMeta,
  readShards,
  type ShardWrite,
  type StoredShard,
  upsertShards,
} from './capture-rows.ts'
import { type OnSlow, timed, type WritableDB } from './database.ts'
import { realPath, sizeOf, syncFolder } from './file-path.ts'
import { OpenBlock, prepareBlockInsert } from './open-block.ts'
import { createPreparedLookup, isWholeBlock, type PreparedBlock } from './prepared-blocks.ts'
import { dropOldestBlocks, liveBytes } from './ring.ts'
import { refuseDamaged } from './refuse-damaged.ts'
import { quoted, storeError, withStoreErrors } from './store-error.ts'
import { prepareTagInsert } from './tags.ts'
import { prepareTally, tallyRow, type TallyChanges } from './tally.ts'
import { helpedCheckpointPages, openBystander, openForWriting, walLimit } from './writer-connection.ts'
import { acquireWriterLock, type WriterLock } from './writer-lock.ts'

export interface WriterOptions {
  /** True: a commit survives power loss. False, for views: it survives the process only. */
  durable: boolean
  onSlow?: OnSlow
}

/**
 * Makes a capture at a path that is absent or holds an empty file, and opens it for writing.
 * Throws `file-exists`, `in-use`, `disk-full` or `file-system`.
 */
export function createCapture(path: string, meta: CaptureMeta, options: WriterOptions): CaptureWriter {
  const full = realPath(path)
  if ((sizeOf(full) ?? 0) > 0) throw fileExists(full)
  const lock = acquireWriterLock(full)
  try {
    if ((sizeOf(full) ?? 0) > 0) throw fileExists(full)
    layOutCapture(full, options.durable, (db) => insertMeta(db, meta))
    return new CaptureWriter(full, lock, options)
  } catch (error) {
    lock.release()
    throw error
  }
}

/**
 * Opens a capture to write on. Throws `not-a-capture` (also for an absent or empty file),
 * `newer-capture`, `damaged-capture`, `in-use` or `file-system`; a refused file is not touched.
 */
export function continueCapture(path: string, options: WriterOptions): CaptureWriter {
  const full = realPath(path)
  if (probeCapture(full) !== 'capture') {
    throw new KinescopeError('not-a-capture', `There is no capture at ${quoted(full)} to continue.`, { action: 'Start a new capture at this path.' })
  }
  const lock = acquireWriterLock(full)
  try {
    refuseDamaged(full)
    return new CaptureWriter(full, lock, options)
  } catch (error) {
    lock.release()
    throw error
  }
}

/** A shard as the writer keeps it in mind. */
interface WrittenShard {
  number: number
  checkpoint: Uint8Array | null
  ended: boolean
  heldFrom: number | null
}

/**
 * The one writer of a capture file. Every call is one transaction: when it returns, what it was
 * given is stored (see `WriterOptions.durable`), and when it throws, nothing of it is and the
 * writer can be used on or closed.
 */
export class CaptureWriter implements Disposable {
  readonly path: string
  readonly #lock: WriterLock
  readonly #db: WritableDB
  readonly #onSlow: OnSlow | undefined
  readonly #statements: Statements
  readonly #block: OpenBlock
  readonly #prepared = createPreparedLookup()
  readonly #sequence = Buffer.alloc(SEQUENCE_BYTES)
  #shards = new Map<string, WrittenShard>()
  #nextRow = 1
  #nextBlock = 1
  #patience = walLimit
  /** A transaction failed, and what is kept in memory may not be what the file says. */
  #stale = false
  /** Set once the file turned out to be damaged: from then on nothing is written into it. */
  #damage: KinescopeError | null = null

  /** Use `createCapture` or `continueCapture`. */
  constructor(path: string, lock: WriterLock, { durable, onSlow }: WriterOptions) {
    this.path = path
    this.#lock = lock
    this.#onSlow = onSlow
    this.#db = withStoreErrors('Opening', path, () => openForWriting(path, durable))
    try {
      this.#statements = prepareStatements(this.#db)
      this.#block = new OpenBlock((block) => this.#statements.insertBlock(this.#nextBlock++, block))
      this.#recall()
    } catch (error) {
      this.#db.close()
      throw storeError(error, 'Opening', path)
    }
  }

  get meta(): CaptureMeta {
    return this.#guard('Reading', 'meta', () => readMeta(this.#db))
  }

  shards(): StoredShard[] {
    return this.#guard('Reading', 'shards', () => readShards(this.#db))
  }

  counters(): CaptureCounters {
    return this.#guard('Reading', 'counters', () => ({ ...readCounters(this.#db), fileSize: captureFileSize(this.path) }))
  }

  /**
   * Adds shards, or what is newly known of them; checkpoints stay. `held`: times (ms) to resume at while nothing was read of a shard; with
   * the gaps they are stored in the shards' transaction.
   */
  putShards(shards: readonly Shard[], { held = [], gaps = [] }: { held?: readonly { shardId: string; heldFrom: number }[]; gaps?: readonly NewGap[] } = {}): void {
    this.#transact('putShards', () => {
      upsertShards(this.#db, shards)
      for (const { shardId, heldFrom } of held) this.#statements.holdShard.run(Math.round(heldFrom), shardId)
      insertGaps(this.#db, gaps)
      this.#recallShards()
    })
  }

  /**
   * Stores records, their shards' checkpoints and gaps in one transaction. A record that is there
   * already, by shard, sequence number and subsequence, is left out and not counted. A checkpoint
   * never moves back, and an ended shard stays ended. Shards must have been put before.
   */
  append(writes: readonly ShardWrite[], gaps: readonly NewGap[]): void {
    this.#transact('append', () => {
      const tallies: TallyChanges = new Map()
      let records = 0
      let bytes = 0
      for (const { shardId, records: batch, checkpoint, filtered = 0 } of writes) {
        const shard = this.#shard(shardId)
        const before = records
        for (let at = 0; at < batch.length; ) {
          const block = this.#prepared((batch[at] as NewRecord).data)
          const end = at + (block !== null && isWholeBlock(batch, at, block) ? block.rows : 1)
          const first = this.#nextRow
          const inserted: NewRecord[] = []
          for (; at < end; at++) {
            const record = batch[at] as NewRecord
            if (!this.#insert(shard.number, record, tallies)) continue
            inserted.push(record)
            bytes += record.data.length
          }
          records += inserted.length
          this.#toBlock(first, inserted, block)
        }
        shard.checkpoint = laterSequence(shard.checkpoint, checkpoint.sequenceNumber)
        shard.ended ||= checkpoint.ended
        shard.heldFrom = checkpoint.heldFrom === null ? null : Math.round(checkpoint.heldFrom)
        this.#statements.updateShard.run(shard.checkpoint, shard.ended ? 1 : 0, shard.heldFrom, records - before, filtered, shard.number)
      }
      if (records > 0) {
        this.#statements.tally(tallies)
        this.#statements.count.run(records, bytes, this.#nextRow, this.#nextBlock)
      }
      insertGaps(this.#db, gaps)
    })
    this.#boundWal()
  }

  #insert(shard: number, record: NewRecord, tallies: TallyChanges): boolean {
    encodeSequenceInto(record.sequenceNumber, this.#sequence)
    const { subsequence, partitionKey, explicitHashKey, data, text } = record
    // Memory that was handed back before its record was stored must not become an empty record.
    if (data.length === 0 && (data.buffer as ArrayBuffer).detached) throw new KinescopeError('internal', 'The data of a record were given back before they were stored.')
    const arrival = Math.round(record.arrival)
    const row = this.#nextRow
    const isPlain = subsequence === 0 && explicitHashKey === null && text === null
    const { changes } = isPlain
      ? this.#statements.insertPlain.run(row, shard, this.#sequence, arrival, partitionKey, data)
      : this.#statements.insert.run(row, shard, this.#sequence, subsequence, arrival, partitionKey, explicitHashKey, data, text)
    if (changes === 0) return false
    this.#nextRow++
    if (record.tags !== undefined && record.tags.length > 0) this.#statements.insertTags(row, record.tags)
    tallyRow(tallies, arrival, 1)
    return true
  }

  /** The rows from `first` on are these records: they are the prepared block if it has just these, and else go into the open one. */
  #toBlock(first: number, records: readonly NewRecord[], block: PreparedBlock | null): void {
    if (block === null || records.length !== block.rows || block.rows === 1) {
      for (const [at, record] of records.entries()) this.#block.add(first + at, Math.round(record.arrival), record)
      return
    }
    const arrivals = records.map(({ arrival }) => Math.round(arrival))
    const extent = { firstRow: first, rows: block.rows, bytes: block.to - block.from, firstArrival: Math.min(...arrivals), lastArrival: Math.max(...arrivals) }
    this.#block.adopt({ ...extent, filter: block.filter })
  }

  rename(name: string | null): void {
    this.#transact('rename', () => this.#db.prepare(`UPDATE capture SET name = ?`).run(name))
  }

  /**
   * From now on commits survive power loss, and so does all that was written before: it is copied
   * into the file and synced. Throws `in-use` if a reader stands in the way for five seconds.
   */
  makeDurable(): void {
    this.#guard('Syncing', 'makeDurable', () => {
      setDurability(this.#db, true)
      // A checkpoint syncs only when it has something to copy: this gives it something. SQLite writes no page for a row that stays the same.
      const touch = this.#db.prepare<[number]>(`UPDATE counter SET next_row = next_row + ?`)
      this.#db.transaction(() => [touch.run(1), touch.run(-1)]).immediate()
      const [result] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      if (result?.busy !== 0) {
        throw new KinescopeError('in-use', `The capture ${quoted(this.path)} could not be synced while it was being read.`, {
          action: 'Try again in a moment.',
          retryable: true,
        })
      }
      syncFolder(dirname(this.path))
    })
  }

  /**
   * Keeps the content within `bytes` by dropping whole oldest blocks, with a gap for each shard.
   * Pages that become free are used again, so the file stays near this size (and its WAL beside it).
   * Costs next to nothing while it fits. Returns the rows dropped.
   */
  capTo(bytes: number): number {
    if (this.#guard('Reading', 'capTo', () => liveBytes(this.#db)) <= bytes) return 0
    let dropped = 0
    this.#transact('capTo', () => {
      dropped = dropOldestBlocks(this.#db, bytes)
    })
    this.#boundWal()
    return dropped
  }

  /** Somebody else makes checkpoints too (see `checkpointer.ts`). */
  expectCheckpoints(): void {
    this.#db.pragma(`wal_autocheckpoint = ${helpedCheckpointPages}`)
  }

  /** A pragma of this very connection: for tests that ask what is really set, or make its disk full. */
  pragma(source: string): unknown {
    return this.#db.pragma(source, { simple: true })
  }

  /** Closes the last block and, if nobody else has the file open, folds it into a single file; a damaged one stays as it is. Never throws. */
  close(): void {
    if (!this.#db.open) return
    const bystander = this.#damage === null ? null : openBystander(this.path)
    try {
      this.#transact('close', () => {
        this.#block.close()
        this.#statements.count.run(0, 0, this.#nextRow, this.#nextBlock)
      })
      fold(this.#db)
    } catch {
      // What was acknowledged is in the file and its WAL; the next one to open it puts the rest in order.
    } finally {
      this.#db.close()
      bystander?.close()
      this.#lock.release()
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #shard(shardId: string): WrittenShard {
    const shard = this.#shards.get(shardId)
    if (shard === undefined) throw new KinescopeError('internal', `The capture has no shard ${JSON.stringify(shardId)} yet.`)
    return shard
  }

  #guard<T>(doing: string, name: string, run: () => T): T {
    try {
      return withStoreErrors(doing, this.path, () => timed(`writer.${name}`, this.#onSlow, run))
    } catch (error) {
      if (error instanceof KinescopeError && error.code === 'damaged-capture') this.#damage = error
      throw error
    }
  }

  /** One transaction; after one that failed, what is kept in memory is read from the file again. */
  #transact(name: string, run: () => void): void {
    this.#guard('Writing', name, () => {
      if (this.#damage !== null) throw this.#damage
      if (this.#stale) this.#recall()
      this.#stale = true
      this.#db.transaction(run).immediate()
      this.#stale = false
    })
  }

  /** Reads what the writer keeps in memory: shards, next ids, and the rows that are in no block yet. */
  #recall(): void {
    this.#recallShards()
    const next = this.#db
      .prepare<[], { row: number; block: number }>(
        `SELECT max(next_row, (SELECT coalesce(max(id), 0) + 1 FROM record)) AS row,
           max(next_block, (SELECT coalesce(max(id), 0) + 1 FROM block)) AS block FROM counter`,
      )
      .get()
    this.#nextRow = next?.row ?? 1
    this.#nextBlock = next?.block ?? 1
    this.#block.clear()
    const tail = this.#db.prepare<[], TailRow>(
      `SELECT id, arrival, partition_key AS partitionKey, data, text FROM record WHERE id > (SELECT coalesce(max(last_row), 0) FROM block) ORDER BY id`,
    )
    for (const row of tail.all()) this.#block.add(row.id, row.arrival, row)
    this.#stale = false
  }

  #recallShards(): void {
    this.#shards = new Map(
      this.#statements.shards.all().map(({ shard_id: id, number, checkpoint, ended, held_from: heldFrom }) => [
        id,
        { number, checkpoint, ended: ended !== 0, heldFrom },
      ]),
    )
  }

  /** Long readers keep the WAL from being copied: at its limit a checkpoint waits for them (they hold it 250 ms at most). */
  #boundWal(): void {
    const size = sizeOf(`${this.path}-wal`) ?? 0
    if (size <= this.#patience) {
      if (size <= walLimit) this.#patience = walLimit
      return
    }
    let done = false
    try {
      this.#db.pragma('busy_timeout = 500')
      const [result] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      done = result?.busy === 0
    } catch {
      // What was to be stored is. A disk that fails here fails the next commit too, and that tells.
    } finally {
      this.#db.pragma('busy_timeout = 5000')
    }
    // Not in vain with every commit, while somebody holds on.
    this.#patience = done ? walLimit : size + walLimit / 4
  }
}

interface TailRow {
  id: number
  arrival: number
  partitionKey: string
  data: Buffer
  text: string | null
}

type Statements = ReturnType<typeof prepareStatements>

function prepareStatements(db: WritableDB) {
  return {
    // Any conflict, which is always the identity, as ids are new: naming the columns costs a tenth of the rate.
    insert: db.prepare<[number, number, Uint8Array, number, number, string, string | null, Uint8Array, string | null]>(
      `INSERT INTO record (id, shard, sequence, subsequence, arrival, partition_key, explicit_hash_key, data, text)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    // Nearly every record: binding a value costs as much as a tenth of the rest.
    insertPlain: db.prepare<[number, number, Uint8Array, number, string, Uint8Array]>(
      `INSERT INTO record (id, shard, sequence, subsequence, arrival, partition_key, explicit_hash_key, data, text)
       VALUES (?, ?, ?, 0, ?, ?, NULL, ?, NULL) ON CONFLICT DO NOTHING`,
    ),
    updateShard: db.prepare<[Uint8Array | null, number, number | null, number, number, number]>(
      `UPDATE shard SET checkpoint = ?, ended = ?, held_from = ?, records = records + ?, filtered = filtered + ? WHERE number = ?`,
    ),
    holdShard: db.prepare<[number, string]>(`UPDATE shard SET held_from = ? WHERE shard_id = ?`),
    count: db.prepare<[number, number, number, number]>(
      `UPDATE counter SET records = records + ?, bytes = bytes + ?, next_row = ?, next_block = ?`,
    ),
    shards: db.prepare<[], { shard_id: string; number: number; checkpoint: Buffer | null; ended: number; held_from: number | null }>(
      `SELECT shard_id, number, checkpoint, ended, held_from FROM shard`,
    ),
    insertBlock: prepareBlockInsert(db),
    insertTags: prepareTagInsert(db),
    tally: prepareTally(db),
  }
}
