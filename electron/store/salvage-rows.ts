import { decodeSequence, SEQUENCE_BYTES } from '#shared/model/sequence-number.ts'
import type { NewRecord } from './capture-rows.ts'
import type { ReadableDB } from './database.ts'
import { errorCode } from './store-error.ts'

/** A record that could be read, with the number of its shard. */
export interface SalvagedRow {
  id: number
  shard: number
  record: NewRecord
}

/** Rows from `from` to `to`, both included, that could not be read. */
export interface Hole {
  from: number
  to: number
}

interface Row {
  id: number
  shard: number
  sequence: Buffer
  subsequence: number
  arrival: number
  partition_key: string
  explicit_hash_key: string | null
  data: Buffer
  text: string | null
}

/** A hole of more rows than this is felt out in strides: a lost interior page can take a million rows with it. */
const closely = 4096
/** Strides are so small a part of the hole until there: also the end of a hole that a damaged counter makes 2^53 rows long is soon reached. */
const strides = 256

/** What SQLite says where pages are bad. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|IOERR|ERROR|CANTOPEN|FORMAT)/.test(errorCode(error)) || error instanceof RangeError
}

/** What a query that may meet bad pages answers, else what is given instead. */
export function readable<T>(run: () => T, otherwise: T): T {
  try {
    return run()
  } catch (error) {
    if (isDamage(error)) return otherwise
    throw error
  }
}

/** Ids of the rows that the file ever had: the highest that anything in it speaks of. */
export function lastRowOf(db: ReadableDB): number {
  const sources = [
    `SELECT next_row - 1 FROM counter`,
    `SELECT max(last_row) FROM block`,
    `SELECT max(id) FROM record`,
    `SELECT max(id) FROM record INDEXED BY record_arrival WHERE arrival > -1`,
    `SELECT max(id) FROM record INDEXED BY record_identity WHERE shard > -1`,
  ]
  const found = sources.map((sql) => readable(() => db.prepare<[], number | null>(sql).pluck().get() ?? 0, 0))
  return Math.max(0, ...found.filter((id) => Number.isSafeInteger(id)))
}

/**
 * All rows that can be read, in the order of their ids; `onHole` is told of those that can't be.
 * Around a bad page the rows are tried one by one until reading works again.
 */
export function* readableRows(db: ReadableDB, lastRow: number, onHole: (hole: Hole) => void): Generator<SalvagedRow, void, void> {
  const rows = db.prepare<[number, number], Row>(
    `SELECT id, shard, sequence, subsequence, arrival, partition_key, explicit_hash_key, data, text FROM record WHERE id BETWEEN ? AND ? ORDER BY id`,
  )
  let next = 1
  while (next <= lastRow) {
    const from = next
    try {
      for (const row of rows.iterate(next, lastRow)) {
        // Pages in a wrong place bring rows in a wrong order.
        if (row.id < next) throw new RangeError('rows out of order')
        next = row.id + 1
        const record = soundRecord(row)
        if (record === null) onHole({ from: row.id, to: row.id })
        else yield { id: row.id, shard: row.shard, record }
      }
      // A file may end early without a complaint.
      if (next <= lastRow) onHole({ from: next, to: lastRow })
      return
    } catch (error) {
      if (!isDamage(error)) throw error
      next = Math.max(from, next)
      const again = nextReadable(rows, next, lastRow)
      onHole({ from: next, to: again - 1 })
      next = again
    }
  }
}

function nextReadable(rows: { all(from: number, to: number): Row[] }, bad: number, lastRow: number): number {
  const isReadable = (id: number): boolean => readable(() => rows.all(id, id).some((row) => soundRecord(row) !== null), false)
  let before = bad
  while (before < lastRow) {
    const hole = before - bad
    const id = Math.min(lastRow, before + (hole < closely ? 1 : Math.ceil(hole / strides)))
    if (isReadable(id)) return firstReadable(before + 1, id, isReadable)
    before = id
  }
  return lastRow + 1
}

/** Where in a stride, of which the last row can be read, the rows that can be begin. */
function firstReadable(from: number, to: number, isReadable: (id: number) => boolean): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (isReadable(middle)) high = middle
    else low = middle + 1
  }
  return high
}

/** The row as a record, if it can be one: damage within a page shows only in what a cell says. */
function soundRecord(row: Row): NewRecord | null {
  const { sequence, subsequence, arrival, partition_key: partitionKey, explicit_hash_key: explicitHashKey, data, text } = row
  if (!Buffer.isBuffer(sequence) || sequence.length !== SEQUENCE_BYTES || !Buffer.isBuffer(data)) return null
  if (![row.shard, subsequence, arrival].every((value) => Number.isSafeInteger(value) && value >= 0)) return null
  if (typeof partitionKey !== 'string' || !isTextOrNull(explicitHashKey) || !isTextOrNull(text)) return null
  return { sequenceNumber: decodeSequence(sequence), subsequence, arrival, partitionKey, explicitHashKey, data, text }
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}
