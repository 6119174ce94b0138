import type { _Record as KinesisRecord, GetRecordsCommandOutput } from '@aws-sdk/client-kinesis'

/**
 * The records of a page as few large values: no objects to make, to collect or to clone until somebody stores them, and the thread that read
 * them can hand them over at no cost. Each column holds one record's behind the other's.
 */
export interface RecordColumns {
  /** All data, from its beginning on. */
  data: ArrayBuffer
  /** Where each record's data ends in it. */
  dataEnds: Uint32Array
  /** Ms since the epoch. */
  arrivals: Float64Array
  /** Each record's sequence number and then its partition key, in ASCII. */
  text: Uint8Array
  /** Where each one's sequence number ends in it. */
  sequenceEnds: Uint32Array
  /** Where each one's partition key ends in it. */
  keyEnds: Uint32Array
  /** Whether all records say that they are not encrypted, or none says anything. */
  isEncryptionTold: boolean
}

/** A record as the readers hand it on, in the shape of the row that it becomes, so that it need not be made twice. */
export interface ReadRecord {
  sequenceNumber: string
  subsequence: 0
  /** ApproximateArrivalTimestamp, ms since the epoch. */
  arrival: number
  partitionKey: string
  explicitHashKey: null
  data: Uint8Array
  text: null
}

/** The records as objects; their data are views into `columns.data`. */
export const recordsFrom = ({ data, dataEnds, arrivals, text, sequenceEnds, keyEnds }: RecordColumns): ReadRecord[] => {
  const ascii = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
  const records: ReadRecord[] = []
  let from = 0
  let textFrom = 0
  for (let at = 0; at < dataEnds.length; at++) {
    const end = dataEnds[at] as number
    const sequenceEnd = sequenceEnds[at] as number
    const keyEnd = keyEnds[at] as number
    records.push({
      sequenceNumber: ascii.toString('latin1', textFrom, sequenceEnd),
      subsequence: 0,
      arrival: arrivals[at] as number,
      partitionKey: ascii.toString('latin1', sequenceEnd, keyEnd),
      explicitHashKey: null,
      data: new Uint8Array(data, from, end - from),
      text: null,
    })
    from = end
    textFrom = keyEnd
  }
  return records
}

/** The same as the SDK gives them. */
export const sdkRecordsFrom = (columns: RecordColumns): KinesisRecord[] =>
  recordsFrom(columns).map(({ sequenceNumber, arrival, partitionKey, data }) => ({
    SequenceNumber: sequenceNumber,
    ApproximateArrivalTimestamp: new Date(arrival),
    Data: data,
    PartitionKey: partitionKey,
    ...(columns.isEncryptionTold ? { EncryptionType: 'NONE' as const } : {}),
  }))

export interface HeldColumns {
  columns: RecordColumns
  /** Nothing may look at the data any more: what still does sees none. */
  giveBack(): void
}

const held = new WeakMap<object, HeldColumns>()

/** Gives an output of GetRecords these records. They become the SDK's `Records` only where somebody asks for those. */
export const holdColumns = (output: object, columns: RecordColumns, giveBack: () => void = () => {}): void => {
  Object.defineProperty(output, 'Records', { enumerable: true, configurable: true, get: () => sdkRecordsFrom(columns) })
  held.set(output, { columns, giveBack })
}

/** What `holdColumns` put there; undefined for any other output. */
export const columnsOf = (output: object): HeldColumns | undefined => held.get(output)

/** An output without its records, which go beside it. */
export const withoutRecords = (output: GetRecordsCommandOutput): GetRecordsCommandOutput => {
  const { NextShardIterator, MillisBehindLatest, $metadata } = output
  return {
    Records: undefined,
    ...(NextShardIterator === undefined ? {} : { NextShardIterator }),
    ...(MillisBehindLatest === undefined ? {} : { MillisBehindLatest }),
    $metadata,
  }
}
