import { expect, test } from 'vitest'
import { paceOf, type ShardProgress } from '#shared/model/capture.ts'
import { keptWords, lagWords, paceWords, shardsWords } from '../../../../../renderer/features/captures/progress-words.ts'
import { captureJob } from '../../../../../renderer/app/jobs.tsx'
import { capture, progress } from '../../in-app.tsx'

const shard = (shardId: string, part: Partial<ShardProgress> = {}): ShardProgress => ({ shardId, state: 'reading', records: 1, reached: null, millisBehind: null, ...part })

test('a running capture says its rate, how far it has come and how long it still takes', () => {
  expect(paceWords(paceOf(progress), 'utc')).toEqual(['120/s, 1 MiB/s', 'reached 14:31:58', '3 s behind', '2 min 10 s left'])
  expect(paceWords({ ...paceOf(progress), reached: null, millisBehind: null, remaining: null, way: 'fan-out' }, 'utc')).toEqual(['120/s, 1 MiB/s', 'fan-out'])
  expect([lagWords(0), lagWords(999), lagWords(null), lagWords(7_200_000)]).toEqual(['at the tip', 'at the tip', '', '2 h behind'])
})

test('time reached is that of the slowest shard that is behind, and a quiet shard at its tip is not', () => {
  const shards = [shard('0', { reached: 500, millisBehind: 0 }), shard('1', { reached: 2000, millisBehind: 100 }), shard('2', { reached: 3000, millisBehind: 50 }), shard('3', { reached: 1, millisBehind: 9, state: 'ended' })]
  expect(paceOf({ ...progress, shards }).reached).toBe(2000)
  expect(paceOf({ ...progress, shards: shards.slice(0, 1) }).reached).toBe(progress.lastArrival)
})

test('a filter says what it let through of all that was read', () => {
  expect(keptWords({ filter: 'type:OrderPaid', records: 12, filtered: 3400 })).toBe('12 of 3,412 kept')
  expect(keptWords({ filter: null, records: 12, filtered: 0 })).toBeNull()
})

test('shards are summed up by state', () => {
  expect(shardsWords([shard('0'), shard('1', { state: 'ended' }), shard('2', { state: 'throttled' }), shard('3')])).toBe('2 reading, 1 throttled, 1 ended')
})

test('a job tells in short in the status bar and in full in its list', () => {
  const running = { ...capture, state: 'reading', filter: 'a', filtered: 60, records: 40, gaps: 1, pace: paceOf(progress) } as const
  expect(captureJob(running, 'utc')).toMatchObject({
    title: 'Capture incident 4711',
    note: '40 records, 4.2 MiB, 2 min 10 s left',
    more: '120/s, 1 MiB/s, reached 14:31:58, 3 s behind, 40 of 100 kept by filter, 1 gap',
  })
  expect(captureJob({ ...running, state: 'paused' }, 'utc').more).toBe('paused, 40 of 100 kept by filter, 1 gap')
})
