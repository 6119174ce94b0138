import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReadRank } from '#shared/model/read-use.ts'
import { budgetFor } from '../../../electron/kinesis/governor.ts'
import { createLeasedTurns } from '../../../electron/kinesis/leased-turns.ts'
import { createSharedBudget } from '../../../electron/kinesis/shared-budget.ts'
import type { SharedBudget } from '../../../electron/kinesis/shared-budget.ts'
import { createVirtualClock } from '../../fakes/virtual-clock.ts'

const MINUTE = 60_000
const MIB = 1024 * 1024

const manual = () => {
  let time = 0
  return { now: () => time, to: (at: number) => (time = Math.max(time, at)) }
}

/** Most calls in any second that begins with one. */
const mostInASecond = (calls: readonly number[]): number => {
  let [most, first] = [0, 0]
  for (const [at, call] of calls.entries()) {
    while ((calls[first] ?? 0) <= call - 1000) first += 1
    most = Math.max(most, at - first + 1)
  }
  return most
}

/** A source of chance that is the same in each run. */
const chance = (seed: number) => {
  const clock = createVirtualClock(seed)
  return { below: (n: number) => Math.floor(clock.random() * n), is: (share: number) => clock.random() < share }
}

interface Simulated {
  calls: number[]
  /** What a bucket that leaks at the byte budget held at most. */
  fullest: number
  bytes: number
  throttles: number
  served: Map<string, number>
}

/**
 * Views on one shard that ask whenever they may, get answers of all sizes after all times, hang, pause, are opened and
 * closed, go into the background and come back, and run into throttles.
 */
const simulate = (views: number, minutes: number, seed: number, { calm = false, reads = 2 } = {}): Simulated => {
  const clock = manual()
  const random = chance(seed)
  const budget = createSharedBudget(clock, reads)
  const bytesPerSecond = Math.min(1, reads / 4) * 2 * MIB
  const result: Simulated = { calls: [], fullest: 0, bytes: 0, throttles: 0, served: new Map() }
  const answers: { at: number; reader: string; bytes: number; fails: boolean }[] = []
  const wakes: { at: number; run: () => void }[] = []
  let [bucket, leaked, opened] = [0, 0, 0]
  const alive = new Set<string>()
  const busy = new Set<string>()
  const ask = (reader: string) => alive.has(reader) && !busy.has(reader) && budget.ask(reader, { kind: 'records', shardId: 'shard' })
  const open = () => {
    opened += 1
    const reader = `view ${opened}`
    alive.add(reader)
    budget.join(reader, 'stream', !calm && random.is(0.3) ? 'background' : 'screen')
    ask(reader)
  }
  const disturb = () => {
    const all = [...alive]
    const one = all[random.below(all.length)] ?? ''
    const what = random.below(10)
    if (what < 2) {
      alive.delete(one)
      budget.leave(one)
      wakes.push({ at: clock.now() + random.below(5000), run: open })
    } else if (what < 5) budget.setRank(one, random.is(0.5) ? 'background' : 'screen')
    else if (what < 8) {
      budget.cancel(one, { kind: 'records', shardId: 'shard' })
      wakes.push({ at: clock.now() + random.below(20_000), run: () => ask(one) })
    }
    wakes.push({ at: clock.now() + random.below(10_000), run: disturb })
  }
  for (let n = 0; n < views; n += 1) open()
  if (!calm) disturb()
  while (clock.now() < minutes * MINUTE) {
    for (const { reader } of budget.deal()) {
      const now = clock.now()
      busy.add(reader)
      result.calls.push(now)
      result.served.set(reader, (result.served.get(reader) ?? 0) + 1)
      const hangs = !calm && random.is(0.01)
      const fails = hangs || (!calm && random.is(0.02))
      const size = random.is(0.1) ? 10 * MIB : random.below(600_000)
      answers.push({ at: now + (hangs ? 30_000 : 20 + random.below(calm ? 80 : 1400)), reader, bytes: fails ? 0 : size, fails })
    }
    const due = answers.filter(({ at }) => at <= clock.now())
    for (const answer of due) {
      answers.splice(answers.indexOf(answer), 1)
      bucket = Math.max(0, bucket - ((clock.now() - leaked) / 1000) * bytesPerSecond) + answer.bytes
      leaked = clock.now()
      result.fullest = Math.max(result.fullest, bucket)
      result.bytes += answer.bytes
      budget.spent(answer.reader, 'shard', answer.bytes)
      if (answer.fails && random.is(0.5)) {
        result.throttles += 1
        budget.throttled(answer.reader, 'shard')
      }
      busy.delete(answer.reader)
      ask(answer.reader)
    }
    const woken = wakes.filter(({ at }) => at <= clock.now())
    for (const wake of woken) {
      wakes.splice(wakes.indexOf(wake), 1)
      wake.run()
    }
    const soonest = Math.min(clock.now() + (budget.next() ?? 1000), ...answers.map(({ at }) => at), ...wakes.map(({ at }) => at))
    clock.to(Math.max(soonest, clock.now() + 0.01))
  }
  return result
}

