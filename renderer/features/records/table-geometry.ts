/** Height of a row in px, as `--h-row`. */
export const ROW = 28

/** Height in px of the header, which stays in sight above the rows, as `--h-row-tight`. */
export const HEAD = 24

/** Chromium lays nothing out past 33,554,432 px: a taller table scrolls a shorter one and jumps in proportion. */
export const TALLEST = 15_000_000

/**
 * Where a table of any height stands: `top` is the true offset in px of what is at its upper
 * edge, `shift` what has to be added to the scroll bar's offset to get it.
 */
export interface TablePlace {
  top: number
  shift: number
}

/** Heights in px: of all rows, of the element that is scrolled, of what is in sight. */
export interface TableSize {
  rows: number
  body: number
  view: number
}

export function sizeOf(items: number, view: number): TableSize {
  const rows = items * ROW
  return { rows, body: Math.min(rows, TALLEST), view }
}

export const lastTop = (size: TableSize): number => Math.max(0, size.rows - size.view)
const lastScroll = (size: TableSize): number => Math.max(0, size.body - size.view)

/**
 * Where the table stands after its scroll bar moved to `scroll`. Steps of up to a screen or
 * two move by their own length; a drag of the bar jumps in proportion, and so do the ends.
 */
export function placeAfterScroll(size: TableSize, before: TablePlace, scroll: number): TablePlace {
  if (size.rows <= size.body) return { top: scroll, shift: 0 }
  const isDrag = Math.abs(scroll - (before.top - before.shift)) > 2 * size.view
  const isAtAnEnd = scroll <= 0 || scroll >= lastScroll(size)
  const top = isDrag || isAtAnEnd ? (scroll / lastScroll(size)) * lastTop(size) : scroll + before.shift
  return placeAt(size, top, scroll)
}

/** The place with `top` at the upper edge, and the scroll bar where that is (or at `scroll`). */
export function placeAt(size: TableSize, top: number, scroll?: number): TablePlace {
  const bounded = Math.min(Math.max(0, top), lastTop(size))
  if (size.rows <= size.body) return { top: bounded, shift: 0 }
  return { top: bounded, shift: bounded - (scroll ?? scrollAt(size, bounded)) }
}

/** Where the scroll bar stands for a true offset. */
export function scrollAt(size: TableSize, top: number): number {
  if (size.rows <= size.body || lastTop(size) === 0) return top
  return (top / lastTop(size)) * lastScroll(size)
}

/** Items in sight, the first and the last one perhaps in part; `last` < `first` where there are none. */
export function itemsInSight(place: TablePlace, view: number, items: number): { first: number; last: number } {
  const first = Math.max(0, Math.min(items - 1, Math.floor(place.top / ROW)))
  return { first, last: Math.min(items - 1, Math.ceil((place.top + view) / ROW) - 1) }
}

/** `top` that shows an item whole, moving as little as possible. */
export function topToShow(item: number, place: TablePlace, view: number): number {
  const upper = item * ROW
  if (upper < place.top) return upper
  return upper + ROW > place.top + view ? upper + ROW - view : place.top
}

/**
 * The items of the table: rows, with a gap before row `before[i]` (ascending, several may
 * share a row). Item numbers count both.
 */
export interface Items {
  rows: number
  before: readonly number[]
}

export const itemCount = (items: Items): number => items.rows + items.before.length

export type Item = { kind: 'row'; index: number } | { kind: 'gap'; gap: number }

/** What stands at an item number. */
export function itemAt(items: Items, number: number): Item {
  // Gap g stands at item before[g] + g, as g gaps and before[g] rows come first.
  let low = 0
  let high = items.before.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((items.before[middle] ?? 0) + middle < number) low = middle + 1
    else high = middle
  }
  if (low < items.before.length && (items.before[low] ?? 0) + low === number) return { kind: 'gap', gap: low }
  return { kind: 'row', index: number - low }
}

/** The item number of a row: gaps before it push it down. */
export function itemOfRow(items: Items, index: number): number {
  let low = 0
  let high = items.before.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((items.before[middle] ?? 0) <= index) low = middle + 1
    else high = middle
  }
  return index + low
}

/** Rows among a range of items; gaps at its ends do not count. */
export function rowsAmong(items: Items, first: number, last: number): { first: number; last: number } {
  if (last < first) return { first: 0, last: -1 }
  const from = itemAt(items, first)
  const to = itemAt(items, last)
  return {
    first: from.kind === 'row' ? from.index : (items.before[from.gap] ?? 0),
    last: to.kind === 'row' ? to.index : (items.before[to.gap] ?? 0) - 1,
  }
}
