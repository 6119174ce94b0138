const SECOND = 1_000
const DAY = 86_400 * SECOND

/** Round widths, and no bar narrower than the second that its rate is told in. */
const WIDTHS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400].map((seconds) => seconds * SECOND)

/**
 * At most `most` buckets that cover two times (ms since the epoch) and what lies between. They start at multiples of
 * their width, so that a drawing of a capture that grows adds bars and does not shuffle those that it has.
 */
export const bucketsOver = (first: number, last: number, most: number): { from: number; width: number; buckets: number } => {
  const count = (width: number): number => Math.floor(last / width) - Math.floor(first / width) + 1
  let width = WIDTHS.find((width) => count(width) <= most) ?? 2 * DAY
  while (count(width) > most) width *= 2
  return { from: Math.floor(first / width) * width, width, buckets: count(width) }
}
