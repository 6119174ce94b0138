import { z } from 'zod'

/**
 * The rows of a capture that a table shows: all of them, or those that a query matches.
 * Ordered by (arrival, row id). A row set of a live capture grows; `version` changes with
 * every change, so that a page can be told stale.
 */
export const RowSetProgress = z.object({
  rowSetId: z.string(),
  version: z.number().int(),
  /** Rows in the set so far. */
  matched: z.number().int(),
  /** Rows of the capture that were looked at or ruled out so far, and that there are. */
  scanned: z.number().int(),
  total: z.number().int(),
  /** Blocks that their filters ruled out. */
  blocksSkipped: z.number().int(),
  blocks: z.number().int(),
  /** Arrival up to which the scan has come, ms since the epoch. */
  timeReached: z.number().nullable(),
  state: z.enum(['scanning', 'following', 'done', 'stopped']),
})
export type RowSetProgress = z.infer<typeof RowSetProgress>

/**
 * Records over time, for the drawing above the table. Bucket i covers [from + i·width, from + (i+1)·width). At most as
 * many as were asked for, of whole seconds and round; none where there are no records.
 */
export const Histogram = z.object({
  from: z.number(),
  /** Width of a bucket in ms. */
  width: z.number(),
  counts: z.array(z.number().int()),
  /** Of the row set's matches; equal to `counts` for a set without a query. */
  matches: z.array(z.number().int()),
})
export type Histogram = z.infer<typeof Histogram>
