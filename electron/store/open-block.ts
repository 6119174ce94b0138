import type { WritableDB } from './database.ts'
import { FULL_AT, GramSet, type Searchable } from './filter.ts'

export const maxBlockRows = 256
/** Data and text of a block; a record that is larger stands alone and has no filter. */
export const maxBlockBytes = 256 * 1024

interface Extent {
  firstRow: number
  rows: number
  bytes: number
  firstArrival: number
  lastArrival: number
}

/** Where closed blocks go. */
export interface BlockSink {
  (block: Extent & { filter: Uint8Array | null }): void
}

/**
 * The block that the newest rows belong to, in memory until it closes. What is not yet in a closed
 * block is the file's tail; whoever opens the file for writing adds it here again.
 */
export class OpenBlock {
  readonly #grams = new GramSet()
  readonly #close: BlockSink
  #open: Extent | null = null

  constructor(close: BlockSink) {
    this.#close = close
  }

  /** Takes the next row; closes blocks on the way. */
  add(row: number, arrival: number, record: Searchable): void {
    const bytes = record.data.length + (record.text?.length ?? 0)
    if (this.#open !== null && this.#open.bytes + bytes > maxBlockBytes) this.close()
    if (bytes > maxBlockBytes) {
      this.#close({ firstRow: row, rows: 1, bytes, firstArrival: arrival, lastArrival: arrival, filter: null })
      return
    }
    const open = (this.#open ??= { firstRow: row, rows: 0, bytes: 0, firstArrival: arrival, lastArrival: arrival })
    open.rows++
    open.bytes += bytes
    if (arrival < open.firstArrival) open.firstArrival = arrival
    if (arrival > open.lastArrival) open.lastArrival = arrival
    this.#grams.add(record)
    if (open.rows >= maxBlockRows || this.#grams.count >= FULL_AT) this.close()
  }

  /** Takes rows that are a block by themselves, with the filter that somebody else has filled. */
  adopt(block: Extent & { filter: Uint8Array }): void {
    this.close()
    this.#close(block)
  }

  close(): void {
    if (this.#open === null) return
    this.#close({ ...this.#open, filter: this.#grams.filter() })
    this.clear()
  }

  /** Forgets the rows, as after a transaction that failed. */
  clear(): void {
    this.#open = null
    this.#grams.clear()
  }
}

/** Writes closed blocks, in the caller's transaction. */
export function prepareBlockInsert(db: WritableDB): (id: number, block: Parameters<BlockSink>[0]) => void {
  const block = db.prepare<[number, number, number, number, number, number, number]>(
    `INSERT INTO block (id, first_row, last_row, bytes, first_arrival, last_arrival, filtered) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const filter = db.prepare<[number, Uint8Array]>(`INSERT INTO filter (block, bits) VALUES (?, ?)`)
  return (id, { firstRow, rows, bytes, firstArrival, lastArrival, filter: bits }) => {
    block.run(id, firstRow, firstRow + rows - 1, bytes, firstArrival, lastArrival, bits === null ? 0 : 1)
    if (bits !== null) filter.run(id, bits)
  }
}
