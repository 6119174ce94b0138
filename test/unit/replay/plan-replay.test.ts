import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashKeyOf } from '../../../electron/kinesis/hash-key.ts'
import { planReplay } from '../../../electron/replay/plan-replay.ts'
import type { ReplayRecord } from '../../../electron/replay/replay-record.ts'
import { inBatches, record } from './scripted-kinesis.ts'
import { evenShards } from './shards.ts'

const mebibyte = 1024 * 1024
const target = (count: number) => ({ shards: evenShards(count), maxRecordBytes: mebibyte })
const loadOf = ({ data, partitionKey }: ReplayRecord) => data.length + Buffer.byteLength(partitionKey)

describe('a plan', () => {
  it('of nothing is empty', async () => {
    expect(await planReplay(inBatches([]), target(2), { type: 'fastest' })).toMatchObject({
      records: 0,
      bytes: 0,
      firstArrival: null,
      lastArrival: null,
      durationMs: 0,
      oversize: 0,
      original: [],
      shards: [{ records: 0, peak: 0, busiestKey: null, busiestKeyShare: 0 }, { records: 0 }],
    })
  })

  it('counts each shard, its busiest second and its busiest key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: fc.nat(20), size: fc.nat(2000), after: fc.nat(400) }), { minLength: 1, maxLength: 300, size: 'max' }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (input, shards, factor) => {
          let arrival = 1_700_000_000_000
          const records = input.map(({ key, size, after }, id) => record(id, `key-${key}`, { size, arrival: (arrival += after) }))
          const plan = await planReplay(inBatches(records, 7), target(shards), { type: 'speed', factor })
          const first = records[0]?.arrival ?? 0
          expect(plan.records).toBe(records.length)
          expect(plan.bytes).toBe(records.reduce((sum, { data }) => sum + data.length, 0))
          expect([plan.firstArrival, plan.lastArrival]).toEqual([first, records.at(-1)?.arrival])
          expect(plan.original.reduce((sum, count) => sum + count, 0)).toBe(records.length)
          expect(plan.original.length).toBeLessThanOrEqual(200)
          expect(plan.durationMs).toBeGreaterThanOrEqual((arrival - first) / factor)

          for (const [at, shard] of evenShards(shards).entries()) {
            const own = records.filter(({ partitionKey }) => {
              const hash = hashKeyOf(partitionKey)
              return hash >= BigInt(shard.startingHashKey) && hash <= BigInt(shard.endingHashKey)
            })
            const seconds = [...Map.groupBy(own, (one) => Math.floor((one.arrival - first) / factor / 1000)).values()]
            const peak = Math.max(0, ...seconds.map((some) => Math.max(some.length / 1000, some.reduce((sum, one) => sum + loadOf(one), 0) / mebibyte)))
            const load = own.reduce((sum, one) => sum + loadOf(one), 0)
            const keys = [...Map.groupBy(own, (one) => one.partitionKey).values()].map((some) => some.reduce((sum, one) => sum + loadOf(one), 0))
            expect(plan.shards[at]).toMatchObject({ shardId: shard.shardId, records: own.length })
            expect(plan.shards[at]?.peak).toBeCloseTo(peak, 9)
            expect(plan.shards[at]?.busiestKeyShare).toBeCloseTo(load === 0 ? 0 : Math.max(...keys) / load, 9)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('says how long the fullest shard needs, when nothing else holds it back', async () => {
    const records = Array.from({ length: 5000 }, (_, id) => record(id, 'one-key', { arrival: 1000 }))
    const plan = await planReplay(inBatches(records), target(2), { type: 'fastest' })
    expect(plan.durationMs).toBe(5000)
    expect(plan.shards.map(({ peak }) => peak).toSorted((a, b) => a - b)).toEqual([0, 1])
    const large = Array.from({ length: 20 }, (_, id) => record(id, 'one-key', { size: 512 * 1024 - 20, arrival: 1000 }))
    const planned = await planReplay(inBatches(large), target(2), { type: 'fastest' })
    expect(planned.durationMs / 1000).toBeCloseTo(10, 1)
  })

  it('does not make a few records look like much', async () => {
    const plan = await planReplay(inBatches([record(1, 'a'), record(2, 'a')]), target(1), { type: 'fastest' })
    expect(plan.shards[0]?.peak).toBeCloseTo(0.002)
  })

  it('lets a slower pace set the time', async () => {
    const records = Array.from({ length: 101 }, (_, id) => record(id, `key-${id}`, { arrival: 1000 + id * 50 }))
    expect((await planReplay(inBatches(records), target(4), { type: 'rate', recordsPerSecond: 10 })).durationMs).toBe(10_001)
    expect((await planReplay(inBatches(records), target(4), { type: 'speed', factor: 1 })).durationMs).toBe(5001)
    expect((await planReplay(inBatches(records), target(4), { type: 'speed', factor: 5 })).durationMs).toBe(1001)
  })

  it('counts what would be refused, and gives it to no shard', async () => {
    const records = [record(1, 'k', { size: mebibyte }), record(2, ''), record(3, 'k')]
    const plan = await planReplay(inBatches(records), target(1), { type: 'fastest' })
    expect(plan).toMatchObject({ records: 3, oversize: 2, shards: [{ records: 1 }] })
  })

  it('leaves closed shards out', async () => {
    const [closed, ...open] = evenShards(3)
    const halves = evenShards(2)
    const shards = [{ ...closed!, endingSequenceNumber: '7' }, ...open.map((shard, at) => ({ ...halves[at]!, shardId: shard.shardId }))]
    const plan = await planReplay(inBatches([record(1, 'a'), record(2, 'b'), record(3, 'c')]), { shards, maxRecordBytes: mebibyte }, { type: 'fastest' })
    expect(plan.shards.map(({ shardId }) => shardId)).toEqual(['shardId-000000000001', 'shardId-000000000002'])
    expect(plan.shards.reduce((sum, { records }) => sum + records, 0)).toBe(3)
  })

  it('ends when it is asked to', async () => {
    const stop = AbortSignal.abort()
    await expect(planReplay(inBatches([record(1, 'a')]), target(1), { type: 'fastest' }, stop)).rejects.toThrow('abort')
  })
})
