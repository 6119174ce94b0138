import { z } from 'zod'

/** What a table cell shows of a record, cut to at most 240 characters in all. */
export const RecordSummary = z.discriminatedUnion('kind', [
  /** Names and values of the first scalar fields, the most telling ones first; values as they are written in the JSON. */
  z.object({
    kind: z.literal('fields'),
    fields: z.array(z.object({ name: z.string(), value: z.string(), type: z.enum(['string', 'number', 'literal', 'nested']) })),
    more: z.boolean(),
  }),
  z.object({ kind: z.literal('text'), text: z.string(), more: z.boolean() }),
  /** First bytes as hex, for data that is no text. */
  z.object({ kind: z.literal('binary'), hex: z.string(), note: z.string(), more: z.boolean() }),
])
export type RecordSummary = z.infer<typeof RecordSummary>

/** A row of the table: all but the payload. */
export const RecordRow = z.object({
  /** Row id within its capture: the order in which it was written, which within a shard is sequence order. */
  id: z.number().int(),
  shardId: z.string(),
  sequenceNumber: z.string(),
  /** Place within a KPL aggregate, 0 for a plain record. */
  subsequence: z.number().int(),
  /** ApproximateArrivalTimestamp, ms since the epoch. */
  arrival: z.number(),
  partitionKey: z.string(),
  /** Bytes of data. */
  size: z.number().int(),
  summary: RecordSummary,
})
export type RecordRow = z.infer<typeof RecordRow>

/** A tag that a producer put on a user record of a KPL aggregate. Keys may repeat; a tag need not have a value. */
export const RecordTag = z.object({ key: z.string(), value: z.string().nullable() })
export type RecordTag = z.infer<typeof RecordTag>

/** One step of decoding, for the trace: `Kinesis record → KPL aggregate → gzip → JSON`. */
export const DecodeStep = z.object({
  name: z.string(),
  /** What there is to know about it: "record 3 of 18, MD5 good", "to 1.8 times the size", "UTF-8, 27 values". */
  note: z.string(),
  /** Bytes that came out of the step. */
  size: z.number().int(),
  /** Why it failed; the steps end at the last good bytes. */
  failure: z.string().nullable(),
})
export type DecodeStep = z.infer<typeof DecodeStep>

/** Everything about one record. Long data is cut at `RECORD_HEAD` and read on with `records.bytes`. */
export const RecordDetail = RecordRow.omit({ summary: true }).extend({
  explicitHashKey: z.string().nullable(),
  /** Of a user record of a KPL aggregate, in their order; nearly all have none. */
  tags: z.array(RecordTag),
  /** Hash key that places it: the explicit one, or MD5 of the key; 32 hex digits. */
  hash: z.string(),
  /**
   * A user record of a KPL aggregate whose hash key is outside the range of the shard that the aggregate came from, as after a
   * reshard. The KCL drops such records. False where the file doesn't tell the shard's range.
   */
  outsideShard: z.boolean(),
  /** The data as received, base64, at most `RECORD_HEAD` bytes of it. */
  dataBase64: z.string(),
  dataTruncated: z.boolean(),
  /** Decoded text at most `RECORD_HEAD` characters of it; null where the record is no text. */
  text: z.string().nullable(),
  textTruncated: z.boolean(),
  format: z.enum(['json', 'text', 'binary']),
  steps: z.array(DecodeStep),
})
export type RecordDetail = z.infer<typeof RecordDetail>

/** Bytes (and characters of text) of a record that are sent at once. */
export const RECORD_HEAD = 256 * 1024

/** A whole record as the CLI prints and exports it. `data` is text, or base64 where the bytes are not UTF-8. */
export const ExportedRecord = z.object({
  shardId: z.string(),
  sequenceNumber: z.string(),
  subsequence: z.number().int(),
  /** ISO 8601 in UTC with milliseconds. */
  arrival: z.string(),
  partitionKey: z.string(),
  explicitHashKey: z.string().nullable(),
  data: z.string(),
  encoding: z.enum(['utf8', 'base64']),
  /** Only where there are any. */
  tags: z.array(RecordTag).optional(),
})
export type ExportedRecord = z.infer<typeof ExportedRecord>
