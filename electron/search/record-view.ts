import { RECORD_HEAD } from '#shared/model/record.ts'
import type { DecodeStep, RecordDetail, RecordRow } from '#shared/model/record.ts'
import { decodeRecord } from '../decode/decode-record.ts'
import { SUMMARY_HEAD, summarise } from '../decode/summarise.ts'
import { hashKeyHex } from '../kinesis/hash-key.ts'
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
  return {
    ...placeOf(record),
    explicitHashKey,
    tags,
    hash: hashOf(partitionKey, explicitHashKey),
    dataBase64: data.subarray(0, RECORD_HEAD).toString('base64'),
    dataTruncated: data.length > RECORD_HEAD,
    text: text === null ? null : headOf(text),
    textTruncated: text !== null && text.length > RECORD_HEAD,
    format: decoded.format,
    steps: [...(first ? [first] : []), ...aggregateStep(reader, record), ...rest],
  }
}

/** A KPL aggregate may carry any text as a hash key. */
const hashOf = (partitionKey: string, explicitHashKey: string | null): string =>
  hashKeyHex(partitionKey, explicitHashKey !== null && /^\d{1,39}$/.test(explicitHashKey) ? explicitHashKey : null)

/** Not half a surrogate pair at the end. */
const headOf = (text: string): string => text.slice(0, RECORD_HEAD).replace(/[\ud800-\udbff]$/, '')

/** Rows that are looked at on either side for others of the same aggregate. */
const NEIGHBOURS = 64
const MOST_NEIGHBOURS = 4096

/** A capture stores an aggregate's records one after the other, with the sequence number of the Kinesis record they came in. */
const aggregateStep = (reader: CaptureReader, record: StoredRecord): DecodeStep[] => {
  let others = 0
  for (let next = record.id + 1; others < MOST_NEIGHBOURS; next += NEIGHBOURS) {
    const ids = Array.from({ length: NEIGHBOURS }, (_, at) => next + at)
    const same = reader.recordsById(ids, { head: 0 }).filter(({ sequenceNumber, shardId }) => sequenceNumber === record.sequenceNumber && shardId === record.shardId)
    others += same.length
    if (same.length < NEIGHBOURS) break
  }
  const count = record.subsequence + 1 + others
  if (count === 1) return []
  return [{ name: 'KPL aggregate', note: `record ${record.subsequence + 1} of ${count}, MD5 good`, size: record.size, failure: null }]
}
