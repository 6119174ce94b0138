import { damagedCapture } from './damaged-capture.ts'
import { KinescopeError } from './error.ts'

/**
 * Sequence numbers are decimal strings that no JavaScript number can hold: 186 bits in
 * practice. Here they become 24 big-endian bytes, which sort as a blob in numeric order.
 *
 * Both directions work on eight limbs of 24 bits (and decimal chunks of 7 digits), whose
 * products stay below 2^53: three times as fast as BigInt, on a path that every record takes.
 */
export const SEQUENCE_BYTES = 24

const LIMBS = 8
const LIMB = 0x100_0000
const CHUNK_DIGITS = 7
const CHUNK = 10_000_000

/** 24 bytes of a decimal sequence number. Throws `invalid-argument` for anything but 1 to 192 bits of digits. */
export function encodeSequence(decimal: string): Uint8Array {
  const bytes = new Uint8Array(SEQUENCE_BYTES)
  encodeSequenceInto(decimal, bytes)
  return bytes
}

/** The same, into the first 24 bytes of `bytes`, for callers that reuse one buffer. */
export function encodeSequenceInto(decimal: string, bytes: Uint8Array): void {
  const digits = decimal.length
  if (digits === 0) throw notASequence(decimal)
  const limbs = [0, 0, 0, 0, 0, 0, 0, 0]
  let used = 0
  let at = 0
  while (at < digits) {
    const end = at === 0 ? digits % CHUNK_DIGITS || CHUNK_DIGITS : at + CHUNK_DIGITS
    let carry = 0
    for (; at < end; at++) {
      const digit = decimal.charCodeAt(at) - 48
      if (!(digit >= 0 && digit <= 9)) throw notASequence(decimal)
      carry = carry * 10 + digit
    }
    for (let i = 0; i < used; i++) {
      const product = (limbs[i] ?? 0) * CHUNK + carry
      carry = Math.floor(product / LIMB)
      limbs[i] = product - carry * LIMB
    }
    if (carry > 0) {
      if (used === LIMBS) throw notASequence(decimal)
      limbs[used++] = carry
    }
  }
  for (let i = 0; i < LIMBS; i++) {
    const limb = limbs[i] ?? 0
    const place = SEQUENCE_BYTES - 3 * i
    bytes[place - 1] = limb
    bytes[place - 2] = limb >>> 8
    bytes[place - 3] = limb >>> 16
  }
}

/** The decimal string of bytes that `encodeSequence` made. */
export function decodeSequence(bytes: Uint8Array): string {
  if (bytes.length !== SEQUENCE_BYTES) {
    throw damagedCapture(`A stored sequence number has ${bytes.length} bytes instead of ${SEQUENCE_BYTES}.`)
  }
  const limbs = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let i = 0; i < LIMBS; i++) {
    limbs[i] = ((bytes[3 * i] ?? 0) << 16) | ((bytes[3 * i + 1] ?? 0) << 8) | (bytes[3 * i + 2] ?? 0)
  }
  let decimal = ''
  let first = 0
  while (first < LIMBS && limbs[first] === 0) first++
  while (first < LIMBS) {
    let rest = 0
    for (let i = first; i < LIMBS; i++) {
      const value = rest * LIMB + (limbs[i] ?? 0)
      const quotient = Math.floor(value / CHUNK)
      limbs[i] = quotient
      rest = value - quotient * CHUNK
    }
    while (first < LIMBS && limbs[first] === 0) first++
    decimal = (first < LIMBS ? String(rest).padStart(CHUNK_DIGITS, '0') : String(rest)) + decimal
  }
  return decimal === '' ? '0' : decimal
}

/** Numeric order of two decimal sequence numbers. */
export function compareSequences(a: string, b: string): -1 | 0 | 1 {
  const left = withoutZeros(a)
  const right = withoutZeros(b)
  if (left.length !== right.length) return left.length < right.length ? -1 : 1
  return left === right ? 0 : left < right ? -1 : 1
}

function withoutZeros(decimal: string): string {
  return decimal.startsWith('0') ? decimal.replace(/^0+(?=\d)/, '') : decimal
}

function notASequence(decimal: string): KinescopeError {
  const shown = JSON.stringify(decimal.slice(0, 140))
  return new KinescopeError('invalid-argument', `${shown} is not a sequence number: it must be decimal digits, at most 192 bits.`, {
    action: 'Copy the sequence number from a record.',
  })
}
