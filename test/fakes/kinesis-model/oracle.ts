import type { Gap } from '#shared/model/capture.ts'
import type { StartPosition } from '#shared/model/stream.ts'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import type { StoredRecord } from '../../../electron/store/capture-rows.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { trimByAge } from './state.ts'
import type { ModelRecord, ModelShard, ModelStream } from './state.ts'

/** What is known of a capture from outside, to judge its file by. */
export interface Expectation {
  stream: ModelStream
  from: StartPosition
  /** Server's time when the first run began. */
  startedAt: number
  /** By shard: how many records it had when its first iterator was given out. */
  openedAt: ReadonlyMap<string, number>
  /** Shards from this number on were born while the capture ran. */
  firstBorn: number
  /** The stream was deleted: what was not read by then is lost without a word. */
  isDeleted: boolean
  /** Server's time of the judgement. */
  now: number
}

export interface Judgement {
  put: number
  stored: number
  lost: number
  gaps: number
  problems: string[]
}

/** What was trimmed so soon after the start (ms) had as well been trimmed before. */
const START_MARGIN = 310_000

const compare = (a: string, b: string): number => {
  const [x, y] = [BigInt(a), BigInt(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

/** A gap without an upper bound ends at its time. */
const isInside = ({ afterSequence, beforeSequence, toTime }: Gap, { sequence, arrival }: ModelRecord): boolean =>
  (afterSequence === null || compare(sequence, afterSequence) > 0) &&
  (beforeSequence === null ? toTime === null || arrival <= toTime : compare(sequence, beforeSequence) < 0)

const family = (stream: ModelStream, shardId: string): Set<string> => {
  const found = new Set([shardId])
  for (const shard of stream.shards) if (shard.parents.some((parent) => found.has(parent))) found.add(shard.id)
  return found
}

/**
 * The shards of a range that begins at a shard: its descendants, as far as anybody can know. Behind a generation that came and went while nobody
 * listed it, those that have hash keys of the first shard.
 */
const rangeOf = (stream: ModelStream, shardId: string, known: ReadonlySet<string>): Set<string> => {
  const found = new Set([shardId])
  const first = stream.shards.find(({ id }) => id === shardId)
  const shares = ({ start, end }: ModelShard) => first !== undefined && start <= first.end && first.start <= end
  for (const shard of stream.shards) {
    const isToldOf = known.has(shard.id) && shard.parents.some((parent) => found.has(parent) && known.has(parent))
    if (isToldOf || (shard.parents.some((parent) => found.has(parent)) && shares(shard))) found.add(shard.id)
  }
  return found
}

/** Whether a record belongs to the range that was asked for: null where it may be in the file or not. */
const isDue = ({ from, startedAt, openedAt, firstBorn }: Expectation, range: ReadonlySet<string>, shard: ModelShard, record: ModelRecord, index: number): boolean => {
  if (record.trimmedAt !== null && record.trimmedAt <= startedAt) return false
  switch (from.type) {
    case 'TRIM_HORIZON':
      return true
    case 'AT_TIMESTAMP':
      return record.arrival >= from.at
    case 'LATEST':
      return shard.number >= firstBorn || index >= (openedAt.get(shard.id) ?? Number.POSITIVE_INFINITY)
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      if (shard.id !== from.shardId) return range.has(shard.id)
      return compare(record.sequence, from.sequenceNumber) >= (from.type === 'AT_SEQUENCE_NUMBER' ? 0 : 1)
    }
  }
}

const checkRows = (rows: readonly StoredRecord[], stream: ModelStream, problems: string[]): Map<string, Set<string>> => {
  const log = new Map(stream.shards.map((shard) => [shard.id, new Map(shard.records.map((record) => [record.sequence, record]))]))
  const stored = new Map<string, Set<string>>()
  const last = new Map<string, { sequence: string; row: number }>()
  for (const { id, shardId, sequenceNumber, subsequence, partitionKey, data, arrival } of rows) {
    const own = stored.get(shardId) ?? new Set<string>()
    stored.set(shardId, own)
    const record = log.get(shardId)?.get(sequenceNumber)
    if (record === undefined) problems.push(`row ${id} was never put: ${shardId} ${sequenceNumber}`)
    else if (record.partitionKey !== partitionKey || Buffer.compare(record.data, data) !== 0 || record.arrival !== arrival || subsequence !== 0) {
      problems.push(`row ${id} is not as it was put: ${shardId} ${sequenceNumber}`)
    }
    if (own.has(sequenceNumber)) problems.push(`row ${id} is a duplicate: ${shardId} ${sequenceNumber}`)
    own.add(sequenceNumber)
    const before = last.get(shardId)
    if (before !== undefined && compare(sequenceNumber, before.sequence) <= 0) problems.push(`row ${id} of ${shardId} is out of order`)
    last.set(shardId, { sequence: sequenceNumber, row: id })
  }
  // Children after their parents: the first row of one comes after the last row of the other.
  const first = new Map<string, number>()
  for (const { id, shardId } of rows) if (!first.has(shardId)) first.set(shardId, id)
  for (const { id, parents } of stream.shards) {
    for (const parent of parents) {
      if ((first.get(id) ?? Number.POSITIVE_INFINITY) < (last.get(parent)?.row ?? 0)) problems.push(`${id} was read before its parent ${parent} had ended`)
    }
  }
  return stored
}

/** Compares a finished capture with the log of all that was put. */
export const judgeCapture = (path: string, expectation: Expectation): Judgement => {
  const { stream, startedAt, isDeleted, firstBorn, now } = expectation
  const problems: string[] = []
  using reader = openCapture(path)
  const gaps = reader.gaps()
  const known = new Set(reader.shards().map(({ shard }) => shard.shardId))
  /** A shard that was born and expired while nobody listed it: its loss stands at those that descend from it. */
  const isTold = (shard: ModelShard, record: ModelRecord): boolean => {
    if (gaps.some((gap) => gap.shardId === shard.id && isInside(gap, record))) return true
    if (known.has(shard.id)) return false
    const descendants = family(stream, shard.id)
    return gaps.some(({ shardId, reason }) => reason === 'shard-expired' && shardId !== shard.id && descendants.has(shardId))
  }
  const rows = reader.lastRow() === 0 ? [] : reader.rows(1, reader.lastRow())
  const stored = checkRows(rows, stream, problems)
  const { from } = expectation
  const range = 'shardId' in from ? rangeOf(stream, from.shardId, known) : new Set<string>()
  let put = 0
  let lost = 0
  for (const shard of stream.shards) trimByAge(stream, shard, now)
  for (const shard of stream.shards) {
    const own = stored.get(shard.id)
    for (const [index, record] of shard.records.entries()) {
      put += 1
      if (own?.has(record.sequence) || !isDue(expectation, range, shard, record, index)) continue
      lost += 1
      const name = `${shard.id} record ${index} (${record.sequence})`
      if (isDeleted) continue
      if (record.trimmedAt === null) problems.push(`missing: ${name}`)
      // A shard that was there at the start begins at its horizon, wherever that is when it is opened.
      else if (shard.number < firstBorn && record.trimmedAt <= startedAt + START_MARGIN && !shard.records.slice(0, index).some(({ sequence }) => own?.has(sequence))) continue
      else if (!isTold(shard, record)) problems.push(`lost without a gap: ${name}`)
    }
  }
  for (const gap of gaps) {
    const shard = stream.shards.find(({ id }) => id === gap.shardId)
    const what = `gap ${gap.reason} of ${gap.shardId} (${gap.afterSequence ?? ''}, ${gap.beforeSequence ?? ''})`
    if (shard === undefined) {
      problems.push(`${what} is of no shard`)
      continue
    }
    const own = stored.get(shard.id) ?? new Set<string>()
    const ancestry = gap.reason === 'shard-expired' ? stream.shards.filter(({ id }) => shard.parents.includes(id) || id === shard.id) : [shard]
    const isInjected = ancestry.some(({ records, closedAt }) =>
      records.some((record) => record.trimmedAt !== null && (gap.reason === 'shard-expired' || isInside(gap, record) || record.sequence === gap.afterSequence)) ||
      // Part of its life was out of the retention before it could be read; nobody can tell whether a record was.
      (gap.reason === 'trimmed' && gap.afterSequence === null && shard.created * 1000 < now - stream.retentionHours * 3_600_000) ||
      // A closed shard without records may have expired too.
      (gap.reason === 'shard-expired' && closedAt !== null),
    )
    if (!isInjected && !isDeleted) problems.push(`${what} without an injected loss`)
    const covered = shard.records.filter((record) => own.has(record.sequence) && isInside(gap, record))
    if (covered.length > 0) problems.push(`${what} claims ${covered.length} records that are in the file`)
  }
  const verification = verifyCapture(path)
  if (!verification.ok) problems.push(`the file is not whole: ${JSON.stringify(verification.problems)}`)
  return { put, stored: rows.length, lost, gaps: gaps.length, problems }
}
