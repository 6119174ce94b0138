import { describe, expect, test } from 'vitest'
import { createTraffic, thinning, type Traffic } from '../../../electron/sandbox/traffic.ts'

const NOW = Date.parse('2026-11-22T14:31:59.077Z')
const TICK = 50
const idle: ReadonlySet<never> = new Set()

const runFor = (traffic: Traffic, ms: number) =>
  Array.from({ length: ms / TICK }, (_, at) => traffic.due(TICK, NOW + at * TICK, idle).map((batch) => ({ ...batch, at: at * TICK }))).flat()
const countOf = (batches: readonly { stream: string; records: readonly unknown[] }[], stream?: string) =>
  batches.filter((batch) => stream === undefined || batch.stream === stream).reduce((sum, { records }) => sum + records.length, 0)

const keys = (batches: readonly { records: readonly { partitionKey: string }[] }[]) => batches.flatMap(({ records }) => records.map(({ partitionKey }) => partitionKey))

describe('traffic', () => {
  test('is the same for the same seed and ticks', () => {
    expect(runFor(createTraffic(3, 120), 3000)).toEqual(runFor(createTraffic(3, 120), 3000))
  })

  test('keeps its rate, and each stream its share', () => {
    const batches = runFor(createTraffic(1, 120), 120_000)
    const perSecond = (stream?: string) => countOf(batches, stream) / 120
    expect(perSecond()).toBeGreaterThan(114)
    expect(perSecond()).toBeLessThan(126)
    expect(perSecond('orders')).toBeGreaterThan(37)
    expect(perSecond('orders')).toBeLessThan(45)
    expect(perSecond('audit')).toBeGreaterThan(0.3)
    expect(perSecond('audit')).toBeLessThan(0.9)
    expect(perSecond('orders-copy')).toBe(0)
  })

  test('comes a few times a second per stream, not in one burst', () => {
    const orders = runFor(createTraffic(1, 120), 60_000).filter(({ stream }) => stream === 'orders')
    expect(orders.length / 60).toBeGreaterThan(2)
    expect(orders.length / 60).toBeLessThan(4)
    for (const { records } of orders) expect(records.length).toBeLessThan(60)
  })

  test('thins out in the long run, so that what the server holds stays bounded', () => {
    expect([thinning(0), thinning(150_000)]).toEqual([1, 1])
    expect(thinning(300_000)).toBe(1 / 8)
    let total = 0
    for (let second = 0; second < 8 * 3600; second++) total += 120 * thinning(total)
    expect(total).toBeLessThan(500_000)
    expect(countOf(runFor(createTraffic(1, 120, 300_000), 20_000)) / 20).toBeCloseTo(15, -1)
    expect(countOf(runFor(createTraffic(1, 120, 300_000), 20_000)) / 20).toBeLessThan(25)
  })

  test('follows a new rate, down to none', () => {
    const traffic = createTraffic(1, 120)
    traffic.setRate(0)
    runFor(traffic, 1000)
    expect(countOf(runFor(traffic, 30_000))).toBe(0)
    traffic.setRate(600)
    expect(countOf(runFor(traffic, 10_000)) / 10).toBeGreaterThan(500)
  })

  test('waits for a stream whose last batch is under way, and floods it not when it is free again', () => {
    const traffic = createTraffic(1, 120)
    const busy = new Set(['orders'] as const)
    for (let ms = 0; ms < 60_000; ms += TICK) {
      expect(traffic.due(TICK, NOW, busy).filter(({ stream }) => stream === 'orders')).toEqual([])
    }
    const [first] = traffic.due(TICK, NOW, idle).filter(({ stream }) => stream === 'orders')
    expect(first?.records.length).toBeGreaterThan(40)
    expect(first?.records.length).toBeLessThan(130)
  })

  test('has a few poison records among the clicks, and each of them in the first burst', () => {
    const traffic = createTraffic(1, 120)
    const burst = traffic.burst(NOW)
    expect(keys(burst)).toContain('poison-utf8')
    expect(keys(burst)).toContain('🚀'.repeat(128))
    expect(countOf(burst)).toBeGreaterThan(300)
    const poisoned = keys(runFor(traffic, 60_000)).filter((key) => key.startsWith('poison-')).length
    expect(poisoned).toBeGreaterThan(5)
    expect(poisoned).toBeLessThan(100)
  })
})
