import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis'
import type { ChildShard, GetRecordsCommandOutput } from '@aws-sdk/client-kinesis'
import type { ByteGate, Permit } from './byte-gate.ts'
import type { Clock } from './clock.ts'
import { faultOf } from './fault.ts'
import type { Fault } from './fault.ts'
import type { ReadTurns } from './governor.ts'
import { expiredLatest, openedTooLate, overtakenByHorizon, trimmedCheckpoint } from './losses.ts'
import type { NewGap } from './losses.ts'
import { advanced, compareDecimals, isRepeat, iteratorPlace, lastHeld, opened, positionAt, sequenceTime } from './position.ts'
import type { Position, ShardStart } from './position.ts'
import { columnsOf, recordsFrom } from './page-columns.ts'
import { createTrouble, DEADLINE, ENDURING, withDeadline } from './request.ts'
import type { Patience } from './request.ts'
import { serverDate } from './server-date.ts'
import type { KinesisSender } from './server-date.ts'

export interface ShardRecord {
  sequenceNumber: string
  /** ApproximateArrivalTimestamp, ms since the epoch. */
  arrival: number
  partitionKey: string
  data: Uint8Array
}

/** One answer of GetRecords, without what was had before. */
export interface ShardPage {
  shardId: string
  records: ShardRecord[]
  /** Bytes of data and keys. */
  bytes: number
  /** Distance from the tip in ms, null where the server does not say. */
  millisBehind: number | null
  /** The server's time of the answer in ms. */
  date: number | null
  /** Not null at the shard's end: the shards that descend from it, as far as the server tells. */
  ended: ChildShard[] | null
  /** What was lost just before this page. */
  gap: NewGap | null
  /** To be released when the page's bytes are no longer held. */
  permit: Permit
}

export interface ShardReaderOptions {
  client: KinesisSender
  streamArn: string
  shardId: string
  start: ShardStart
  governor: ReadTurns
  gate: ByteGate
  clock: Clock
  signal: AbortSignal
  /** Ms before the first poll, so that many shards don't poll in step. The iterator is opened at once. */
  firstDelay?: number
  /** The stream's retention in ms as it was seen last, to notice what was trimmed away. */
  retentionMs?: () => number | null
  /** Asks for it anew: it can be cut at any time, and all that is older is gone at once. */
  freshRetentionMs?: () => Promise<number | null>
  /** For a shard that was not read before: all of its records since this time (ms) belong to the range. */
  dueFrom?: number | null
  /** The server's time (ms) up to which another way of reading had read it, where that went on from there. */
  reached?: number | null
  /** Throws unless the stream is still the one whose shards were listed; asked after each iterator that no record's number ties to it. */
  confirmStream?: () => Promise<void>
  /** Resolves when reading may go on: how a reader is paused. */
  ready?: () => Promise<void>
  /** What the reader is fighting with; null when it is over. */
  onTrouble?: (shardId: string, fault: Fault | null, error: unknown) => void
  /** Whether a listing has shown this shard as closed. */
  isKnownClosed?: (shardId: string) => boolean
  /** Whether the listing says that this shard is closed: its children then, else null. For servers that tell none at the end. */
  confirmEnd?: (shardId: string) => Promise<ChildShard[] | null>
  patience?: Patience
}

/** Least distance of polls at the tip where no budget says more, ms: the shard's own limit of 5 a second. */
const TIP_INTERVAL = 200
/** The same iterator is asked this often after answers that can't be used, before a new one is opened. */
const ODD_ANSWERS = 4
/** A checkpoint this close to the end of its retention is checked against the trim horizon. */
const TRIM_MARGIN = 300_000
/** The least retention that a stream can have (DecreaseStreamRetentionPeriod). */
export const LEAST_RETENTION = 24 * 3_600_000
/** Dates of answers are whole seconds, rounded down, ms. */
const ROUNDING = 1000
/** Dates of answers are whole seconds, and arrival stamps are not exact. */
export const STAMP_MARGIN = 5000
const SMALLEST_ESTIMATE = 64 * 1024
/** What a record takes beside its data until it is stored: of small ones a page of little data is megabytes. */
const RECORD_OBJECTS = 400
/**
 * Asked for at a time. A full answer has 10 MiB, which takes five seconds of a shard's bandwidth all the same, four times as much memory
 * while it is read, and is lost as a whole with a connection that breaks.
 */