/** Calls a second of each reader, who all ask again at once and get answers of no size. */
const rates = (ranks: Record<string, ReadRank>, seconds: number, prepare?: (budget: SharedBudget, to: (at: number) => void) => void) => {
  const clock = manual()
  const budget = createSharedBudget(clock, 2)
  for (const [reader, rank] of Object.entries(ranks)) {
    budget.join(reader, 'stream', rank)
    budget.ask(reader, { kind: 'records', shardId: 'shard' })
  }
  prepare?.(budget, clock.to)
  const begun = clock.now()
  const served = Object.fromEntries(Object.keys(ranks).map((reader) => [reader, 0]))
  while (clock.now() < begun + seconds * 1000) {
    for (const { reader, shardId } of budget.deal()) {
      served[reader] = (served[reader] ?? 0) + 1
      budget.spent(reader, shardId, 0)
      budget.ask(reader, { kind: 'records', shardId })
    }
    clock.to(clock.now() + Math.max(0.01, budget.next() ?? 1000))
  }
  return Object.fromEntries(Object.entries(served).map(([reader, count]) => [reader, count / seconds]))
}

const sum = (served: Record<string, number>) => Object.values(served).reduce((total, rate) => total + rate, 0)

const throttle = (budget: SharedBudget) => {
  for (const reader of ['a', 'b', 'c']) budget.throttled(reader, 'shard')
}

