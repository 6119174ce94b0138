import type { StartPosition } from '#shared/model/stream.ts'
import type { GetShardIteratorCommandInput } from '@aws-sdk/client-kinesis'

/** Where reading of one shard begins. */
export type ShardStart =
  | { type: 'TRIM_HORIZON' }
  | { type: 'LATEST' }
  | { type: 'AT_TIMESTAMP'; at: number }
  /** `resumed`: from a checkpoint, or from the start of an earlier run, which may have been trimmed away meanwhile. */
  | { type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; sequenceNumber: string; resumed?: boolean }

/** A reader's place in its shard, held over the loss of its iterator. */
export interface Position {
  start: ShardStart
  /** Sequence number of the last record that was handed on; null before the first. */
  last: string | null
  /** What LATEST stands for once it was opened: the server's time minus `LATEST_MARGIN`, ms. */
  heldFrom: number | null
}

/**
 * `Date` headers are whole seconds, rounded down, and arrival stamps come from other machines. Too much is
 * better than too little: what arrived within it before the opening may come along.
 */
export const LATEST_MARGIN = 2000

export const positionAt = (start: ShardStart): Position => ({ start, last: null, heldFrom: null })

/** What a checkpoint of a capture resumes with: after its record, or at its held time, or where the shard would start anyway. */
export const resumeStart = (checkpoint: { sequenceNumber: string | null; heldFrom: number | null }, otherwise: ShardStart): ShardStart => {
  if (checkpoint.sequenceNumber !== null) return { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: checkpoint.sequenceNumber, resumed: true }
  return checkpoint.heldFrom === null ? otherwise : { type: 'AT_TIMESTAMP', at: checkpoint.heldFrom }
}

type IteratorPlace = Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'StartingSequenceNumber' | 'Timestamp'>

/** The part of GetShardIterator's input that says where: after the last record, else the held time, else the start. */
export const iteratorPlace = ({ start, last, heldFrom }: Position): IteratorPlace => {
  if (last !== null) return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last }
  if (heldFrom !== null) return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(heldFrom) }
  if (start.type === 'TRIM_HORIZON' || start.type === 'LATEST') return { ShardIteratorType: start.type }
  if (start.type === 'AT_TIMESTAMP') return { ShardIteratorType: start.type, Timestamp: new Date(start.at) }
  return { ShardIteratorType: start.type, StartingSequenceNumber: start.sequenceNumber }
}

/** After an iterator was given at the server's time `date`: LATEST becomes a time, so that an expiry before the first record loses nothing. */
export const opened = (position: Position, date: number | null): Position =>
  position.start.type === 'LATEST' && position.last === null && position.heldFrom === null && date !== null
    ? { ...position, heldFrom: date - LATEST_MARGIN }
    : position

export const advanced = (position: Position, last: string): Position => ({ ...position, last })

/** Order of sequence numbers as numbers, without making any: decimal strings of up to 129 digits. */
export const compareDecimals = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

/** The last record that was had, in this run or before it; null before the first. */
export const lastHeld = ({ start, last }: Position): string | null => last ?? (start.type === 'AFTER_SEQUENCE_NUMBER' ? start.sequenceNumber : null)

/** Whether a record was had before: a refresh can bring the last record again (KCL 1014). */
export const isRepeat = (position: Position, sequenceNumber: string): boolean => {
  const after = lastHeld(position)
  return after !== null && compareDecimals(sequenceNumber, after) <= 0
}

/** The stream-wide start as that of one shard that is read from the beginning of the capture. */
export const startOfShard = (from: StartPosition, shardId: string): ShardStart => {
  if (from.type === 'TRIM_HORIZON' || from.type === 'LATEST') return { type: from.type }
  if (from.type === 'AT_TIMESTAMP') return { type: from.type, at: from.at }
  return shardId === from.shardId ? { type: from.type, sequenceNumber: from.sequenceNumber } : { type: 'TRIM_HORIZON' }
}

/**
 * The second in which a sequence number was given, in ms; null where the number has another layout. A hint and
 * no contract: hex digits 29 to 38 of the 47 of the 186-bit layout, seen in AWS's own published numbers.
 */
export const sequenceTime = (sequenceNumber: string): number | null => {
  if (!/^\d{50,60}$/.test(sequenceNumber)) return null
  const hex = BigInt(sequenceNumber).toString(16)
  if (hex.length !== 47) return null
  const seconds = Number.parseInt(hex.slice(29, 38), 16)
  // Kinesis opened in 2013; this check is what keeps another layout from being believed.
  return seconds > 1_380_000_000 && seconds < 3_000_000_000 ? seconds * 1000 : null
}
