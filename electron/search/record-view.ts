import { RECORD_HEAD } from '#shared/model/record.ts'
import type { DecodeStep, RecordDetail, RecordRow } from '#shared/model/record.ts'
import { decodeRecord } from '../decode/decode-record.ts'
import { SUMMARY_HEAD, summarise } from '../decode/summarise.ts'
import { hashKeyHex, hashKeyOf, isOutside } from '../kinesis/hash-key.ts'
import type { CaptureReader } from '../store/capture-reader.ts'
import type { StoredRecord } from '../store/capture-rows.ts'

/** Bytes of data and characters of text that a row needs of a record. */
export const ROW_HEAD = SUMMARY_HEAD

export const rowOf = (record: StoredRecord): RecordRow => ({ ...placeOf(record), summary: summarise(record.data, record.text) })

const placeOf = ({ id, shardId, sequenceNumber, subsequence, arrival, partitionKey, size }: StoredRecord): Omit<RecordRow, 'summary'> => ({
  id,
  shardId,
  sequenceNumber,
  subsequence,
  arrival,
  partitionKey,
  size,
})

export const detailOf = (reader: CaptureReader, record: StoredRecord): RecordDetail => {
  const { data, explicitHashKey, partitionKey, tags = [] } = record
  const decoded = decodeRecord(data)
  const text = record.text ?? decoded.text
  const [first, ...rest] = decoded.steps
  const hashKey = trusted(explicitHashKey)
  const inAggregate = recordsOfAggregate(reader, record)
  const range = reader.hashRange(record.shardId)
  return {
    ...placeOf(record),
    explicitHashKey,
    tags,
    hash: hashKeyHex(partitionKey, hashKey),
    outsideShard: isUserRecord(record, inAggregate) && range !== null && isOutside(hashKeyOf(partitionKey, hashKey), range),
    dataBase64: data.subarray(0, RECORD_HEAD).toString('base64'),
    dataTruncated: data.length > RECORD_HEAD,
    text: text === null ? null : headOf(text),
    textTruncated: text !== null && text.length > RECORD_HEAD,
    format: decoded.format,
    steps: [...(first ? [first] : []), ...aggregateStep(record, inAggregate), ...rest],
  }
}

/** A KPL aggregate may carry any text as a hash key. */
const trusted = (explicitHashKey: string | null): string | null => (explicitHashKey !== null && /^\d{1,39}$/.test(explicitHashKey) ? explicitHashKey : null)

/**
 * Whether a record came in an aggregate. Of a plain one Kinesis doesn't tell the explicit hash key that it may have been put by, so
 * that its key says nothing of its shard; an aggregate of one that has neither hash key nor tags can't be told from it.
 */
const isUserRecord = ({ explicitHashKey, tags = [] }: StoredRecord, inAggregate: number): boolean =>
  inAggregate > 1 || explicitHashKey !== null || tags.length > 0

/** Not half a surrogate pair at the end. */
const headOf = (text: string): string => text.slice(0, RECORD_HEAD).replace(/[\ud800-\udbff]$/, '')

/** Rows that are looked at on either side for others of the same aggregate. */
const NEIGHBOURS = 64
const MOST_NEIGHBOURS = 4096

/** A capture stores an aggregate's records one after the other, with the sequence number of the Kinesis record they came in. 1 for a plain record. */
const recordsOfAggregate = (reader: CaptureReader, record: StoredRecord): number => {
  let others = 0
  for (let next = record.id + 1; others < MOST_NEIGHBOURS; next += NEIGHBOURS) {
    const ids = Array.from({ length: NEIGHBOURS }, (_, at) => next + at)
    const same = reader.recordsById(ids, { head: 0 }).filter(({ sequenceNumber, shardId }) => sequenceNumber === record.sequenceNumber && shardId === record.shardId)
    others += same.length
    if (same.length < NEIGHBOURS) break
  }
  return record.subsequence + 1 + others
}

const aggregateStep = ({ subsequence, size }: StoredRecord, count: number): DecodeStep[] =>
  count === 1 ? [] : [{ name: 'KPL aggregate', note: `record ${subsequence + 1} of ${count}, MD5 good`, size, failure: null }]