const PAGE_BYTES = 2_300_000
/** The most that GetRecords takes as a limit, and what it means without one. */
const MOST_RECORDS = 10_000
/** Before the first page, when records may have any size. */
const FIRST_LIMIT = 2000
/** A turn is used within this many ms, or asked for again. */
const STALE_TURN = 100

/** An answer with status 200 that can't be one: keys are missing (mapbox/kine 44), or a null iterator without an end. */
class OddAnswerError extends Error {
  override readonly name = 'ServiceUnavailable'
}

/** What an answer brought; null where it is none. */
export const recordsOf = (output: Pick<GetRecordsCommandOutput, 'Records'>, date: number | null, millisBehind: number | null): ShardRecord[] | null => {
  const held = columnsOf(output)
  if (held !== undefined) return recordsFrom(held.columns)
  if (!Array.isArray(output.Records)) return null
  const records: ShardRecord[] = []
  for (const { SequenceNumber, ApproximateArrivalTimestamp, PartitionKey, Data } of output.Records) {
    if (SequenceNumber === undefined) return null
    const arrival = ApproximateArrivalTimestamp?.getTime() ?? (date ?? 0) - (millisBehind ?? 0)
    records.push({ sequenceNumber: SequenceNumber, arrival, partitionKey: PartitionKey ?? '', data: Data ?? new Uint8Array(0) })
  }
  return records
}

/**
 * Reads one shard from `start` to its end by polling, and holds its place through whatever happens between:
 * expiry (also before the first record), throttles, answers that are none, lost connections, hung calls.
 * Yields every page, empty ones too; the last one has `ended`. Throws the SDK's error where trying again is
 * of no use, and the signal's reason when aborted.
 */
