import { isAscii } from 'node:buffer'
import { fold } from '../store/filter.ts'

/** Finds one text, whatever its case, in bytes read as UTF-8 or in strings. */
export interface TextMatch {
  /** Folded. */
  readonly text: string
  inBytes(bytes: Buffer): boolean
  inFolded(folded: string): boolean
}

const lower = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte))

/** Letters beyond ASCII that fold to ASCII ones: a byte search for s, k or i would pass over ſ, the Kelvin sign and ı. */
const FOLD_TO_ASCII: readonly { letter: string; bytes: Buffer }[] = [
  { letter: 's', bytes: Buffer.from('\u017f') },
  { letter: 'k', bytes: Buffer.from('\u212a') },
  { letter: 'i', bytes: Buffer.from('\u0131') },
]

/** A text of ASCII letters is searched for in the bytes themselves; most records of a scan are ruled out here. */
export const textMatch = (wanted: string): TextMatch => {
  const text = fold(wanted)
  const inFolded = (folded: string): boolean => folded.includes(text)
  const inString = (bytes: Buffer): boolean => fold(bytes.toString('utf8')).includes(text)
  const pattern = Buffer.from(text)
  if (!isAscii(pattern)) return { text, inFolded, inBytes: (bytes) => !isAscii(bytes) && inString(bytes) }
  const find = /[a-z]/.test(text) ? byteSearch(pattern) : (bytes: Buffer): boolean => bytes.includes(pattern)
  const exotic = FOLD_TO_ASCII.filter(({ letter }) => text.includes(letter)).map(({ bytes }) => bytes)
  if (exotic.length === 0) return { text, inFolded, inBytes: find }
  return {
    text,
    inFolded,
    inBytes: (bytes) => find(bytes) || (!isAscii(bytes) && exotic.some((letter) => bytes.includes(letter)) && inString(bytes)),
  }
}

/** Horspool's search with both cases of a letter in its table of shifts. */
const byteSearch = (pattern: Buffer): ((bytes: Buffer) => boolean) => {
  const length = pattern.length
  const end = length - 1
  const shifts = new Uint16Array(256).fill(Math.min(length, 0xffff))
  for (let at = 0; at < end; at++) {
    const shift = Math.min(end - at, 0xffff)
    const byte = pattern[at]!
    shifts[byte] = shift
    if (byte >= 0x61 && byte <= 0x7a) shifts[byte - 0x20] = shift
  }
  const last = pattern[end]!
  return (bytes) => {
    const { length: size } = bytes
    let at = end
    while (at < size) {
      const byte = bytes[at]!
      if (lower[byte] === last) {
        let back = 1
        while (back <= end && lower[bytes[at - back]!] === pattern[end - back]) back++
        if (back > end) return true
      }
      at += shifts[byte]!
    }
    return false
  }
}

/**
 * Whether a text matches a pattern of `*` (any characters) and `?` (one). Never slower than the product of
 * their lengths; no regular expression, which could blow up.
 */
export const wildcardMatch = (pattern: string): ((text: string) => boolean) => {
  const signs = Array.from(pattern)
  return (text) => {
    const letters: ArrayLike<string> = /[\ud800-\udfff]/.test(text) ? Array.from(text) : text
    let at = 0
    let sign = 0
    let star = -1
    let resume = 0
    while (at < letters.length) {
      if (signs[sign] === '*') {
        star = sign++
        resume = at
      } else if (sign < signs.length && (signs[sign] === '?' || signs[sign] === letters[at])) {
        sign++
        at++
      } else if (star >= 0) {
        sign = star + 1
        at = ++resume
      } else return false
    }
    while (signs[sign] === '*') sign++
    return sign === signs.length
  }
}

/** What must stand literally in whatever a pattern matches. */
export const literalsOf = (pattern: string): string[] => pattern.split(/[*?]+/).filter((literal) => literal !== '')
