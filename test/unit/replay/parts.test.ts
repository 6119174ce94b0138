import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrequentKeys } from '../../../electron/replay/frequent-keys.ts'
import { pacing } from '../../../electron/replay/pacing.ts'
import { RateMeter } from '../../../electron/replay/rate-meter.ts'
import { isSameStream } from '../../../electron/replay/same-stream.ts'
import { SendRate } from '../../../electron/replay/send-rate.ts'
import { targetShards } from '../../../electron/replay/target-shards.ts'
import { TimeBuckets } from '../../../electron/replay/time-buckets.ts'
import { evenShards } from './shards.ts'

describe('the sketch of frequent keys', () => {
  it('never says more of a key than there is, and never less than its error allows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 500, size: 'max' }), (adds) => {
        const sketch = new FrequentKeys(16)
        const exact = new Map<string, number>()
        for (const [key, weight] of adds) {
          sketch.add(`k${key}`, weight)
          exact.set(`k${key}`, (exact.get(`k${key}`) ?? 0) + weight)
        }
        const total = [...exact.values()].reduce((sum, weight) => sum + weight, 0)
        const heaviest = Math.max(...exact.values())
        expect(sketch.offset).toBeLessThanOrEqual(total / 8)
        const busiest = sketch.busiest()
        if (busiest === null) expect(heaviest).toBeLessThanOrEqual(sketch.offset)
        else {
          expect(busiest.atLeast).toBeLessThanOrEqual(exact.get(busiest.key) ?? 0)
          expect(busiest.atLeast + sketch.offset).toBeGreaterThanOrEqual(heaviest)
        }
      }),
    )
  })

  it('finds a key that is a fifth of everything among a million others', () => {
    const sketch = new FrequentKeys()
    for (let at = 0; at < 1_000_000; at += 1) sketch.add(at % 5 === 0 ? 'hot' : `key-${at}`, 100)
    const busiest = sketch.busiest()
    expect(busiest?.key).toBe('hot')
    expect(busiest?.atLeast).toBeGreaterThan(19_000_000)
    expect(busiest?.atLeast).toBeLessThanOrEqual(20_000_000)
  })
})

describe('pacing', () => {
  it('never goes backwards, and never before the start', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (arrivals, factor) => {
        const due = pacing({ type: 'speed', factor }, arrivals[0] ?? 0)
        let last = 0
        for (const [index, arrival] of arrivals.entries()) {
          const at = due(index, arrival)
          expect(at).toBeGreaterThanOrEqual(last)
          last = at
        }
      }),
    )
  })
})

describe('buckets of time', () => {
  it('keep every count in its place, however the range grows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 300, size: 'max' }), (offsets) => {
        const from = 1_700_000_000_000
        const buckets = new TimeBuckets(200)
        const times = [from, ...offsets.map((offset) => from + offset)]
        for (const time of times) buckets.add(time)
        const { counts, width } = buckets.read()
        expect(counts.length).toBeLessThanOrEqual(200)
        for (const [at, count] of counts.entries()) {
          expect(count).toBe(times.filter((time) => Math.floor((time - from) / width) === at).length)
        }
      }),
    )
  })
})

describe('the shards of a target', () => {
  it('own every hash key in one place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (count, hash) => {
        const { open, indexOf } = targetShards(evenShards(count).toReversed())
        const owner = open[indexOf(hash)]
        expect(hash >= BigInt(owner?.startingHashKey ?? -1) && hash <= BigInt(owner?.endingHashKey ?? -1)).toBe(true)
      }),
    )
  })
})

describe('the rate of sending', () => {
  it('has no limit before the first throttle, then the shard\'s, then less, then slowly more', () => {
    const rate = new SendRate()
    expect(rate.rate).toBe(Number.POSITIVE_INFINITY)
    rate.sending(0.5, 0)
    rate.settled(false, 1000)
    expect(rate.nextAt).toBe(0)
    rate.settled(true, 2000)
    expect(rate.rate).toBe(1)
    rate.settled(true, 2500)
    expect(rate.rate).toBeCloseTo(0.7)
    rate.settled(false, 4500)
    expect(rate.rate).toBeCloseTo(0.8)
    rate.sending(0.4, 5000)
    expect(rate.nextAt).toBeCloseTo(5500)
    for (let turn = 0; turn < 100; turn += 1) rate.settled(true, 6000)
    expect(rate.rate).toBeGreaterThan(0)
  })
})

describe('the meter', () => {
  it('tells the rate of the last seconds, and 0 after silence', () => {
    const meter = new RateMeter(5000)
    for (let at = 0; at <= 20_000; at += 500) meter.sample(at < 10_000 ? at : 10_000 + (at - 10_000) * 3, at)
    expect(meter.perSecond(20_000)).toBeCloseTo(3000, 0)
    expect(meter.perSecond(30_000)).toBe(0)
    expect(new RateMeter().perSecond(5)).toBe(0)
  })
})

describe('source and target', () => {
  const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders'
  it.each<[boolean, string | null, string, string | null, string]>([
    [true, null, arn, null, arn],
    [true, null, arn, 'https://kinesis.eu-west-1.amazonaws.com', arn],
    [true, null, arn, 'https://kinesis-fips.eu-west-1.amazonaws.com/', arn],
    [true, null, arn, 'https://vpce-1-2.kinesis.eu-west-1.vpce.amazonaws.com', arn],
    [true, null, arn, 'https://kinesis.eu-west-1.api.aws', arn],
    [true, 'http://localhost:4567', arn, 'http://127.0.0.1:4567/', arn],
    [true, 'http://[::1]:4567', arn, 'HTTP://LOCALHOST:4567', arn],
    [true, 'https://localhost', arn, 'https://127.0.0.1:443', arn],
    [true, null, arn, null, 'arn:aws:kinesis:EU-WEST-1:123456789012:stream/orders '],
    [true, null, arn, null, 'arn:aws-eusc:kinesis:eu-west-1:123456789012:stream/orders'],
    [false, 'http://localhost:4567', arn, 'http://localhost:4568', arn],
    [false, null, arn, 'http://localhost:4567', arn],
    [false, null, arn, 'https://amazonaws.com.evil.example', arn],
    [false, null, arn, null, 'arn:aws:kinesis:eu-west-1:123456789012:stream/Orders'],
    [false, null, arn, null, 'arn:aws:kinesis:eu-west-2:123456789012:stream/orders'],
    [false, null, arn, null, 'arn:aws:kinesis:eu-west-1:210987654321:stream/orders'],
    [false, null, 'import:orders.ndjson', null, arn],
  ])('same: %s', (same, endpointA, arnA, endpointB, arnB) => {
    expect(isSameStream({ endpoint: endpointA, arn: arnA }, { endpoint: endpointB, arn: arnB })).toBe(same)
    expect(isSameStream({ endpoint: endpointB, arn: arnB }, { endpoint: endpointA, arn: arnA })).toBe(same)
  })
})
