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

  #addWithUnescaped(bytes: Uint8Array): void {
    this.#addBytes(bytes)
    if (!hasEscape(bytes)) return
    const unescaped = unescapeBytes(bytes)
    if (unescaped.length < bytes.length) this.#addBytes(unescaped)
  }

  #addBytes(bytes: Uint8Array): void {
    const folded = isAscii(bytes) ? bytes : foldUtf8(bytes)
    const { length } = folded
    // Not before folding: that, and the replacement of invalid bytes, can make three bytes four.
    if (length < 4) return
    const seen = this.#seen
    let known = 0
    let gram = 0
    for (let i = 0; i < 3; i++) gram = (gram << 8) | (lowerAscii[folded[i] as number] as number)
    for (let i = 3; i < length; i++) {
      gram = (gram << 8) | (lowerAscii[folded[i] as number] as number)
      const bit = Math.imul(Math.imul(gram, 0x9e37_79b1) >>> 16, BITS) >>> 16
      known += seen[bit] as number
      seen[bit] = 1
    }
    this.#count += length - 3 - known
  }

  /** The bitmap so far. */
  filter(): Uint8Array {
    const filter = new Uint8Array(FILTER_BYTES)
    const seen = this.#seen
    for (let byte = 0; byte < FILTER_BYTES; byte++) {
      let bits = 0
      for (let bit = 0; bit < 8; bit++) bits |= (seen[byte * 8 + bit] as number) << bit
      filter[byte] = bits
    }
    return filter
  }

  clear(): void {
    this.#seen.fill(0)
    this.#count = 0
  }
}
