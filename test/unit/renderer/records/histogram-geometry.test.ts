import { describe, expect, test } from 'vitest'
import { drawHistogram, scaleOf, timeOfX, withRoom, xOfTime } from '../../../../renderer/features/records/histogram-geometry.ts'

const box = { left: 16, right: 816, top: 18, base: 46 }
const label = (time: number) => String(time)
const histogram = { from: 0, width: 1_000, counts: [0, 10, 5, 4], matches: [0, 5, 0, 1] }

describe('drawHistogram', () => {
  test('draws a bar per bucket that has anything in it, the highest up to the scale', () => {
    const drawing = drawHistogram(histogram, box, label)
    expect(drawing.records.match(/M/g)).toHaveLength(3)
    expect(drawing.matches.match(/M/g)).toHaveLength(2)
    expect(drawing.records).toContain('M216.0 46v-28.0')
    expect(drawing.peak).toBe(10)
  })
  test('a single record among a million is still seen', () => {
    const drawing = drawHistogram({ from: 0, width: 1_000, counts: [1_000_000, 1], matches: [0, 0] }, box, label)
    expect(drawing.records).toContain('v-1.0')
  })
  test('a burst is cut and marked, so that the usual bars are seen beside it', () => {
    const counts = [5_000, ...Array.from({ length: 59 }, (_, at) => 38 + (at % 5))]
    const drawing = drawHistogram({ from: 0, width: 1_000, counts, matches: counts }, box, label)
    expect(drawing.scale).toBe(53)
    expect(drawing.peak).toBe(5_000)
    expect(drawing.breaks.match(/M/g)).toHaveLength(1)
    expect(drawing.records).toContain('v-28.0')
    expect(scaleOf([1, 2, 5])).toBe(5)
    expect(scaleOf([1, 100])).toBe(100)
    expect(scaleOf([])).toBe(0)
  })
  test('a view of a few seconds leaves room before them, in which nothing was', () => {
    const roomy = withRoom(histogram)
    expect(roomy.counts).toHaveLength(120)
    expect(roomy.matches.slice(-4)).toEqual(histogram.matches)
    expect(roomy.from + 116 * roomy.width).toBe(histogram.from)
    const full = { from: 0, width: 1_000, counts: Array(121).fill(1), matches: Array(121).fill(0) }
    expect(withRoom(full)).toBe(full)
  })
  test('an empty one has no bars and no peak', () => {
    const drawing = drawHistogram({ from: 0, width: 1_000, counts: [0, 0], matches: [0, 0] }, box, label)
    expect(drawing).toMatchObject({ records: '', matches: '', peak: 0 })
  })
  test('labels stand at round times and leave room for each other', () => {
    const { ticks } = drawHistogram({ from: 60_123, width: 5_000, counts: Array(180).fill(1), matches: Array(180).fill(0) }, box, label)
    expect(ticks.length).toBeGreaterThan(3)
    for (const [at, tick] of ticks.entries()) {
      expect(tick.time % 60_000).toBe(0)
      const before = ticks[at - 1]
      if (before !== undefined) expect(tick.x - before.x).toBeGreaterThanOrEqual(80)
    }
  })
  test('a span of a month has a handful of labels', () => {
    const { ticks } = drawHistogram({ from: 0, width: 86_400_000 * 5, counts: Array(180).fill(1), matches: Array(180).fill(0) }, box, label)
    expect(ticks.length).toBeLessThan(12)
  })
})

test('a place in the drawing is a time, and back', () => {
  expect(timeOfX(histogram, box, xOfTime(histogram, box, 2_500))).toBeCloseTo(2_500)
  expect(timeOfX(histogram, box, -50)).toBe(0)
  expect(timeOfX(histogram, box, 9_999)).toBe(4_000)
})
