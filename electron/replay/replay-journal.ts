import type { JournalBatch } from '../store/catalog.ts'

/** What became of the entries of a batch. */
export type BatchCounts = Pick<JournalBatch, 'sent' | 'acknowledged' | 'failed' | 'unknown'>

/**
 * The rows of a batch. They are not all rows between the first and the last: a batch holds
 * those of one shard of the target, and the batches of a shard follow each other in the order of
 * the source, so that the last row tells how far that shard has come.
 */
export interface BatchRows {
  /** Number of the batch within its replay, from 1. */
  readonly batch: number
  readonly shardId: string
  readonly firstRow: number
  readonly lastRow: number
  readonly records: number
}

/** Where a replay writes down what it does. Either call may throw, which ends the replay. */
export interface ReplayJournal {
  /** Before a batch goes out: a row without an outcome says after a crash that its records are unknown. */
  sending(rows: BatchRows): void
  settled(rows: BatchRows, counts: BatchCounts): void
}

/** @param write puts a batch's row, or its new state, on disk; `Catalog.journalBatch` of this replay */
export function journalInto(write: (batch: JournalBatch) => void): ReplayJournal {
  return {
    sending(rows) {
      write(row(rows, 'sent', { sent: rows.records, acknowledged: 0, failed: 0, unknown: 0 }))
    },
    settled(rows, counts) {
      write(row(rows, counts.unknown > 0 ? 'unknown' : counts.failed > 0 ? 'failed' : 'acknowledged', counts))
    },
  }
}

function row({ batch, records, shardId, firstRow, lastRow }: BatchRows, state: JournalBatch['state'], counts: BatchCounts): JournalBatch {
  return { number: batch, state, records, ...counts, detail: JSON.stringify({ shardId, firstRow, lastRow }) }
}
