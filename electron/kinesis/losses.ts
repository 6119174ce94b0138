import type { Gap } from '#shared/model/capture.ts'
import type { Shard } from '#shared/model/stream.ts'
import { sequenceTime } from './position.ts'

/** What is missing of a shard, and why: each way in which records can be lost to a reader, as it is recorded and shown. */
export type NewGap = Omit<Gap, 'id'>

const nowhere = { afterSequence: null, beforeSequence: null, fromTime: null, toTime: null }

/** The place where reading was to go on had been trimmed. `after`: exclusive; `before`: the oldest record that is retained, where one is known. */
export const trimmedCheckpoint = (shardId: string, after: string, before: string | null): NewGap => ({
  shardId,
  reason: 'trimmed-checkpoint',
  detail: 'The place where reading stopped had left the retention period: records between it and the oldest retained one may be missing.',
  afterSequence: after,
  beforeSequence: before,
  fromTime: sequenceTime(after),
  toTime: before === null ? null : sequenceTime(before),
})

/** Only where the server's answers have no date: there is no time to go back to then. */
export const expiredLatest = (shardId: string): NewGap => ({
  ...nowhere,
  shardId,
  reason: 'expired-iterator',
  detail: 'The iterator expired before the first record, and the server told no time to go back to: records of that while may be missing.',
})

/** A reader that is further behind than the retention is overtaken by the trim horizon without a word. */
export const overtakenByHorizon = (shardId: string, bounds: Omit<NewGap, 'shardId' | 'reason' | 'detail'>): NewGap => ({
  ...bounds,
  shardId,
  reason: 'trimmed',
  detail: 'Reading was further behind than the stream keeps its records: those in between were trimmed before they could be read.',
})

/** A shard whose horizon had moved past its due records before it was opened. Times are ms. */
export const openedTooLate = (shardId: string, fromTime: number, toTime: number): NewGap => ({
  ...nowhere,
  shardId,
  reason: 'trimmed',
  detail: 'This shard could be read only when its first records had left the retention period: they may be missing.',
  fromTime,
  toTime,
})

/** The shard is gone, with all that came after this record. */
export const expiredShard = (shardId: string, after: string | null): NewGap => ({
  ...nowhere,
  shardId,
  reason: 'shard-expired',
  detail: 'This shard expired before it was read to its end: what was left of its records is missing.',
  afterSequence: after,
})

/** Parents of it came and went, and nobody has listed them. */
export const lostParents = ({ shardId, startingSequenceNumber }: Shard): NewGap => ({
  ...nowhere,
  shardId,
  reason: 'shard-expired',
  detail: 'Parents of this shard expired before they could be read: what they held of the range is missing.',
  beforeSequence: startingSequenceNumber,
})
