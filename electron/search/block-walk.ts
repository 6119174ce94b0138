import type { BlockInfo } from '../store/capture-rows.ts'
import type { CaptureReader } from '../store/capture-reader.ts'
import { mayMatch, usesFilters } from './plan.ts'
import type { Plan } from './plan.ts'

/** Rows to look at together: a closed block, or the tail that is in none yet. */
export interface Stretch {
  firstRow: number
  lastRow: number
  /** Of its records; infinite where they are not known, so that it is read first. */
  firstArrival: number
  lastArrival: number
  block: BlockInfo | null
}

export type Order = 'oldest' | 'newest'

/** The rows after `afterRow` up to `lastRow` in stretches, sorted so that each can only hold rows behind the earlier ones' first. */
export const stretchesOf = (
  reader: CaptureReader,
  { afterRow = 0, lastRow, afterBlock = 0, order = null }: { afterRow?: number; lastRow: number; afterBlock?: number; order?: Order | null },
): Stretch[] => {
  const blocks = reader.blocks(afterBlock).filter((block) => block.lastRow > afterRow && block.firstRow <= lastRow)
  const stretches: Stretch[] = blocks.map((block) => ({
    firstRow: Math.max(block.firstRow, afterRow + 1),
    lastRow: Math.min(block.lastRow, lastRow),
    firstArrival: block.firstArrival,
    lastArrival: block.lastArrival,
    block,
  }))
  // Ids have no holes, and a ring drops the oldest: without blocks, so many records end at the last row.
  const end = Math.max(afterRow, blocks.at(-1)?.lastRow ?? lastRow - reader.counters().records)
  if (end < lastRow) stretches.push({ firstRow: end + 1, lastRow, firstArrival: -Infinity, lastArrival: Infinity, block: null })
  if (order === 'oldest') stretches.sort((a, b) => compare(a.firstArrival, b.firstArrival) || a.firstRow - b.firstRow)
  if (order === 'newest') stretches.sort((a, b) => compare(b.lastArrival, a.lastArrival) || b.lastRow - a.lastRow)
  return stretches
}

/** Not a difference: infinity less infinity is no number. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

/** Filters are read ahead for so many blocks: few at first, so that a common term's first matches come at once. */
const FIRST_AHEAD = 8
const MOST_AHEAD = 256

export interface Judged {
  stretch: Stretch
  isSkipped: boolean
}

/** Stretches in their order with what the plan says of each. */
export function* judgedStretches(reader: CaptureReader, stretches: readonly Stretch[], plan: Plan): Generator<Judged> {
  const needsFilters = usesFilters(plan)
  let ahead = FIRST_AHEAD
  let at = 0
  while (at < stretches.length) {
    const window = stretches.slice(at, at + ahead)
    const filters = needsFilters ? readFilters(reader, window) : null
    for (const stretch of window) {
      const { block } = stretch
      yield { stretch, isSkipped: block !== null && !mayMatch(plan, { ...block, filter: filters?.get(block.id) ?? null }) }
    }
    at += ahead
    ahead = Math.min(MOST_AHEAD, ahead * 2)
  }
}

/** Sorted by arrival, neighbours mostly have neighbouring ids: one read for each run of them. */
const readFilters = (reader: CaptureReader, window: readonly Stretch[]): Map<number, Uint8Array> => {
  const ids = window.flatMap(({ block }) => (block?.filtered ? [block.id] : [])).toSorted((a, b) => a - b)
  const filters = new Map<number, Uint8Array>()
  for (let at = 0; at < ids.length; ) {
    let end = at
    while (end + 1 < ids.length && ids[end + 1] === ids[end]! + 1) end++
    for (const { id, filter } of reader.filters(ids[at]!, ids[end]!)) filters.set(id, filter)
    at = end + 1
  }
  return filters
}
