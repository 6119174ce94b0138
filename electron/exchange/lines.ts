import { isUtf8 } from 'node:buffer'
import { badLine } from './bad-line.ts'

/** A line of a file, without its ending. */
export interface Line {
  /** From 1. */
  readonly number: number
  /** Valid UTF-8. */
  readonly bytes: Buffer
}

/** A record of 10 MiB, every byte of it written as a `\u` escape, and what stands around it. */
const longest = 64 * 1024 * 1024
const newline = 0x0a

/**
 * The lines of a file that are not blank, as they come in. A byte order mark at the file's
 * start and a carriage return before a newline belong to the file and not to the line.
 * Throws `invalid-argument` for a line that is not UTF-8 or longer than 64 MiB.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line, void, void> {
  let rest: Buffer[] = []
  let restLength = 0
  let number = 0
  const finish = (last: Buffer): Line | null => {
    number += 1
    const whole = restLength === 0 ? last : Buffer.concat([...rest, last])
    rest = []
    restLength = 0
    const start = number === 1 && whole[0] === 0xef && whole[1] === 0xbb && whole[2] === 0xbf ? 3 : 0
    const bytes = whole.subarray(start, whole.at(-1) === 0x0d ? whole.length - 1 : whole.length)
    if (!isUtf8(bytes)) throw badLine(number, 'it is not valid UTF-8')
    return isBlank(bytes) ? null : { number, bytes }
  }
  for await (const part of chunks) {
    const chunk = Buffer.from(part.buffer, part.byteOffset, part.byteLength)
    let from = 0
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      const line = finish(chunk.subarray(from, at))
      from = at + 1
      if (line !== null) yield line
    }
    if (from < chunk.length) {
      rest.push(chunk.subarray(from))
      restLength += chunk.length - from
      if (restLength > longest) throw badLine(number + 1, 'it is longer than 64 MiB')
    }
  }
  if (restLength > 0) {
    const line = finish(Buffer.alloc(0))
    if (line !== null) yield line
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}
