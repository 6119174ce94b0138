import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxHeight, rowsInSight, scaleOf } from '../../../../renderer/ui/virtual-rows.ts'

test('draws the rows in sight and those around them', () => {
  expect(rowsInSight({ top: 0, viewport: 280, rowHeight: 28, count: 100, overscan: 2 })).toEqual([0, 11])
  expect(rowsInSight({ top: 280, viewport: 280, rowHeight: 28, count: 100, overscan: 2 })).toEqual([8, 21])
  expect(rowsInSight({ top: 2520, viewport: 280, rowHeight: 28, count: 100, overscan: 2 })).toEqual([88, 99])
  expect(rowsInSight({ top: 0, viewport: 280, rowHeight: 28, count: 0, overscan: 2 })).toEqual([0, -1])
})

test('every row that touches the view is drawn, and no more than the overscan beyond', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(2000), fc.integer({ min: 1, max: 20_000_000 }), fc.nat(20), (at, viewport, count, overscan) => {
      const rowHeight = 28
      const top = Math.min(at, Math.max(0, count * rowHeight - viewport))
      const [first, last] = rowsInSight({ top, viewport, rowHeight, count, overscan })
      expect(first).toBeLessThanOrEqual(Math.floor(top / rowHeight))
      expect(last).toBe(Math.min(count - 1, Math.ceil((top + viewport) / rowHeight) - 1 + overscan))
    }),
  )
})

test('the scroll bar reaches the last of ten million rows', () => {
  const total = 10_000_000 * 28
  const scale = scaleOf(total, 700)
  expect((maxHeight - 700) * scale).toBeCloseTo(total - 700, 3)
  expect(scaleOf(28_000, 700)).toBe(1)
})
