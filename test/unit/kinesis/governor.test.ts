import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budgetFor, createGovernor, SHARD_LIMIT, VIEW_BYTES_PER_SECOND } from '../../../electron/kinesis/governor.ts'

const MINUTE = 60_000

const manual = () => {
  let time = 0
  return { now: () => time, sleep: () => Promise.reject(new Error('nobody sleeps here')), to: (at: number) => (time = Math.max(time, at)) }
}

/** Calls in any window of a second that begins with a call. */
const mostInASecond = (calls: number[]): number => {
  let most = 0
  let first = 0
  for (const [at, call] of calls.entries()) {
    while ((calls[first] ?? 0) <= call - 1000) first += 1
    most = Math.max(most, at - first + 1)
  }
  return most
}

describe('the governor', () => {
  it('never exceeds its budget over 1,000 minutes with ten greedy views on a shard', () => {
    const clock = manual()
    const governor = createGovernor(clock, budgetFor(2))
    const calls: number[] = []
    let bytes = 0
    while (clock.now() < 1000 * MINUTE) {
      let wait = 0
      for (let view = 0; view < 10; view += 1) {
        wait = governor.take('shard')
        if (wait > 0) continue
        calls.push(clock.now())
        const page = calls.length % 7 === 0 ? 10 * 1024 * 1024 : 300_000
        governor.spent('shard', page)
        bytes += page
      }
      clock.to(clock.now() + Math.max(wait, 1))
    }
    const seconds = clock.now() / 1000
    expect(mostInASecond(calls)).toBeLessThanOrEqual(2)
    // One page may be on its way at the end.
    expect(bytes).toBeLessThanOrEqual(seconds * (SHARD_LIMIT.bytesPerSecond / 2) + 10 * 1024 * 1024)
    // And does not starve: a budget that is not used is a slow console.
    expect(bytes).toBeGreaterThan(seconds * (SHARD_LIMIT.bytesPerSecond / 2) * 0.85)
  })

  it('holds for any pattern of asking', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 5, maxLength: 300 }), fc.integer({ min: 1, max: 5 }), (gaps, rate) => {
        const clock = manual()
        const governor = createGovernor(clock, budgetFor(rate))
        const calls: number[] = []
        for (const gap of gaps) {
          clock.to(clock.now() + gap)
          if (governor.take('shard') === 0) calls.push(clock.now())
        }
        expect(mostInASecond(calls)).toBeLessThanOrEqual(rate)
      }),
    )
  })

  it('says exactly when a call may be made', () => {
    const clock = manual()
    const governor = createGovernor(clock, budgetFor(2))
    expect(governor.take('a')).toBe(0)
    expect(governor.take('a')).toBe(500)
    expect(governor.take('b')).toBe(0)
    clock.to(499)
    expect(governor.take('a')).toBeGreaterThan(0)
    clock.to(500)
    expect(governor.take('a')).toBe(0)
  })

  it('halves at a throttle and recovers slowly', () => {
    const clock = manual()
    const governor = createGovernor(clock, budgetFor(2))
    governor.throttled('a')
    expect(governor.take('a')).toBe(0)
    expect(governor.take('a')).toBe(1000)
    for (let n = 0; n < 10; n += 1) governor.throttled('a')
    clock.to(1000)
    expect(governor.take('a')).toBe(0)
    // Never less than an eighth.
    expect(governor.take('a')).toBe(4000)
    clock.to(5 * MINUTE)
    expect(governor.take('a')).toBe(0)
    expect(governor.take('a')).toBe(500)
  })

  it('keeps a stream’s shards together within the bytes of a view', () => {
    const clock = manual()
    const governor = createGovernor(clock, budgetFor(2, VIEW_BYTES_PER_SECOND))
    let bytes = 0
    while (clock.now() < MINUTE) {
      for (let shard = 0; shard < 40; shard += 1) {
        if (governor.take(`shard ${shard}`) > 0) continue
        governor.spent(`shard ${shard}`, 500_000)
        bytes += 500_000
      }
      clock.to(clock.now() + 10)
    }
    expect(bytes).toBeLessThanOrEqual(61 * VIEW_BYTES_PER_SECOND + 40 * 500_000)
  })

  it('takes a new budget at once', () => {
    const clock = manual()
    const governor = createGovernor(clock, budgetFor(0.5))
    governor.take('a')
    expect(governor.take('a')).toBe(2000)
    governor.setBudget(budgetFor(2))
    expect(governor.take('a')).toBe(500)
    expect(governor.budget.callsPerSecond).toBe(2)
  })

  it('is off for an infinite budget, and meters what was used', () => {
    const clock = manual()
    const governor = createGovernor(clock, budgetFor(Number.POSITIVE_INFINITY))
    for (let n = 0; n < 100; n += 1) {
      expect(governor.take('a')).toBe(0)
      governor.spent('a', 1e9)
    }
    expect(governor.busiest()).toBe(50)
  })
})
