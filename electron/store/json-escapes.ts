import { writeUtf8 } from './fold-utf8.ts'

/**
 * JSON may write a character as an escape (`\u00e9`, `\/`, `\"`), and a search for the character
 * must still find it. Escapes are undone from left to right wherever a backslash stands, without
 * parsing: a text that is no JSON only gets a second reading that nobody looks for.
 */
export function unescapeJson(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g, (_, hex: string | undefined, short: string | undefined) =>
    hex === undefined ? (shortEscapes.get(short ?? '') ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

const shortEscapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

const backslash = 0x5c
/** By the byte after the backslash: what the escape stands for, 0 where it is none of these. */
const shortBytes = new Uint8Array(256)
for (const [short, character] of shortEscapes) shortBytes[short.charCodeAt(0)] = character.charCodeAt(0)

export function hasEscape(bytes: Uint8Array): boolean {
  // A buffer looks by `memchr`, several times as fast as a plain array of bytes.
  return Buffer.prototype.includes.call(bytes, backslash)
}

/** `unescapeJson` on UTF-8 bytes, on a path that every escaped record takes. As long as `bytes` only if there was no escape. */
export function unescapeBytes(bytes: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(bytes.length)
  let to = 0
  let at = 0
  while (at < bytes.length) {
    const byte = bytes[at] as number
    if (byte !== backslash || at + 1 === bytes.length) {
      out[to++] = byte
      at++
      continue
    }
    const short = shortBytes[bytes[at + 1] as number] as number
    const unit = short === 0 ? unitAt(bytes, at) : -1
    if (short !== 0) {
      out[to++] = short
      at += 2
    } else if (unit < 0) {
      out[to++] = byte
      at++
    } else {
      at += 6
      let code = unit
      if (unit >= 0xd800 && unit < 0xdc00) {
        const low = unitAt(bytes, at)
        if (low >= 0xdc00 && low < 0xe000) {
          code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
          at += 6
        }
      }
      // Never longer than the six bytes of its escape.
      to = writeUtf8(out, to, code >= 0xd800 && code < 0xe000 ? 0xfffd : code)
    }
  }
  return out.subarray(0, to)
}

/** The UTF-16 unit of `\uXXXX` at a place; -1 if there is none. */
function unitAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== backslash || bytes[at + 1] !== 0x75 || at + 6 > bytes.length) return -1
  let unit = 0
  for (let i = at + 2; i < at + 6; i++) {
    const digit = hexDigit(bytes[i] as number)
    if (digit < 0) return -1
    unit = unit * 16 + digit
  }
  return unit
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
