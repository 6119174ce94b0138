import { describe, expect, it } from 'vitest'
import { stopRule } from '../../../electron/kinesis/stop-rule.ts'

const T = 1_000_000
const page = (extra: object = {}) => ({ lastArrival: null, millisBehind: 5000, date: T + 500, ...extra })

describe('when a shard is done', () => {
  it('now: at its tip, or at a record that arrived more than a second after the start', () => {
    const isDone = stopRule({ type: 'now' }, T)
    expect(isDone(page())).toBe(null)
    expect(isDone(page({ millisBehind: 0 }))).toBe('tip')
    expect(isDone(page({ millisBehind: null }))).toBe(null)
    expect(isDone(page({ lastArrival: T + 1000 }))).toBe(null)
    expect(isDone(page({ lastArrival: T + 1001 }))).toBe('past')
  })

  it('a time that is past: by the same rule, and never at the first record after it', () => {
    const isDone = stopRule({ type: 'time', at: T - 60_000 }, T)
    expect(isDone(page({ lastArrival: T - 59_500 }))).toBe(null)
    expect(isDone(page({ lastArrival: T - 58_000 }))).toBe('past')
    expect(isDone(page({ millisBehind: 0 }))).toBe('tip')
  })

  it('a time in the future: once the tip is past it', () => {
    const isDone = stopRule({ type: 'time', at: T + 60_000 }, T)
    expect(isDone(page({ millisBehind: 0 }))).toBe(null)
    expect(isDone(page({ millisBehind: 0, date: T + 60_500 }))).toBe(null)
    expect(isDone(page({ millisBehind: 0, date: T + 61_000 }))).toBe('tip')
    expect(isDone(page({ lastArrival: T + 61_001 }))).toBe('past')
    expect(isDone(page({ millisBehind: 0, date: null }))).toBe(null)
  })

  it('never, and a duration: not by pages', () => {
    for (const until of [{ type: 'never' }, { type: 'duration', ms: 1 }] as const) {
      expect(stopRule(until, T)(page({ millisBehind: 0, lastArrival: T + 1e9, date: T + 1e9 }))).toBe(null)
    }
  })
})
