/**
 * Sequence numbers in the 186-bit layout of 47 hex digits that AWS's own published numbers show: `2`, the shard's
 * creation second (9), a digit of its number, the record's place (16), `00`, its second (9), the shard's number (8), `2`.
 */
export interface SequenceParts {
  /** Second in which the shard was made. */
  created: number
  shard: number
  /** Place within the shard; grows with each record. */
  place: bigint
  /** Second in which the record came. */
  second: number
}

/** The place of a shard's ending sequence number: after every record's. */
export const LAST_PLACE = 0x7fff_ffff_ffff_ffffn

const hex = (value: number | bigint, digits: number) => value.toString(16).padStart(digits, '0')

export const sequenceOf = ({ created, shard, place, second }: SequenceParts): string =>
  BigInt(`0x2${hex(created, 9)}${hex(shard % 16, 1)}${hex(place, 16)}00${hex(second, 9)}${hex(shard, 8)}2`).toString()

/** Null for what is no such number. */
export const partsOfSequence = (sequence: string): SequenceParts | null => {
  if (!/^\d{1,129}$/.test(sequence)) return null
  const digits = BigInt(sequence).toString(16)
  if (digits.length !== 47 || !digits.startsWith('2')) return null
  return {
    created: Number.parseInt(digits.slice(1, 10), 16),
    place: BigInt(`0x${digits.slice(11, 27)}`),
    second: Number.parseInt(digits.slice(29, 38), 16),
    shard: Number.parseInt(digits.slice(38, 46), 16),
  }
}
