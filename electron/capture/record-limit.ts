import type { ShardRecord } from '../kinesis/shard-reader.ts'
import type { NewRecord } from '../store/capture-rows.ts'
import { unpack } from './unpack.ts'

/** Rows to store, and the last Kinesis record that they hold whole: what a checkpoint may cover. */
export interface Portion {
  rows: NewRecord[]
  covered: string | null
  /** Whether these are the last rows of the page. */
  isRest: boolean
}

/**
 * A page's rows in portions of at most `room()` rows, asked for anew after each one was stored: rows that were in the
 * file already take no room, so that a limit is met exactly. A KPL aggregate may be cut in its middle; the portion
 * then does not cover it, so that a later run reads it again and stores the rest.
 */
export function* portions(records: readonly ShardRecord[], room: () => number): Generator<Portion, void, void> {
  let rows: NewRecord[] = []
  let covered: string | null = null
  for (const record of records) {
    let unpacked = unpack(record)
    while (rows.length + unpacked.length > room()) {
      const fitting = Math.max(0, room() - rows.length)
      yield { rows: [...rows, ...unpacked.slice(0, fitting)], covered, isRest: false }
      if (room() <= 0) return
      rows = []
      unpacked = unpacked.slice(fitting)
    }
    rows.push(...unpacked)
    covered = record.sequenceNumber
  }
  yield { rows, covered, isRest: true }
}
