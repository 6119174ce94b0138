/** What became of the entries of a batch. */
export interface BatchCounts {
  /** Handed to PutRecords at least once. */
  readonly sent: number
  readonly acknowledged: number
  readonly failed: number
  readonly unknown: number
}

/** The rows of a batch, in the order in which they are sent. */
export interface BatchRows {
  /** Number of the batch within its replay, from 1. */
  readonly batch: number
  readonly firstRow: number
  readonly lastRow: number
  readonly records: number
}

/**
 * Where a replay writes down what it does, a row per batch. `sending` is on disk before the
 * batch goes out: a row without an outcome says after a crash that its records are unknown.
 */
export interface ReplayJournal {
  sending(rows: BatchRows): void
  settled(batch: number, counts: BatchCounts): void
}
