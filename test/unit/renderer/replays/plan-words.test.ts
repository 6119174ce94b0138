import { describe, expect, test } from 'vitest'
import type { ReplayPlan } from '#shared/model/replay.ts'
import { paceWords, planWarnings, positiveNumber, rangeLabel } from '../../../../renderer/features/replays/plan-words.ts'

const plan: ReplayPlan = {
  lastRow: 1000,
  records: 100,
  bytes: 1_000,
  firstArrival: 0,
  lastArrival: 1_000,
  durationMs: 1_000,
  oversize: 0,
  shards: [
    { shardId: 'shardId-000000000000', startingHashKey: '0', endingHashKey: String(2n ** 127n - 1n), records: 50, bytes: 1, peak: 0.4, busiestKey: 'a', busiestKeyShare: 0.1 },
    { shardId: 'shardId-000000000001', startingHashKey: String(2n ** 127n), endingHashKey: String(2n ** 128n - 1n), records: 50, bytes: 1, peak: 1.34, busiestKey: 'customer-88213', busiestKeyShare: 0.71 },
  ],
  target: { connectionId: 'c', label: 'c', name: 'orders', arn: '', account: '', region: '', environment: 'local', openShards: 2 },
  sourceIsTarget: false,
  mustConfirm: false,
  original: [50, 50],
  bucketMs: 500,
}

describe('planWarnings', () => {
  test('names the shard that gets too much, its key, and a pace that fits', () => {
    const [warning, ...others] = planWarnings(plan, { type: 'speed', factor: 2 })
    expect(others).toEqual([])
    expect(warning?.what).toBe('Shard 001 would get 134 % of what it can take.')
    expect(warning?.more).toContain('71 % of that is one key, customer-88213.')
    expect(warning?.remedy).toEqual({ label: 'Slow to 1.4×', pace: { type: 'speed', factor: 1.4 } })
  })
  test('the pace it offers is within the limit', () => {
    for (const factor of [0.5, 1, 3.7, 64]) {
      const pace = planWarnings(plan, { type: 'speed', factor })[0]?.remedy?.pace
      if (pace?.type !== 'speed') throw new Error('no remedy')
      expect((1.34 * pace.factor) / factor).toBeLessThanOrEqual(1)
    }
  })
  test('says when a stream would get its own records, and what can not be sent', () => {
    const warnings = planWarnings({ ...plan, shards: [], sourceIsTarget: true, oversize: 3 }, { type: 'fastest' })
    expect(warnings.map((warning) => warning.id)).toEqual(['oversize', 'source'])
  })
})

test('ranges are told by their first digits', () => {
  expect(rangeLabel('0', String(2n ** 126n - 1n))).toBe('0 to 3fff…')
  expect(rangeLabel(String(2n ** 126n), String(2n ** 127n - 1n))).toBe('4000… to 7fff…')
})

test('paces in words', () => {
  expect(paceWords({ type: 'speed', factor: 1 })).toBe('At the original pace')
  expect(paceWords({ type: 'speed', factor: 2 })).toBe('At 2×')
  expect(paceWords({ type: 'rate', recordsPerSecond: 1_500 })).toBe('At 1,500 records/s')
})

test.each([
  ['2', 2],
  ['2×', 2],
  ['1,000', 1_000],
  ['0.5', 0.5],
  ['', null],
  ['0', null],
  ['-1', null],
  ['1001', null],
  ['fast', null],
])('a typed number: %s', (text, value) => {
  expect(positiveNumber(text, 1_000)).toBe(value)
})
