import { describe, expect, it } from 'vitest'
import { timeLeft } from '../../../electron/capture/time-left.ts'

const free = { records: Number.POSITIVE_INFINITY, recordsPerSecond: 100, bytes: Number.POSITIVE_INFINITY, bytesPerSecond: 1000, duration: null }

describe('how long a capture still takes', () => {
  it('is told by the pace at which the end of its range comes near', () => {
    expect(timeLeft({ at: 0, toGo: 60_000 }, { at: 1000, toGo: 50_000 }, free)).toBe(5000)
    // At the tip, the stream's time goes by as the clock does.
    expect(timeLeft({ at: 0, toGo: 60_000 }, { at: 1000, toGo: 59_000 }, free)).toBe(59_000)
    expect(timeLeft({ at: 0, toGo: 60_000 }, { at: 1000, toGo: -5 }, free)).toBe(0)
  })

  it('is the first of its limits', () => {
    expect(timeLeft(undefined, undefined, { ...free, records: 500 })).toBe(5000)
    expect(timeLeft(undefined, undefined, { ...free, records: 500, bytes: 2000 })).toBe(2000)
    expect(timeLeft(undefined, undefined, { ...free, records: 500, duration: 700 })).toBe(700)
  })

  it('is not told where nobody can tell', () => {
    expect(timeLeft(undefined, undefined, free)).toBeNull()
    expect(timeLeft({ at: 0, toGo: 50_000 }, { at: 1000, toGo: 60_000 }, free)).toBeNull()
    expect(timeLeft({ at: 0, toGo: null }, { at: 1000, toGo: null }, free)).toBeNull()
    expect(timeLeft(undefined, undefined, { ...free, records: 500, recordsPerSecond: 0 })).toBeNull()
  })
})
