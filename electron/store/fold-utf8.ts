import { foldedPair, foldedUnit } from './fold-case.ts'

/**
 * What `Buffer.from(fold(bytes as UTF-8))` gives, in one pass over the bytes: a tenth of its time
 * where many of them are invalid, as in compressed payloads. Invalid bytes become U+FFFD in the
 * way of the WHATWG decoder (encoding.spec.whatwg.org, UTF-8), as everywhere else in Node.
 *
 * The result lies in a buffer that the next call uses again.
 */
export function foldUtf8(bytes: Uint8Array): Uint8Array {
  const { length } = bytes
  // A byte grows to three at most: an invalid one to U+FFFD, and no fold is longer than half as much again.
  if (scratch.length < length * 3) scratch = new Uint8Array(length * 4)
  const out = scratch
  let to = 0
  let at = 0
  while (at < length) {
    const lead = bytes[at] as number
    if (lead < 0x80) {
      out[to++] = lead >= 0x41 && lead <= 0x5a ? lead + 0x20 : lead
      at++
      continue
    }
    const more = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
    let code = lead & (0x3f >> more)
    let lower = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    let upper = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    const end = at + 1 + more
    let next = at + 1
    for (; next < end; next++) {
      // Past the end it is undefined, and fails both comparisons.
      const byte = bytes[next] as number
      if (!(byte >= lower && byte <= upper)) break
      code = (code << 6) | (byte & 0x3f)
      lower = 0x80
      upper = 0xbf
    }
    to = more === 0 || next < end ? writeUtf8(out, to, replacement) : writeUtf8(out, to, foldedCode(code))
    at = next
  }
  return out.subarray(0, to)
}

let scratch = new Uint8Array(64 * 1024)
const replacement = 0xfffd

function foldedCode(code: number): number {
  return code < 0x1_0000 ? foldedUnit(code) : (foldedPair(String.fromCodePoint(code)).codePointAt(0) ?? code)
}

/** Writes one code point; returns where the next goes. */
export function writeUtf8(out: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    out[at] = code
    return at + 1
  }
  if (code < 0x800) {
    out[at] = 0xc0 | (code >>> 6)
    out[at + 1] = 0x80 | (code & 0x3f)
    return at + 2
  }
  if (code < 0x1_0000) {
    out[at] = 0xe0 | (code >>> 12)
    out[at + 1] = 0x80 | ((code >>> 6) & 0x3f)
    out[at + 2] = 0x80 | (code & 0x3f)
    return at + 3
  }
  out[at] = 0xf0 | (code >>> 18)
  out[at + 1] = 0x80 | ((code >>> 12) & 0x3f)
  out[at + 2] = 0x80 | ((code >>> 6) & 0x3f)
  out[at + 3] = 0x80 | (code & 0x3f)
  return at + 4
}
