import { isAscii } from 'node:buffer'
import { foldUtf8 } from './fold-utf8.ts'
import { hasEscape, unescapeBytes } from './json-escapes.ts'

export { fold } from './fold-case.ts'
export { unescapeJson } from './json-escapes.ts'

/**
 * A filter says which 4-byte grams a block of records holds, so that a search need not read the
 * block: a bitmap of 64,000 bits, one for each hash of a gram. Grams are taken over the folded
 * text's UTF-8 bytes. Hash and size are part of the file format.
 */
export const FILTER_BYTES = 8000
const BITS = FILTER_BYTES * 8

/** A fuller filter rules out too little: a block closes here. */
export const FULL_AT = Math.floor(BITS * 0.4)

const lowerAscii = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte))

/** Four ASCII bytes with their capitals made small: those that reach the highest bit with one addend and not with the other. */
function lowerFour(four: number): number {
  const beyondZ = (four + 0x2525_2525) | 0
  const fromA = (four + 0x3f3f_3f3f) | 0
  return four | (((beyondZ ^ fromA) & 0x8080_8080) >>> 2)
}

/** Fibonacci hashing to 16 bits, scaled to the number of bits. */
function bitOf(gram: number): number {
  return Math.imul(Math.imul(gram, 0x9e37_79b1) >>> 16, BITS) >>> 16
}

/**
 * The bits that a text which occurs in a record must have set, each once; empty for a text of less
 * than four bytes, which no filter can rule out. The text must have been folded.
 */
export function gramsOf(foldedText: string): number[] {
  const bytes = Buffer.from(foldedText)
  const bits = new Set<number>()
  let gram = 0
  for (let i = 0; i < bytes.length; i++) {
    gram = (gram << 8) | (bytes[i] ?? 0)
    if (i >= 3) bits.add(bitOf(gram))
  }
  return [...bits]
}

/** Whether a block with this filter may hold a text with these grams. False is certain. */
export function mayContain(filter: Uint8Array, grams: readonly number[]): boolean {
  for (const bit of grams) if (((filter[bit >>> 3] ?? 0xff) & (1 << (bit & 7))) === 0) return false
  return true
}

/** What of a record can be searched as text. */
export interface Searchable {
  data: Uint8Array
  text: string | null
  partitionKey: string
}

/** Little-endian, as every machine that runs Node is. */
const GATHER = 0x0102_0408

/** The filter of some records. */
export function buildFilter(records: Iterable<Searchable>): Uint8Array {
  const grams = new GramSet()
  for (const record of records) grams.add(record)
  return grams.filter()
}

/**
 * The grams of a growing block. It covers, folded: the payload as UTF-8 (invalid bytes replaced),
 * the decoded text, the partition key, and payload and text once more with JSON escapes undone.
 */
export class GramSet {
  // A byte a bit, set and counted without a branch: half the time of a bitmap, as no guess can be wrong.
  readonly #seen = new Uint8Array(BITS)
  readonly #fours = new Uint32Array(this.#seen.buffer)
  #count = 0

  /** Bits set so far. */
  get count(): number {
    return this.#count
  }

  add({ data, text, partitionKey }: Searchable): void {
    this.#addWithUnescaped(data)
    if (text !== null) this.#addWithUnescaped(Buffer.from(text))
    this.#addBytes(Buffer.from(partitionKey))
  }

  /** The same for a record without a decoded text, with the bytes of its partition key. */
  addPlain(data: Uint8Array, partitionKey: Uint8Array): void {
    this.#addWithUnescaped(data)
    this.#addBytes(partitionKey)
  }

  #addWithUnescaped(bytes: Uint8Array): void {
    this.#addBytes(bytes)
    if (!hasEscape(bytes)) return
    const unescaped = unescapeBytes(bytes)
    if (unescaped.length < bytes.length) this.#addBytes(unescaped)
  }

  #addBytes(bytes: Uint8Array): void {
    if (isAscii(bytes)) {
      if (bytes.length >= 4) this.#addAscii(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      return
    }
    const folded = foldUtf8(bytes)
    const { length } = folded
    // Not before folding: that, and the replacement of invalid bytes, can make three bytes four.
    if (length < 4) return
    const seen = this.#seen
    let known = 0
    let gram = 0
    for (let i = 0; i < 3; i++) gram = (gram << 8) | (folded[i] as number)
    for (let i = 3; i < length; i++) {
      gram = (gram << 8) | (folded[i] as number)
      const bit = bitOf(gram)
      known += seen[bit] as number
      seen[bit] = 1
    }
    this.#count += length - 3 - known
  }

  /** Four bytes at a time, folded at once: two thirds of the time, on the path that nearly all bytes take. */
  #addAscii(bytes: DataView): void {
    const seen = this.#seen
    const length = bytes.byteLength
    let before = lowerFour(bytes.getInt32(0))
    let bit = bitOf(before)
    let known = seen[bit] as number
    seen[bit] = 1
    let at = 4
    for (; at + 4 <= length; at += 4) {
      const four = lowerFour(bytes.getInt32(at))
      bit = bitOf((before << 8) | (four >>> 24))
      known += seen[bit] as number
      seen[bit] = 1
      bit = bitOf((before << 16) | (four >>> 16))
      known += seen[bit] as number
      seen[bit] = 1
      bit = bitOf((before << 24) | (four >>> 8))
      known += seen[bit] as number
      seen[bit] = 1
      bit = bitOf(four)
      known += seen[bit] as number
      seen[bit] = 1
      before = four
    }
    for (; at < length; at++) {
      before = (before << 8) | (lowerAscii[bytes.getUint8(at)] as number)
      bit = bitOf(before)
      known += seen[bit] as number
      seen[bit] = 1
    }
    this.#count += length - 3 - known
  }

  /** The bitmap so far. */
  filter(): Uint8Array {
    const filter = new Uint8Array(FILTER_BYTES)
    const fours = this.#fours
    // The product gathers the lowest bits of four bytes, the first one's lowest, in bits 24 to 27.
    for (let byte = 0; byte < FILTER_BYTES; byte++) {
      const low = Math.imul(fours[byte * 2] as number, GATHER) >>> 24
      const high = Math.imul(fours[byte * 2 + 1] as number, GATHER) >>> 24
      filter[byte] = low | (high << 4)
    }
    return filter
  }

  clear(): void {
    this.#seen.fill(0)
    this.#count = 0
  }
}
