import { isUtf8 } from 'node:buffer'
import type { ExportedRecord, RecordTag } from '#shared/model/record.ts'

/** A record of a capture with its bytes; `StoredRecord` of the store fits. */
export interface RecordToExport {
  readonly shardId: string
  readonly sequenceNumber: string
  readonly subsequence: number
  /** Ms since the epoch. */
  readonly arrival: number
  readonly partitionKey: string
  readonly explicitHashKey: string | null
  readonly tags?: RecordTag[]
  readonly data: Uint8Array
}

/**
 * A record as it is printed and exported. The data is text where its bytes are valid UTF-8,
 * a byte order mark included, and base64 otherwise: either way they come back exactly.
 */
export function toExported(record: RecordToExport): ExportedRecord {
  const { shardId, sequenceNumber, subsequence, arrival, partitionKey, explicitHashKey, data, tags = [] } = record
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  // Buffer.toString keeps a byte order mark, which TextDecoder takes off by default.
  const encoding = isUtf8(bytes) ? 'utf8' : 'base64'
  return {
    shardId,
    sequenceNumber,
    subsequence,
    arrival: new Date(arrival).toISOString(),
    partitionKey,
    explicitHashKey,
    data: bytes.toString(encoding),
    encoding,
    ...(tags.length === 0 ? {} : { tags }),
  }
}

/** The bytes of an exported record; null where its base64 is none. */
export function exportedBytes({ data, encoding }: Pick<ExportedRecord, 'data' | 'encoding'>): Buffer | null {
  if (encoding === 'utf8') return data.isWellFormed() ? Buffer.from(data, 'utf8') : null
  const bytes = Buffer.from(data, 'base64')
  return bytes.toString('base64') === data ? bytes : null
}
