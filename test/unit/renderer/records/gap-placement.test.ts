import { expect, test } from 'vitest'
import type { Gap } from '#shared/model/capture.ts'
import { placeGaps } from '../../../../renderer/features/records/gap-placement.ts'

const gap = (id: number, fromTime: number | null, toTime: number | null): Gap => ({
  id,
  shardId: 'shardId-000000000000',
  reason: 'lost',
  detail: '',
  afterSequence: null,
  beforeSequence: null,
  fromTime,
  toTime,
})

test('a gap stands before the first record after it, in order of time', async () => {
  const placed = await placeGaps([gap(1, 500, 700), gap(2, null, null), gap(3, 100, 200), gap(4, 600, null)], async (time) => time / 10)
  expect(placed.map(({ gap, before }) => [gap.id, before])).toEqual([
    [2, 0],
    [3, 20],
    [4, 60],
    [1, 70],
  ])
})
