import type { ShardRecord } from '../kinesis/shard-reader.ts'
import type { NewRecord } from '../store/capture-rows.ts'
import { unpack } from './unpack.ts'

/** What may still be stored: rows, and bytes of payload. A row is stored while there is room for any byte of it. */
export interface Room {
  records: number
  bytes: number
}

/** Rows to store, and the last Kinesis record that they hold whole: what a checkpoint may cover. */
export interface Portion {
  rows: NewRecord[]
  covered: string | null
  /** Rows of the covered records that were not accepted. */
  filtered: number
  /** Whether these are the last rows of the page. */
  isRest: boolean
}

export const isFull = ({ records, bytes }: Room): boolean => records <= 0 || bytes <= 0

/**
 * A page's rows that are accepted, in portions that fit into `room()`, asked for anew after each one was stored: rows that
 * were in the file already take no room, so that a limit is met exactly. A KPL aggregate may be cut in its middle; the portion
 * then does not cover it, so that a later run reads it again and stores the rest.
 */
export function* portions(records: readonly ShardRecord[], room: () => Room, accepts: ((row: NewRecord) => boolean) | null = null): Generator<Portion, void, void> {
  let rows: NewRecord[] = []
  let bytes = 0
  let covered: string | null = null
  let filtered = 0
  let left = room()
  for (const record of records) {
    let refused = 0
    for (const row of unpack(record)) {
      if (accepts !== null && !accepts(row)) {
        refused += 1
        continue
      }
      if (rows.length >= left.records || bytes >= left.bytes) {
        yield { rows, covered, filtered, isRest: false }
        left = room()
        if (isFull(left)) return
        rows = []
        bytes = 0
        filtered = 0
      }
      rows.push(row)
      bytes += row.data.length
    }
    covered = record.sequenceNumber
    filtered += refused
  }
  yield { rows, covered, filtered, isRest: true }
}
