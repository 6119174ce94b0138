import type { Gap } from '#shared/model/capture.ts'

export interface PlacedGap {
  gap: Gap
  /** Index of the row before which it is drawn. */
  before: number
}

/** The most gaps that are drawn as rows; the drawing above the table shows all of them. */
export const MOST_GAPS = 200

/** When reading went on after a gap, ms; null for what is missing before everything. */
export function endOf(gap: Gap): number | null {
  return gap.toTime ?? gap.fromTime
}

/**
 * Gaps with the row before which they belong: that of the first record that arrived when
 * reading went on. Ascending, as the table wants them.
 */
export async function placeGaps(gaps: readonly Gap[], indexOfTime: (time: number) => Promise<number>): Promise<PlacedGap[]> {
  const placed: PlacedGap[] = []
  for (const gap of gaps.slice(0, MOST_GAPS)) {
    const end = endOf(gap)
    placed.push({ gap, before: end === null ? 0 : await indexOfTime(end) })
  }
  return placed.toSorted((a, b) => a.before - b.before || (endOf(a.gap) ?? 0) - (endOf(b.gap) ?? 0) || a.gap.id - b.gap.id)
}