describe('the shared budget', () => {
  it('is never exceeded in calls or bytes over 1,000 minutes with ten views that come, go, pause, hang and are throttled', () => {
    const { calls, fullest, bytes, throttles } = simulate(10, 1000, 4711)
    expect(mostInASecond(calls)).toBeLessThanOrEqual(2)
    for (const [at, call] of calls.entries()) if (at > 0) expect(call - calls[at - 1]!).toBeGreaterThanOrEqual(500 - 1e-6)
    // No stretch of time holds more than its budget and one answer.
    expect(fullest).toBeLessThanOrEqual(10 * MIB)
    expect(bytes).toBeLessThanOrEqual(60_000 * MIB + 10 * MIB)
    expect(throttles).toBeGreaterThan(100)
  })

  it('is used up by ten views, and fairly', () => {
    const { bytes, fullest, served } = simulate(10, 60, 7, { calm: true })
    expect(fullest).toBeLessThanOrEqual(10 * MIB)
    expect(bytes).toBeGreaterThan(3600 * MIB * 0.85)
    const counts = [...served.values()]
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  })

  it('holds for any number of views and any setting', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.constantFrom(0.2, 0.5, 1, 2, 3, 5), fc.integer(), (views, reads, seed) => {
        const { calls, fullest } = simulate(views, 10, seed, { reads })
        for (const [at, call] of calls.entries()) if (at > 0) expect(call - calls[at - 1]!).toBeGreaterThanOrEqual(1000 / reads - 1e-6)
        expect(fullest).toBeLessThanOrEqual(10 * MIB)
      }),
      { numRuns: 30 },
    )
  })


  it('gives 2 reads a second to the screen, 1 to the background and 4 to a capture asked for by name', () => {
    expect(rates({ view: 'screen' }, 100)['view']).toBeCloseTo(2, 1)
    expect(rates({ kept: 'background' }, 100)['kept']).toBeCloseTo(1, 1)
    expect(rates({ cli: 'named' }, 100)['cli']).toBeCloseTo(4, 1)
  })

  it('gives the screen twice what the background gets, and not more than its budget to both', () => {
    const { view = 0, kept = 0 } = rates({ view: 'screen', kept: 'background' }, 100)
    expect(view + kept).toBeLessThanOrEqual(2.02)
    expect(view / kept).toBeCloseTo(2, 1)
  })

  it('leaves the part of the idle to those who ask', () => {
    const served = rates({ view: 'screen', paused: 'screen', gone: 'screen' }, 100, (budget) => {
      budget.cancel('paused', { kind: 'records', shardId: 'shard' })
      budget.leave('gone')
    })
    expect(served['view']).toBeCloseTo(2, 1)
    expect(served['paused']).toBe(0)
  })

  it('halves for all at a throttle, once for several that ran into the same, and recovers slowly', () => {
    const all: Record<string, ReadRank> = { a: 'screen', b: 'screen', c: 'screen' }
    expect(Math.round(sum(rates(all, 9, throttle)))).toBe(1)
    expect(sum(rates(all, 100, (budget, to) => {
      throttle(budget)
      to(60_000)
    }))).toBeCloseTo(2, 1)
  })

  it('tells who reads what, and why it is less', () => {
    const clock = manual()
    const budget = createSharedBudget(clock, 2)
    budget.join('view', 'stream', 'screen')
    budget.join('kept', 'stream', 'background')
    const serve = () => {
      for (const { reader, shardId } of budget.deal()) {
        budget.spent(reader, shardId, 1000)
        budget.ask(reader, { kind: 'records', shardId })
      }
    }
    budget.ask('view', { kind: 'records', shardId: 's' })
    for (let at = 0; at <= 10_000; at += 100) {
      clock.to(at)
      serve()
    }
    const [use] = budget.use()
    expect(use).toMatchObject({ stream: 'stream', budget: 2, disturbed: null })
    expect(use?.reads).toBeCloseTo(2, 0)
    expect(use?.bytes).toBeCloseTo(2000, -3)
    expect(use?.readers.map(({ reader, rank, fair }) => [reader, rank, Number(fair.toFixed(2))])).toEqual([['view', 'screen', 1.33], ['kept', 'background', 0.67]])
    budget.throttled('view', 's')
    expect(budget.use()[0]?.disturbed).toEqual({ shards: 1, smallestShare: 0.5 })
    budget.setReads(0.2)
    expect(budget.reads).toBe(0.2)
    expect(budget.use()[0]?.budget).toBe(0.2)
  })

  it('spaces iterators of all views, as they have a limit of their own', () => {
    const clock = manual()
    const budget = createSharedBudget(clock, 2)
    const opened: number[] = []
    for (let n = 0; n < 10; n += 1) {
      budget.join(`view ${n}`, 'stream', 'screen')
      budget.ask(`view ${n}`, { kind: 'iterator', shardId: 's' })
    }
    while (opened.length < 10) {
      for (const _ of budget.deal()) opened.push(clock.now())
      clock.to(clock.now() + Math.max(0.01, budget.next() ?? 1))
    }
    expect(mostInASecond(opened)).toBeLessThanOrEqual(2)
  })

  it('keeps what was taken when the last view closes and another opens', () => {
    const clock = manual()
    const budget = createSharedBudget(clock, 2)
    budget.join('first', 'stream', 'screen')
    budget.ask('first', { kind: 'records', shardId: 's' })
    expect(budget.deal()).toHaveLength(1)
    budget.spent('first', 's', 10 * MIB)
    budget.leave('first')
    budget.join('second', 'stream', 'screen')
    budget.ask('second', { kind: 'records', shardId: 's' })
    expect(budget.deal()).toEqual([])
    clock.to(9_900)
    expect(budget.deal()).toEqual([])
    clock.to(10_100)
    expect(budget.deal()).toHaveLength(1)
  })
})

describe('leased turns', () => {
  it('wait until they are dealt, are given back when nobody wants them, and meter a view’s bytes', async () => {
    const clock = createVirtualClock()
    const told: unknown[] = []
    const turns = createLeasedTurns(clock, budgetFor(2, MIB), (event) => told.push(event))
    const stop = new AbortController()
    const call = turns.call('s', stop.signal)
    await expect.poll(() => told).toEqual([{ type: 'ask', turn: { kind: 'records', shardId: 's' } }])
    turns.dealt({ kind: 'records', shardId: 's' })
    await call
    turns.spent('s', 3 * MIB)
    const second = turns.call('other', stop.signal)
    await expect.poll(() => told.length).toBe(3)
    expect(clock.now()).toBeGreaterThanOrEqual(3000)
    stop.abort(new Error('over'))
    await expect(second).rejects.toThrow('over')
    expect(told.at(-1)).toEqual({ type: 'cancel', turn: { kind: 'records', shardId: 'other' } })
    turns.dealt({ kind: 'records', shardId: 'other' })
    expect(told.at(-1)).toEqual({ type: 'spent', shardId: 'other', bytes: 0 })
  })
})
