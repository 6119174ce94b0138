import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketsOver } from '../../../electron/search/time-buckets.ts'

const time = fc.integer({ min: 0, max: Date.UTC(2040, 0, 1) })

describe('buckets over a range of times', () => {
  test('cover both ends, are no more than asked for, and stand at multiples of whole seconds', () => {
    fc.assert(
      fc.property(time, fc.oneof(fc.constant(0), fc.nat(5_000), fc.nat(100_000_000), fc.nat(1e12)), fc.integer({ min: 1, max: 500 }), (first, span, most) => {
        const last = first + span
        const { from, width, buckets } = bucketsOver(first, last, most)
        expect(buckets).toBeGreaterThanOrEqual(1)
        expect(buckets).toBeLessThanOrEqual(most)
        expect(from).toBeLessThanOrEqual(first)
        expect(first).toBeLessThan(from + width)
        expect(Math.floor((last - from) / width)).toBe(buckets - 1)
        expect(from % width).toBe(0)
        expect(width % 1_000).toBe(0)
      }),
    )
  })

  test('stay where they are while the range grows, until they become too many', () => {
    const first = Date.UTC(2026, 10, 22, 14, 17, 3, 250)
    expect(bucketsOver(first, first, 180)).toEqual({ from: first - 250, width: 1_000, buckets: 1 })
    expect(bucketsOver(first, first + 100_000, 180)).toEqual({ from: first - 250, width: 1_000, buckets: 101 })
    expect(bucketsOver(first, first + 300_000, 180)).toMatchObject({ width: 2_000 })
    expect(bucketsOver(first, first + 86_400_000, 180)).toMatchObject({ width: 600_000 })
  })
})