export async function* readShard(options: ShardReaderOptions): AsyncGenerator<ShardPage, void, void> {
  const { client, streamArn, shardId, governor, gate, clock, signal } = options
  const trouble = createTrouble(options, options.patience ?? ENDURING)
  let position = positionAt(options.start)
  let iterator: string | null = null
  /** The checkpoint was trimmed away: opens at the horizon until a record came. */
  let fromHorizon = false
  let gap: NewGap | null = null
  /** The time up to which the shard was read, by the server's clock. */
  let reached = options.reached ?? null
  let estimate = 1024 * 1024
  let limit = FIRST_LIMIT
  let oddAnswers = 0
  /** The shard's children, once the listing has shown it closed to a reader that needs to know. */
  let closedWith: ChildShard[] | null = null

  const openAt = async (place: ReturnType<typeof iteratorPlace>) => {
    await governor.iterator(shardId, signal)
    const output = await withDeadline(
      (abortSignal) =>
        client.send(new GetShardIteratorCommand({ StreamARN: streamArn, ShardId: shardId, ...place }), { abortSignal }),
      DEADLINE.control,
      options,
    )
    if (!output.ShardIterator) throw new OddAnswerError('GetShardIterator answered without an iterator')
    return { iterator: output.ShardIterator, date: serverDate(output) }
  }
  const getRecords = async (from: string, limit?: number) =>
    withDeadline(
      (abortSignal) =>
        client.send(
          new GetRecordsCommand({ StreamARN: streamArn, ShardIterator: from, ...(limit === undefined ? {} : { Limit: limit }) }),
          { abortSignal },
        ),
      DEADLINE.data,
      options,
    )
  const lostBefore = (anchor: string, before: string | null): NewGap => {
    // Where reading goes on at a record, that one is missing too.
    const isIncluded = position.last === null && position.start.type === 'AT_SEQUENCE_NUMBER'
    return trimmedCheckpoint(shardId, isIncluded ? String(BigInt(anchor) - 1n) : anchor, before)
  }

  /** A reader that is further behind than the retention is overtaken by the trim horizon without a word. */
  const overtaken = async (page: ShardPage): Promise<NewGap | null> => {
    const first = page.records[0]
    const least = Math.min(LEAST_RETENTION, options.retentionMs?.() ?? LEAST_RETENTION)
    if (reached === null || page.date === null || page.date + ROUNDING - reached <= least) return null
    if (first !== undefined && first.arrival <= reached + STAMP_MARGIN) return null
    const retention = (await options.freshRetentionMs?.()) ?? options.retentionMs?.() ?? null
    if (retention === null || page.date + ROUNDING - reached <= retention) return null
    return overtakenByHorizon(shardId, {
      afterSequence: lastHeld(position),
      beforeSequence: first?.sequenceNumber ?? null,
      fromTime: reached,
      toTime: first?.arrival ?? page.date - retention,
    })
  }

  /** A shard whose horizon had moved past its due records before it was opened. */
  const openedLate = (date: number | null): NewGap | null => {
    const retention = options.retentionMs?.() ?? null
    const dueFrom = options.dueFrom ?? position.heldFrom
    if (dueFrom === null || retention === null || date === null) return null
    if (date + ROUNDING - retention <= dueFrom) {
      reached ??= dueFrom
      return null
    }
    return openedTooLate(shardId, dueFrom, date - retention)
  }

  /** Some servers start at the horizon without a word when a checkpoint was trimmed: looks where the horizon is. */
  const checkHorizon = async (after: string, date: number | null): Promise<NewGap | null> => {
    const at = reached ?? sequenceTime(after)
    const retention = options.retentionMs?.() ?? null
    if (retention === null || date === null ? reached !== null : at !== null && date - at < retention - TRIM_MARGIN) {
      reached ??= at
      return null
    }
    let next: string | null | undefined = (await openAt({ ShardIteratorType: 'TRIM_HORIZON' })).iterator
    for (let pages = 0; next && pages < 100; pages += 1) {
      await governor.call(shardId, signal)
      const output: GetRecordsCommandOutput = await getRecords(next, 1)
      const first = output.Records?.[0]?.SequenceNumber
      if (first !== undefined && compareDecimals(first, after) > 0) return lostBefore(after, first)
      if (first !== undefined) {
        // Nothing was lost up to now, whatever its age; what leaves the retention before the first page comes is a matter of seconds.
        if (date !== null && retention !== null) reached = Math.max(at ?? 0, date - retention + STAMP_MARGIN)
        return null
      }
      if (output.MillisBehindLatest === 0) break
      next = output.NextShardIterator
    }
    return lostBefore(after, null)
  }

  const open = async (isReopened: boolean): Promise<string> => {
    const place: ReturnType<typeof iteratorPlace> = fromHorizon ? { ShardIteratorType: 'TRIM_HORIZON' } : iteratorPlace(position)
    /** The record that reading goes on at or after, if one ties it to the stream. */
    const anchor = place.StartingSequenceNumber ?? null
    const isHeld = anchor !== null && (position.last !== null || ('resumed' in position.start && position.start.resumed))
    let answer: { iterator: string; date: number | null }
    try {
      answer = await openAt(place)
    } catch (error) {
      const fault = faultOf(error, signal)
      if (!isHeld || anchor === null || (fault !== 'invalid-argument' && fault !== 'not-found')) throw error
      // Where the checkpoint is gone but the shard is not, the horizon still opens; where the shard is gone, this throws as well.
      answer = await openAt({ ShardIteratorType: 'TRIM_HORIZON' })
      await options.confirmStream?.()
      fromHorizon = true
      gap ??= lostBefore(anchor, null)
      return answer.iterator
    }
    if (isHeld && anchor !== null && !(isReopened && position.last === null)) gap = (await checkHorizon(anchor, answer.date)) ?? gap
    if (isReopened && place.ShardIteratorType === 'LATEST') gap ??= expiredLatest(shardId)
    if (anchor === null && position.last === null && !fromHorizon) gap ??= openedLate(answer.date)
    if (anchor === null) await options.confirmStream?.()
    position = opened(position, answer.date)
    return answer.iterator
  }

  const endure = async (error: unknown, took: number) => {
    const fault = faultOf(error, signal)
    if (fault === 'expired-iterator') iterator = null
    else if (fault === 'throttled') governor.throttled(shardId)
    if (fault !== 'aborted') options.onTrouble?.(shardId, fault, error)
    await trouble.endure(error, took)
  }

  let wasOpen = false
  let isFirstPoll = true
  for (;;) {
    await options.ready?.()
    let started = clock.now()
    let permit: Permit | null = null
    let page: ShardPage
    let next: string | null
    try {
      if (iterator === null) {
        iterator = await open(wasOpen)
        wasOpen = true
      }
      if (isFirstPoll && options.firstDelay) await clock.sleep(options.firstDelay, signal)
      isFirstPoll = false
      await governor.call(shardId, signal)
      const turn = clock.now()
      permit = await gate.acquire(estimate, signal)
      // A turn that had to wait for memory is stale: others may have had theirs meanwhile.
      if (clock.now() - turn > STALE_TURN) await governor.call(shardId, signal)
      started = clock.now()
      const output: GetRecordsCommandOutput = await getRecords(iterator, limit)
      const date = serverDate(output)
      const millisBehind = output.MillisBehindLatest ?? null
      const received = recordsOf(output, date, millisBehind)
      next = output.NextShardIterator || null
      let children = output.ChildShards ?? []
      if (received === null || (next === null && children.length === 0)) {
        oddAnswers += 1
        // A closed shard can answer so in its middle too: only at the tip, or where nothing comes any more, it is the end.
        const isAtEnd = received !== null && ((millisBehind ?? 0) === 0 || (received.length === 0 && oddAnswers >= 3 * ODD_ANSWERS))
        // And only if the shard was seen closed before this was asked for: else it may have got more, and closed, since the answer.
        if (received === null || !isAtEnd || closedWith === null) {
          if (oddAnswers % ODD_ANSWERS === 0) {
            if (isAtEnd) closedWith = (await options.confirmEnd?.(shardId)) ?? null
            if (closedWith === null) iterator = null
          }
          throw new OddAnswerError('GetRecords answered without records or the next iterator')
        }
        children = closedWith
      }
      oddAnswers = 0
      const before: Position = position
      const records = received.filter(({ sequenceNumber }) => !isRepeat(before, sequenceNumber))
      const bytes = received.reduce((sum, { data, partitionKey }) => sum + data.length + partitionKey.length, 0)
      governor.spent(shardId, bytes)
      const held = bytes + received.length * RECORD_OBJECTS
      permit.settle(held)
      estimate = Math.max(SMALLEST_ESTIMATE, held)
      if (bytes > 0) limit = Math.max(1, Math.min(MOST_RECORDS, Math.ceil((PAGE_BYTES * received.length) / bytes)))
      const { settle, release } = permit
      const untilStored = {
        settle,
        release: () => {
          release()
          columnsOf(output)?.giveBack()
        },
      }
      page = { shardId, records, bytes, millisBehind, date, ended: next === null ? children : null, gap: null, permit: untilStored }
    } catch (error) {
      permit?.release()
      governor.spent(shardId, 0)
      await endure(error, clock.now() - started)
      continue
    }
    if (trouble.fault !== null) options.onTrouble?.(shardId, null, null)
    trouble.over()
    gap ??= await overtaken(page)
    const [first] = page.records
    // An empty page behind the tip tells nothing of where the gap ends: the next one may.
    if (gap !== null && (first !== undefined || page.millisBehind === 0 || page.ended !== null)) {
      gap.beforeSequence ??= first?.sequenceNumber ?? null
      // Nothing came that could bound it: what arrives from now on is not missing, what left the retention meanwhile is.
      const retention = options.retentionMs?.() ?? null
      if (first === undefined && page.date !== null) gap.toTime = Math.max(gap.toTime ?? page.date, retention === null ? 0 : page.date + ROUNDING - retention)
      page.gap = gap
      gap = null
    }
    const last = page.records.reduce<string | null>(
      (max, { sequenceNumber }) => (max === null || compareDecimals(sequenceNumber, max) > 0 ? sequenceNumber : max),
      null,
    )
    if (last !== null) {
      position = advanced(position, last)
      fromHorizon = false
    }
    if (page.date !== null) reached = page.date - (page.millisBehind ?? 0)
    iterator = next
    yield page
    if (page.ended !== null) return
    if (page.records.length === 0 && page.millisBehind === 0) {
      await clock.sleep(TIP_INTERVAL - (clock.now() - started), signal)
    }
  }
}
