import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBytes, formatCount, formatDateTime, formatDuration, formatRate, formatRelative, formatShare, formatShort, formatTime } from '../../../../renderer/ui/format.ts'

const at = Date.UTC(2026, 10, 22, 14, 31, 58, 74)

describe('sizes and counts', () => {
  test.each([[0, '0 B'], [930, '930 B'], [1023, '1,023 B'], [1024, '1 KiB'], [1229, '1.2 KiB'], [1024 ** 2 - 1, '1 MiB'], [222_298_112, '212 MiB'], [1.2 * 1024 ** 3, '1.2 GiB'], [5e15, '4,547 TiB']])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  test('a size never reads as 1024 of its unit', () => {
    fc.assert(fc.property(fc.nat(2 ** 31 - 1), (bytes) => {
      expect(formatBytes(bytes)).not.toMatch(/^1,02[45] [KMG]/)
    }))
  })

  test('counts digit for digit, rates short', () => {
    expect(formatCount(1_912_377)).toBe('1,912,377')
    expect(formatRate(2100)).toBe('2.1 k/s')
    expect(formatRate(0.9)).toBe('0.9/s')
    expect(formatShort(999.7)).toBe('1 k')
    expect(formatShort(61.4)).toBe('61')
    expect(formatShare(0.623)).toBe('62.3 %')
  })
})

describe('times', () => {
  test('absolute, to the millisecond, in UTC', () => {
    expect(formatTime(at, 'utc')).toBe('14:31:58.074')
    expect(formatTime(at, 'utc', 'minute')).toBe('14:31')
    expect(formatDateTime(at, 'utc')).toBe('2026-11-22 14:31:58.074')
  })

  test('local time is the same moment', () => {
    const shown = formatDateTime(at, 'local')
    expect(new Date(shown.replace(' ', 'T')).getTime()).toBe(at)
  })

  test.each([[0, '0 ms'], [412, '412 ms'], [1000, '1 s'], [965_000, '16 min 5 s'], [12_000_000, '3 h 20 min'], [3_600_000, '1 h'], [187_200_000, '2 d 4 h'], [59_999, '1 min']])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  test('how far from now', () => {
    expect(formatRelative(at - 8400, at)).toBe('8 s ago')
    expect(formatRelative(at - 400, at)).toBe('now')
    expect(formatRelative(at + 180_000, at)).toBe('in 3 min')
    expect(formatRelative(at - 3 * 86_400_000, at)).toBe('3 d ago')
  })
})
