/** A record of a capture as a replay needs it; `StoredRecord` of the store fits. */
export interface ReplayRecord {
  /** Row id in the capture. */
  readonly id: number
  /** ApproximateArrivalTimestamp, ms since the epoch. */
  readonly arrival: number
  readonly partitionKey: string
  readonly explicitHashKey: string | null
  readonly data: Uint8Array
}

/** Records in arrival order, in batches of any size, so that a capture is never in memory whole. */
export type ReplaySource = AsyncIterable<readonly ReplayRecord[]>

/**
 * Write limits of a shard and of a request: the doc comments of PutRecords in
 * `@aws-sdk/client-kinesis` 3.1143.0. A request may have 10 MiB there; older
 * documents say 5 MiB, and half the size costs nothing, so that is what we send.
 */
export const shardRecordsPerSecond = 1000
export const shardBytesPerSecond = 1024 * 1024
export const requestRecords = 500
export const requestBytes = 5 * 1024 * 1024
const maxHashKey = (1n << 128n) - 1n

/** Bytes that count against the limits: the data and the partition key in UTF-8. */
export function loadBytes(record: ReplayRecord): number {
  return record.data.byteLength + Buffer.byteLength(record.partitionKey)
}

/**
 * Why Kinesis would refuse a whole request for this record's sake, or null. Such a record
 * can stand in a capture: a KPL aggregate may hold any key, a stream a larger limit.
 */
export function unsendable(record: ReplayRecord, maxRecordBytes: number): string | null {
  const { partitionKey, explicitHashKey } = record
  if (partitionKey === '') return 'its partition key is empty'
  if (partitionKey.length > 256 && Array.from(partitionKey).length > 256) return 'its partition key is longer than 256 characters'
  if (explicitHashKey !== null && !(/^(0|[1-9]\d{0,38})$/.test(explicitHashKey) && BigInt(explicitHashKey) <= maxHashKey)) {
    return 'its explicit hash key is no 128-bit number'
  }
  return loadBytes(record) > maxRecordBytes ? `it is larger than the target's limit of ${maxRecordBytes} bytes` : null
}
