/**
 * The few parts of the protobuf wire format that a KPL aggregate uses
 * (https://protobuf.dev/programming-guides/encoding/): varints and length-delimited fields.
 */

export type WireField =
  | { number: number; type: 'varint'; value: number }
  | { number: number; type: 'bytes'; value: Buffer }
  | { number: number; type: 'fixed' }

/** A message that isn't protobuf, or not all there. */
export class WireError extends Error {}

interface Cursor {
  at: number
}

/** A varint as a number. Those over 2⁵³ can only be garbage here (table indexes, lengths) and throw `WireError`. */
const readVarint = (bytes: Buffer, cursor: Cursor): number => {
  let value = 0
  let factor = 1
  for (let count = 0; count < 10; count++) {
    const byte = bytes[cursor.at++]
    if (byte === undefined) throw new WireError('a number is cut off')
    value += (byte & 0x7f) * factor
    if (byte < 0x80) {
      if (value > Number.MAX_SAFE_INTEGER) throw new WireError('a number is out of range')
      return value
    }
    factor *= 128
  }
  throw new WireError('a number has no end')
}

const take = (bytes: Buffer, cursor: Cursor, length: number): Buffer => {
  if (length > bytes.length - cursor.at) throw new WireError('a field is longer than its message')
  const part = bytes.subarray(cursor.at, cursor.at + length)
  cursor.at += length
  return part
}

/** The fields of one message in their order, unknown ones included. Bytes are views into `bytes`. Throws `WireError`. */
export function* wireFields(bytes: Buffer): Generator<WireField> {
  const cursor = { at: 0 }
  while (cursor.at < bytes.length) {
    const tag = readVarint(bytes, cursor)
    const number = Math.floor(tag / 8)
    if (number === 0) throw new WireError('a field has the number 0')
    switch (tag % 8) {
      case 0:
        yield { number, type: 'varint', value: readVarint(bytes, cursor) }
        break
      case 1:
        take(bytes, cursor, 8)
        yield { number, type: 'fixed' }
        break
      case 2:
        yield { number, type: 'bytes', value: take(bytes, cursor, readVarint(bytes, cursor)) }
        break
      case 5:
        take(bytes, cursor, 4)
        yield { number, type: 'fixed' }
        break
      default:
        throw new WireError('a field has an unknown type')
    }
  }
}

const varint = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return bytes
}

export const varintField = (number: number, value: number): Buffer => Buffer.from([...varint(number * 8), ...varint(value)])

export const bytesField = (number: number, value: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(value.length)]), value])
