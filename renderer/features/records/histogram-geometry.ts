import type { Histogram } from '#shared/model/row-set.ts'

/** The drawing's box in px: axis labels stand under `base`, the scale over `top`. */
export interface HistogramBox {
  left: number
  right: number
  top: number
  base: number
}

export interface HistogramDrawing {
  /** SVG paths of the bars: all records, and the matches among them. */
  records: string
  matches: string
  /** Cuts through the bars that are higher than the scale. */
  breaks: string
  /** The scale's upper end in records a second. */
  scale: number
  /** The highest bar in records a second; more than the scale where bars are cut. */
  peak: number
  ticks: { x: number; time: number; label: string; anchor: 'start' | 'middle' | 'end' }[]
}

const STEPS = [
  100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
  10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
]

/** Space between axis labels in px, at least. */
const LABEL_SPACE = 92

/** Fewest bars that the drawing has room for: a view that was just opened fills from the right, and its bars stay narrow. */
const FEWEST = 120

/** The same with empty buckets before it. */
export function withRoom(histogram: Histogram): Histogram {
  const missing = FEWEST - histogram.counts.length
  if (missing <= 0) return histogram
  const empty = Array.from({ length: missing }, () => 0)
  return { from: histogram.from - missing * histogram.width, width: histogram.width, counts: [...empty, ...histogram.counts], matches: [...empty, ...histogram.matches] }
}

/**
 * Records in a bucket that reach the scale. A burst that towers over the rest, as the backlog of a stream that was just
 * opened, is cut, or nothing else could be seen: the scale then is what 19 of 20 bars stay under, and a little more.
 */
export function scaleOf(counts: readonly number[]): number {
  const some = counts.filter((count) => count > 0).toSorted((one, other) => one - other)
  const most = some.at(-1) ?? 0
  const usual = some[Math.floor(0.95 * (some.length - 1))] ?? 0
  return some.length >= 3 && most > TOWERS * usual ? Math.ceil(usual * 1.25) : most
}

const TOWERS = 3

export const endOfHistogram = (histogram: Histogram): number => histogram.from + histogram.width * histogram.counts.length

/** Where a time stands; may lie outside the box. */
export function xOfTime(histogram: Histogram, box: HistogramBox, time: number): number {
  const span = histogram.width * histogram.counts.length
  return box.left + ((time - histogram.from) / span) * (box.right - box.left)
}

export function timeOfX(histogram: Histogram, box: HistogramBox, x: number): number {
  const share = Math.min(1, Math.max(0, (x - box.left) / (box.right - box.left)))
  return histogram.from + share * histogram.width * histogram.counts.length
}

/** Bars, scale and axis for a histogram. `label` writes a time for a distance between labels. */
export function drawHistogram(histogram: Histogram, box: HistogramBox, label: (time: number, step: number) => string): HistogramDrawing {
  const { counts, matches, width } = histogram
  const most = counts.reduce((most, count) => Math.max(most, count), 0)
  const scale = scaleOf(counts)
  const bar = (box.right - box.left) / Math.max(1, counts.length)
  const gap = Math.min(0.9, bar * 0.2)
  const path = (values: readonly number[]) =>
    values
      .map((value, at) => {
        if (value === 0) return ''
        // A bucket with anything in it is seen.
        const height = Math.max(1, Math.min(1, value / scale) * (box.base - box.top))
        const x = box.left + at * bar
        return `M${x.toFixed(1)} ${box.base}v${(-height).toFixed(1)}h${(bar - gap).toFixed(2)}V${box.base}z`
      })
      .join('')
  return {
    records: most === 0 ? '' : path(counts),
    matches: most === 0 ? '' : path(matches),
    breaks: counts.map((count, at) => (count > scale ? `M${(box.left + at * bar - 1).toFixed(1)} ${box.top + 7}l${(bar - gap + 2).toFixed(2)} -4` : '')).join(''),
    scale: width > 0 ? (scale / width) * 1_000 : 0,
    peak: width > 0 ? (most / width) * 1_000 : 0,
    ticks: ticksOf(histogram, box, label),
  }
}

function ticksOf(histogram: Histogram, box: HistogramBox, label: (time: number, step: number) => string): HistogramDrawing['ticks'] {
  const span = histogram.width * histogram.counts.length
  if (span <= 0) return []
  const most = Math.max(1, Math.floor((box.right - box.left) / LABEL_SPACE))
  const step = STEPS.find((step) => span / step <= most) ?? Math.ceil(span / most / 86_400_000) * 86_400_000
  const ticks: HistogramDrawing['ticks'] = []
  for (let time = Math.ceil(histogram.from / step) * step; time <= histogram.from + span; time += step) {
    const x = xOfTime(histogram, box, time)
    if (ticks.length > 0 && x > box.right - LABEL_SPACE / 2) break
    const anchor = x < box.left + 24 ? 'start' : x > box.right - 24 ? 'end' : 'middle'
    ticks.push({ x, time, label: label(time, step), anchor })
  }
  return ticks
}
