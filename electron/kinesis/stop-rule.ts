import type { StopCondition } from '#shared/model/stream.ts'

/** Arrival stamps are not exact: a record this much past the end, and nothing less, says that the end is past. */
export const END_MARGIN = 1000

/** A page as far as its shard's stop rule needs it. */
export interface PageEnd {
  /** The latest arrival in the page, ms; null for an empty one. */
  lastArrival: number | null
  millisBehind: number | null
  /** The server's time of the answer, ms, to the second. */
  date: number | null
}

/**
 * Whether the shard is done with this page, which itself is always kept: `past` when a record of it is past the end,
 * `tip` at a tip that is past the end. A tip ends only a shard that is open: a closed one may say 0 ms a page before
 * it tells its end, and its children hold what came next.
 */
export type StopRule = (page: PageEnd) => 'past' | 'tip' | null

/**
 * When a shard is done: at a page that holds a record which arrived more than 1 s after the end, or at its tip
 * once the tip is past the end. `startedAt` is the server's time when the capture began, ms; "now" means it.
 * A shard that ends, and a duration that is over, are the reader's business. Arrival stamps are not monotonic,
 * so a record just past the end proves nothing.
 */
export const stopRule = (until: StopCondition, startedAt: number): StopRule => {
  if (until.type === 'never' || until.type === 'duration') return () => null
  const end = until.type === 'now' ? startedAt : until.at
  // For an end in the past the tip always is past it; else the answer's own date, which is rounded down, must be.
  const isPast = end <= startedAt
  return ({ lastArrival, millisBehind, date }) => {
    if (lastArrival !== null && lastArrival > end + END_MARGIN) return 'past'
    return millisBehind === 0 && (isPast || (date !== null && date >= end + END_MARGIN)) ? 'tip' : null
  }
}
