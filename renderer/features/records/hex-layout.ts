/** Bytes on a line of the hex view. */
export const HEX_LINE = 16

export interface HexLine {
  offset: string
  /** Two groups of eight bytes, short ones filled with spaces so that columns stay. */
  hex: string
  ascii: string
}

export const hexLines = (size: number): number => Math.ceil(size / HEX_LINE)

/** One line of a hex dump; `digits` is the width of the offset. */
export function hexLine(bytes: Uint8Array, line: number, digits: number): HexLine {
  const start = line * HEX_LINE
  const slice = bytes.subarray(start, start + HEX_LINE)
  let hex = ''
  let ascii = ''
  for (let at = 0; at < HEX_LINE; at += 1) {
    const byte = slice[at]
    if (at === HEX_LINE / 2) hex += ' '
    hex += `${byte === undefined ? '  ' : byte.toString(16).padStart(2, '0')} `
    if (byte !== undefined) ascii += byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '·'
  }
  return { offset: start.toString(16).padStart(digits, '0'), hex: hex.trimEnd().padEnd(HEX_LINE * 3), ascii }
}

/** Digits that the largest offset needs, at least four. */
export const offsetDigits = (size: number): number => Math.max(4, Math.max(0, size - 1).toString(16).length)
