import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  itemAt,
  itemCount,
  itemOfRow,
  itemsInSight,
  lastTop,
  placeAfterScroll,
  placeAt,
  ROW,
  rowsAmong,
  scrollAt,
  sizeOf,
  TALLEST,
  topToShow,
} from '../../../../renderer/features/records/table-geometry.ts'

const VIEW = 600

describe('a table that the browser can lay out', () => {
  test('stands where its scroll bar stands', () => {
    const size = sizeOf(1_000, VIEW)
    expect(placeAfterScroll(size, { top: 0, shift: 0 }, 1_234)).toEqual({ top: 1_234, shift: 0 })
    expect(itemsInSight({ top: 1_234, shift: 0 }, VIEW, 1_000)).toEqual({ first: 44, last: 65 })
  })
})

describe('a table that is taller', () => {
  const size = sizeOf(10_000_000, VIEW)

  test('has both ends within reach of the bar', () => {
    expect(size.body).toBe(TALLEST)
    expect(placeAfterScroll(size, { top: 500, shift: 400 }, 0).top).toBe(0)
    expect(placeAfterScroll(size, { top: 500, shift: 400 }, TALLEST - VIEW).top).toBe(lastTop(size))
  })

  test('moves by the length of a small step and jumps in proportion to a drag', () => {
    const middle = placeAt(size, lastTop(size) / 2)
    const scroll = scrollAt(size, middle.top)
    expect(placeAfterScroll(size, middle, scroll + 100).top).toBeCloseTo(middle.top + 100)
    const dragged = placeAfterScroll(size, middle, scroll / 2)
    expect(dragged.top / lastTop(size)).toBeCloseTo(0.25)
  })

  test('never leaves its rows', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: TALLEST - VIEW, noNaN: true }), { maxLength: 30 }), (scrolls) => {
        let place = placeAt(size, 0)
        for (const scroll of scrolls) {
          place = placeAfterScroll(size, place, scroll)
          expect(place.top).toBeGreaterThanOrEqual(0)
          expect(place.top).toBeLessThanOrEqual(lastTop(size))
        }
      }),
    )
  })
})

test('nothing is in sight of an empty table', () => {
  const { first, last } = itemsInSight({ top: 0, shift: 0 }, VIEW, 0)
  expect(last).toBeLessThan(first)
})

test('an item is shown whole with the least movement', () => {
  const place = { top: 280, shift: 0 }
  expect(topToShow(5, place, 280)).toBe(140)
  expect(topToShow(12, place, 280)).toBe(280)
  expect(topToShow(20, place, 280)).toBe(21 * ROW - 280)
})

describe('gaps between rows', () => {
  const items = { rows: 10, before: [0, 4, 4, 10] }

  test('stand before their rows', () => {
    const all = Array.from({ length: itemCount(items) }, (_, number) => itemAt(items, number))
    expect(all.map((item) => (item.kind === 'gap' ? `g${item.gap}` : item.index))).toEqual(['g0', 0, 1, 2, 3, 'g1', 'g2', 4, 5, 6, 7, 8, 9, 'g3'])
  })

  test('a row is found at its item and back', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.array(fc.nat(200), { maxLength: 20 }), (rows, gaps) => {
        const items = { rows, before: gaps.map((gap) => Math.min(gap, rows)).toSorted((a, b) => a - b) }
        for (let index = 0; index < rows; index += 1) expect(itemAt(items, itemOfRow(items, index))).toEqual({ kind: 'row', index })
      }),
    )
  })

  test('a range of items names its rows', () => {
    expect(rowsAmong(items, 0, 5)).toEqual({ first: 0, last: 3 })
    expect(rowsAmong(items, 5, 8)).toEqual({ first: 4, last: 5 })
    expect(rowsAmong(items, 3, 2)).toEqual({ first: 0, last: -1 })
  })
})
