import { expect, test } from 'vitest'
import { rangeWords } from '../../../../renderer/features/captures/capture-words.ts'

test('a range names its day once', () => {
  const first = Date.UTC(2026, 10, 22, 9, 10)
  expect(rangeWords({ firstArrival: first, lastArrival: first + 1_951_000 }, 'utc')).toBe('22 Nov, 09:10:00 to 09:42:31')
  expect(rangeWords({ firstArrival: first, lastArrival: first + 86_400_000 }, 'utc')).toBe('22 Nov, 09:10:00 to 23 Nov, 09:10:00')
  expect(rangeWords({ firstArrival: null, lastArrival: null }, 'utc')).toBe('no records yet')
})
