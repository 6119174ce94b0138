import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, parseFrom, parseTime, parseUntil } from '../../../electron/cli/times.ts'

describe('a time', () => {
  it.each([
    ['2026-11-23T08:00:00Z', '2026-11-23T08:00:00.000Z'],
    ['2026-11-23T08:00:00.5Z', '2026-11-23T08:00:00.500Z'],
    ['2026-11-23T08:00:00.123456789Z', '2026-11-23T08:00:00.123Z'],
    ['2026-11-23T08:00', '2026-11-23T08:00:00.000Z'],
    ['2026-11-23 08:00:01', '2026-11-23T08:00:01.000Z'],
    ['2026-11-23', '2026-11-23T00:00:00.000Z'],
    ['2026-11-23T08:00:00+01:00', '2026-11-23T07:00:00.000Z'],
    ['2026-11-23T08:00:00-0530', '2026-11-23T13:30:00.000Z'],
    ['2026-11-23T08:00:00+02', '2026-11-23T06:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(parseTime(text) ?? 0).toISOString()).toBe(iso)
  })

  it.each(['', 'now', 'yesterday', '2026', '2026-13-01', '2026-02-30', '2025-02-29', '2026-11-23T25:00', '2026-11-23T08:00:00+25:00', '1700000000', '2026-11-23T08:00:00Z; rm', 'Nov 23 2026'])(
    '%j is none',
    (text) => {
      expect(parseTime(text)).toBeNull()
    },
  )

  it('reads what records are printed with', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01T00:00:00Z'), noInvalidDate: true }), (date) => {
        expect(parseTime(date.toISOString())).toBe(date.getTime())
      }),
    )
  })
})

describe('a duration', () => {
  it.each([
    ['30s', 30_000],
    ['500ms', 500],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1.5h', 5_400_000],
    ['45', 45_000],
    ['PT5M', 300_000],
    ['P1DT1H', 90_000_000],
    ['PT0.5S', 500],
    ['2H', 7_200_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '0', '0s', '-5s', 's', '5x', '5 s', '1h30', 'P', 'PT', 'P1M5', 'banana', '1e9', '99999999999999d'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNull()
  })
})

describe('--from and --until', () => {
  it('take words, times and durations', () => {
    expect(parseFrom('TRIM_HORIZON')).toEqual({ type: 'TRIM_HORIZON' })
    expect(parseFrom('latest')).toEqual({ type: 'LATEST' })
    expect(parseFrom('2026-11-23T08:00:00Z')).toEqual({ type: 'AT_TIMESTAMP', at: Date.UTC(2026, 10, 23, 8) })
    expect(parseUntil('now')).toEqual({ type: 'now' })
    expect(parseUntil('2026-11-23')).toEqual({ type: 'time', at: Date.UTC(2026, 10, 23) })
    expect(parseUntil('10m')).toEqual({ type: 'duration', ms: 600_000 })
  })

  it.each(['soon', '', '10q', '2026-99-99'])('explain %j', (text) => {
    expect(() => parseUntil(text)).toThrow(/no place to stop/)
    expect(() => parseFrom(text)).toThrow(/no place to begin/)
  })
})
