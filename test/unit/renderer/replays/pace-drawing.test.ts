import { describe, expect, test } from 'vitest'
import { drawPace } from '../../../../renderer/features/replays/pace-drawing.ts'

const original = Array.from({ length: 100 }, (_, at) => (at === 50 ? 1_000 : 100))
const WIDTH = 800

describe('drawPace', () => {
  test('twice the pace takes half the way and doubles the rate', () => {
    const drawing = drawPace(original, 1_000, 50_000, { type: 'speed', factor: 2 }, WIDTH)
    expect(drawing.end).toBe(400)
    expect(drawing.originalPeak).toBe(1_000)
    expect(drawing.replayedPeak).toBe(2_000)
  })
  test('a replay that takes longer widens the axis', () => {
    const drawing = drawPace(original, 1_000, 200_000, { type: 'speed', factor: 0.5 }, WIDTH)
    expect(drawing.end).toBe(WIDTH)
    expect(drawing.replayedPeak).toBe(500)
  })
  test('a set rate is even', () => {
    const drawing = drawPace(original, 1_000, 20_000, { type: 'rate', recordsPerSecond: 545 }, WIDTH)
    const heights = new Set(drawing.replayed.match(/v-[\d.]+/g))
    expect(heights.size).toBe(1)
    expect(drawing.replayedPeak).toBeCloseTo(545)
  })
  test('nothing selected draws nothing', () => {
    const drawing = drawPace([], 0, 0, { type: 'fastest' }, WIDTH)
    expect(drawing).toMatchObject({ original: '', replayed: '', originalPeak: 0, replayedPeak: 0 })
  })
  test('labels leave room for each other, from milliseconds to weeks', () => {
    for (const bucketMs of [0.5, 10, 1_000, 60_000, 20_000_000]) {
      const { ticks } = drawPace(original, bucketMs, bucketMs * 100, { type: 'speed', factor: 1 }, WIDTH)
      expect(ticks.length).toBeGreaterThan(1)
      expect(ticks.length).toBeLessThan(13)
    }
  })
})
