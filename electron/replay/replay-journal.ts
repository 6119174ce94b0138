/** What became of the entries of a batch. */
export interface BatchCounts {
  /** Handed to PutRecords at least once. */
  readonly sent: number
  readonly acknowledged: number
  readonly failed: number
  readonly unknown: number
}

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

/**
 * Where a replay writes down what it does, a row per batch. `sending` is on disk before the
 * batch goes out: a row without an outcome says after a crash that its records are unknown.
 * Either call may throw, which ends the replay.
 */
export interface ReplayJournal {
  sending(rows: BatchRows): void
  settled(batch: number, counts: BatchCounts): void
}
