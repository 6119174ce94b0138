import type { ReadableDB, WritableDB } from './database.ts'

/**
 * Rows counted by arrival, in buckets of 2^8 ms (a quarter of a second), and those 64 by 64 in
 * larger ones: the n-th row in order of arrival, and the rows before a time, are found by summing
 * at most 64 counts a level, however many rows there are. A plain OFFSET walks the index: 20 ms
 * in the middle of a million rows.
 */
const SHIFTS = [38, 32, 26, 20, 14, 8] as const
const CHILDREN = 64
const FINEST = 2 ** 8
/** Finer buckets of a histogram than this are counted over the index: walking to two edges would cost more. */
const COUNT_BELOW_MS = 4 * FINEST

/** Rows to add to (or, negative, take from) the finest buckets. */
export type TallyChanges = Map<number, number>

export function tallyRow(changes: TallyChanges, arrival: number, by: 1 | -1): void {
  const bucket = Math.floor(arrival / FINEST)
  changes.set(bucket, (changes.get(bucket) ?? 0) + by)
}

/** Writes changes into every level, in the caller's transaction. */
export function prepareTally(db: WritableDB): (changes: TallyChanges) => void {
  const add = db.prepare<[number, number, number]>(
    `INSERT INTO tally (shift, bucket, records) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records`,
  )
  const tidy = db.prepare<[number, number]>(`DELETE FROM tally WHERE shift = ? AND bucket = ? AND records <= 0`)
  return (changes) => {
    let level = changes
    for (let i = SHIFTS.length - 1; i >= 0; i--) {
      const shift = SHIFTS[i] as number
      const above: TallyChanges = new Map()
      for (const [bucket, records] of level) {
        if (records !== 0) add.run(shift, bucket, records)
        if (records < 0) tidy.run(shift, bucket)
        const parent = Math.floor(bucket / CHILDREN)
        above.set(parent, (above.get(parent) ?? 0) + records)
      }
      level = above
    }
  }
}

/** Finds rows by their place in the order (arrival, id). All of it in the caller's transaction. */
export interface ArrivalOrder {
  /** Arrival at or before the row at `offset`, and how many rows from there on come before it; null past the end. */
  seek(offset: number): { arrival: number; skip: number } | null
  /** Rows that arrived before a time. */
  before(time: number): number
  /** Rows per bucket [from + i·width, from + (i+1)·width). */
  histogram(from: number, width: number, buckets: number): number[]
}

export function prepareArrivalOrder(db: ReadableDB): ArrivalOrder {
  const children = db.prepare<[number, number, number], { bucket: number; records: number }>(
    `SELECT bucket, records FROM tally WHERE shift = ? AND bucket >= ? AND bucket < ? ORDER BY bucket`,
  )
  const sum = db
    .prepare<[number, number, number], number>(`SELECT coalesce(sum(records), 0) FROM tally WHERE shift = ? AND bucket >= ? AND bucket < ?`)
    .pluck()
  const between = db.prepare<[number, number], number>(`SELECT count(*) FROM record WHERE arrival >= ? AND arrival < ?`).pluck()
  const count = (from: number, to: number): number => between.get(Math.ceil(from), Math.ceil(to)) ?? 0

  const before = (time: number): number => {
    const target = Math.ceil(time)
    let rows = 0
    let first = Number.MIN_SAFE_INTEGER
    for (const shift of SHIFTS) {
      const bucket = Math.floor(target / 2 ** shift)
      rows += sum.get(shift, first, bucket) ?? 0
      first = bucket * CHILDREN
    }
    return rows + count(Math.floor(target / FINEST) * FINEST, target)
  }

  return {
    before,
    seek: (offset) => {
      let skip = offset
      let first = Number.MIN_SAFE_INTEGER
      let end = Number.MAX_SAFE_INTEGER
      for (const shift of SHIFTS) {
        const found = children.all(shift, first, end).find(({ records }) => {
          if (skip < records) return true
          skip -= records
          return false
        })
        if (found === undefined) return null
        if (shift === SHIFTS.at(-1)) return { arrival: found.bucket * FINEST, skip }
        first = found.bucket * CHILDREN
        end = first + CHILDREN
      }
      return null
    },
    histogram: (from, width, buckets) => {
      const edge = (i: number): number => from + i * width
      if (width < COUNT_BELOW_MS) return Array.from({ length: buckets }, (_, i) => count(edge(i), edge(i + 1)))
      const ranks = Array.from({ length: buckets + 1 }, (_, i) => before(edge(i)))
      return Array.from({ length: buckets }, (_, i) => (ranks[i + 1] ?? 0) - (ranks[i] ?? 0))
    },
  }
}
