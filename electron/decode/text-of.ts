import { isUtf8 } from 'node:buffer'

export interface TextOf {
  text: string
  encoding: 'UTF-8' | 'UTF-16LE' | 'UTF-16BE'
  /** The text is the bytes' own UTF-8, save for a byte order mark in front. */
  isOwnUtf8: boolean
}

/** Share of control characters above which valid UTF-8 is binary all the same (a small protobuf often is valid UTF-8). */
const MOST_CONTROLS = 0.1

/** Bytes as text: strict UTF-8, or UTF-16 by its byte order mark. Null where they are no text. */
export const textOf = (data: Uint8Array): TextOf | null => {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (bytes.length >= 2 && bytes.length % 2 === 0) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes.subarray(2), 'UTF-16LE')
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(bytes.subarray(2), 'UTF-16BE')
  }
  if (!isUtf8(bytes)) return null
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const body = hasMark ? bytes.subarray(3) : bytes
  return looksBinary(body) ? null : { text: body.toString('utf8'), encoding: 'UTF-8', isOwnUtf8: true }
}

const utf16 = (bytes: Buffer, encoding: 'UTF-16LE' | 'UTF-16BE'): TextOf | null => {
  const text = (encoding === 'UTF-16LE' ? bytes : Buffer.from(bytes).swap16()).toString('utf16le')
  return text.isWellFormed() && !text.includes('\0') ? { text, encoding, isOwnUtf8: false } : null
}

/** A NUL, or many control characters (other than white space, backspace and the escape of terminal colours) in the first 64 KiB. */
export const looksBinary = (bytes: Uint8Array): boolean => {
  const length = Math.min(bytes.length, 64 * 1024)
  let controls = 0
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!
    if (byte >= 0x20) continue
    if (byte === 0) return true
    if ((byte < 0x08 || byte > 0x0d) && byte !== 0x1b) controls++
  }
  return controls > length * MOST_CONTROLS
}
