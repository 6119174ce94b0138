import { storedText } from '../decode/decode-record.ts'
import { type TaggedUserRecord, takeApart } from '../decode/kpl.ts'
import type { ShardRecord } from '../kinesis/shard-reader.ts'
import type { NewRecord } from '../store/capture-rows.ts'

const rowOf = (
  { sequenceNumber, arrival }: ShardRecord,
  subsequence: number,
  { partitionKey, explicitHashKey, data, tags = [] }: Omit<TaggedUserRecord, 'tags'> & Partial<TaggedUserRecord>,
): NewRecord => {
  const row: NewRecord = { sequenceNumber, subsequence, arrival, partitionKey, explicitHashKey, data, text: storedText(data) }
  if (tags.length > 0) row.tags = tags
  return row
}

/** Records that were read in columns have the shape of rows already. */
const isRow = (record: ShardRecord): record is ShardRecord & NewRecord => 'subsequence' in record

/**
 * The rows of one Kinesis record: itself, or the user records of a KPL aggregate with their places as subsequence
 * numbers. A damaged aggregate stays as it came. Kinesis does not tell the explicit hash key of a plain record.
 */
export const unpack = (record: ShardRecord): NewRecord[] => {
  const apart = takeApart(record.data)
  if (apart !== null && 'userRecords' in apart) return apart.userRecords.map((user, at) => rowOf(record, at, user))
  if (isRow(record) && storedText(record.data) === null) return [record]
  return [rowOf(record, 0, { partitionKey: record.partitionKey, explicitHashKey: null, data: record.data })]
}
