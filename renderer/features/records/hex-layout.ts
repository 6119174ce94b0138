/** Bytes on a line of the hex view: half of them where it is narrow. */
export type HexWidth = 8 | 16

export interface HexLine {
  offset: string
  /** Groups of eight bytes, short ones filled with spaces so that columns stay. */
  hex: string
  ascii: string
}

export const hexLines = (size: number, width: HexWidth): number => Math.ceil(size / width)

/** One line of a hex dump; `digits` is the width of the offset. */
export function hexLine(bytes: Uint8Array, line: number, digits: number, width: HexWidth = 16): HexLine {
  const start = line * width
  const slice = bytes.subarray(start, start + width)
  let hex = ''
  let ascii = ''
  for (let at = 0; at < width; at += 1) {
    const byte = slice[at]
    if (at === 8) hex += ' '
    hex += `${byte === undefined ? '  ' : byte.toString(16).padStart(2, '0')} `
    if (byte !== undefined) ascii += byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '·'
  }
  return { offset: start.toString(16).padStart(digits, '0'), hex: hex.trimEnd().padEnd(width * 3 + width / 8 - 1), ascii }
}

/** Digits that the largest offset needs, at least four. */
export const offsetDigits = (size: number): number => Math.max(4, Math.max(0, size - 1).toString(16).length)
