/** Browsers lay out about 33.5 million px (Chromium: 2^25); half of it leaves room for zoom. */
export const maxHeight = 16_000_000

/** How many px of rows one px of the scroll bar's way stands for; 1 while all rows fit the layout. */
export function scaleOf(total: number, viewport: number): number {
  return total <= maxHeight ? 1 : (total - viewport) / (maxHeight - viewport)
}

/** First and last row to draw (inclusive; last is -1 without rows), `overscan` rows around those in sight. */
export function rowsInSight({ top, viewport, rowHeight, count, overscan }: { top: number; viewport: number; rowHeight: number; count: number; overscan: number }): [number, number] {
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan)
  const last = Math.min(count - 1, Math.ceil((top + viewport) / rowHeight) - 1 + overscan)
  return [Math.min(first, Math.max(0, count - 1)), last]
}
