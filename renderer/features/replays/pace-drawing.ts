import type { Pace } from '#shared/model/replay.ts'

/** Box of the drawing in px: the original stands on `upper`, the replayed on `lower`. */
export const UPPER = 44
export const LOWER = 124
const UPPER_HEIGHT = 26
const LOWER_HEIGHT = 44

export interface PaceDrawing {
  original: string
  replayed: string
  /** Lines from a moment of the original to when it is replayed. */
  lines: string
  /** Where the replay ends. */
  end: number
  /** Records a second in the busiest bucket, as it was and as it is replayed. */
  originalPeak: number
  replayedPeak: number
  ticks: { x: number; ms: number; anchor: 'start' | 'middle' | 'end' }[]
}

/** Space for a label such as “1 min 30 s”, in px. */
const LABEL_SPACE = 88

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
  7_200_000, 14_400_000, 21_600_000, 43_200_000, 86_400_000,
]

/**
 * The records at their original pace and at the chosen one over one time axis.
 * `original` counts records per bucket of `bucketMs`; the replay takes `durationMs`.
 */
export function drawPace(original: readonly number[], bucketMs: number, durationMs: number, pace: Pace, width: number): PaceDrawing {
  const span = original.length * bucketMs
  const axis = Math.max(span, durationMs, 1)
  const x = (ms: number) => (ms / axis) * width
  const records = original.reduce((sum, count) => sum + count, 0)
  const most = original.reduce((most, count) => Math.max(most, count), 0)
  const originalPeak = bucketMs > 0 ? (most / bucketMs) * 1_000 : 0
  // At a rate, and as fast as it goes, the original distances are gone: the replay is even.
  const isEven = pace.type !== 'speed'
  const stretch = span > 0 ? durationMs / span : 1
  const replayedPeak = durationMs <= 0 ? 0 : isEven ? (records / durationMs) * 1_000 : originalPeak / (stretch > 0 ? stretch : 1)
  const highest = Math.max(originalPeak, replayedPeak, Number.MIN_VALUE)
  // One scale for both, as long as the smaller of them can still be seen.
  const upperHeight = Math.min(UPPER_HEIGHT, Math.max(8, (originalPeak / highest) * LOWER_HEIGHT))
  const lowerHeight = Math.max(8, (replayedPeak / highest) * LOWER_HEIGHT)

  const bars = (counts: readonly number[], total: number, base: number, height: number) => {
    if (counts.length === 0 || most === 0) return ''
    // Bars of three px or more: a short replay has room for fewer of them.
    const merge = Math.max(1, Math.ceil((counts.length * 3) / Math.max(3, x(total))))
    const merged = Array.from({ length: Math.ceil(counts.length / merge) }, (_, at) => {
      const part = counts.slice(at * merge, (at + 1) * merge)
      return part.reduce((sum, count) => sum + count, 0) / part.length
    })
    const top = merged.reduce((top, count) => Math.max(top, count), 0)
    const bar = x(total) / merged.length
    return merged
      .map((count, at) => {
        if (count === 0) return ''
        const tall = Math.max(1, (count / top) * height)
        return `M${(at * bar).toFixed(2)} ${base}v${(-tall).toFixed(1)}h${Math.max(0.5, bar - Math.min(0.8, bar * 0.2)).toFixed(2)}V${base}z`
      })
      .join('')
  }
  const even = isEven ? original.map(() => most) : original
  const lines = Array.from({ length: 9 }, (_, at) => {
    const share = at / 8
    // An even replay reaches a moment when all records before it are sent.
    const sentBefore = isEven && records > 0 ? original.slice(0, Math.round(share * original.length)).reduce((sum, count) => sum + count, 0) / records : share
    return `M${x(share * span).toFixed(1)} ${UPPER + 1}L${x(sentBefore * durationMs).toFixed(1)} ${LOWER - LOWER_HEIGHT - 4}`
  }).join('')

  const step = STEPS.find((step) => (axis / step) * LABEL_SPACE <= width) ?? Math.ceil(axis / 10 / 86_400_000) * 86_400_000
  const ticks: PaceDrawing['ticks'] = []
  for (let ms = 0; ms <= axis; ms += step) {
    const at = x(ms)
    ticks.push({ x: at, ms, anchor: ms === 0 ? 'start' : at > width - 24 ? 'end' : 'middle' })
  }
  return {
    original: bars(original, span, UPPER, upperHeight),
    replayed: bars(even, durationMs, LOWER, lowerHeight),
    lines,
    end: x(durationMs),
    originalPeak,
    replayedPeak,
    ticks,
  }
}
