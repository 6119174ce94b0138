import type { StoredRecord } from '../store/capture-rows.ts'
import { BATCH_BYTES, BATCH_RECORDS } from './messages.ts'
import type { PackedBatch, ScannedBatch } from './messages.ts'

export const packBatch = (records: readonly StoredRecord[], scanned: number): PackedBatch => {
  const ends: number[] = []
  let size = 0
  for (const { data } of records) ends.push((size += data.length))
  const all = new Uint8Array(size)
  records.forEach(({ data }, at) => all.set(data, ends[at]! - data.length))
  return {
    records: records.map(({ id, shardId, sequenceNumber, subsequence, arrival, partitionKey, explicitHashKey, tags }) => ({
      id,
      shardId,
      sequenceNumber,
      subsequence,
      arrival,
      partitionKey,
      explicitHashKey,
      ...(tags === undefined ? {} : { tags }),
    })),
    ends,
    data: all.buffer,
    scanned,
  }
}

export const unpackBatch = ({ records, ends, data, scanned }: PackedBatch): ScannedBatch => ({
  records: records.map((record, at) => {
    const start = ends[at - 1] ?? 0
    return { ...record, data: new Uint8Array(data, start, ends[at]! - start) }
  }),
  scanned,
})

/** Cuts records into batches within the limits; an empty list is one empty batch, which carries progress. */
export function* batchesOf(records: readonly StoredRecord[]): Generator<StoredRecord[]> {
  let batch: StoredRecord[] = []
  let bytes = 0
  for (const record of records) {
    if (batch.length > 0 && (batch.length === BATCH_RECORDS || bytes + record.data.length > BATCH_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(record)
    bytes += record.data.length
  }
  yield batch
}
