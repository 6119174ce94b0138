import type { Readable } from 'node:stream'

/** A body of unknown length starts with this much room. */
const FIRST_ROOM = 64 * 1024
/** What a header may claim before a byte of it has come: a full GetRecords answer has less than 20 MiB. */
const MOST_CLAIMED = 32 * 1024 * 1024
/** Large buffers are made in these steps, so that they fit again. */
const STEP = 1024 * 1024
const MOST_SPARE = 2

/** Collects bodies, and uses the large buffers again that are given back. */
export interface BodyCollector {
  /** All bytes of a body; rejects with the stream's error, also when it ends before its time. `claimed`: its Content-Length, if any. */
  collect(body: Readable, claimed: number | null): Promise<Buffer>
  /** Nothing refers to these bytes any more. */
  giveBack(bytes: Buffer): void
}

export const createBodyCollector = (): BodyCollector => {
  const spare: Buffer[] = []

  const bufferOf = (size: number): Buffer => {
    if (size < STEP) return Buffer.allocUnsafeSlow(size)
    const at = spare.findIndex(({ length }) => length >= size)
    const [found] = at < 0 ? [] : spare.splice(at, 1)
    return found ?? Buffer.allocUnsafeSlow(Math.ceil(size / STEP) * STEP)
  }
  const giveBack = ({ buffer }: Buffer) => {
    if (buffer.byteLength < STEP || buffer.byteLength > MOST_CLAIMED || !(buffer instanceof ArrayBuffer)) return
    spare.push(Buffer.from(buffer))
    if (spare.length > MOST_SPARE) spare.shift()
  }

  return {
    giveBack,
    collect: (body, claimed) =>
      new Promise((resolve, reject) => {
        let bytes = bufferOf(Math.min(claimed ?? FIRST_ROOM, MOST_CLAIMED))
        let used = 0
        body.on('data', (chunk: Buffer) => {
          if (used + chunk.length > bytes.length) {
            const larger = bufferOf(Math.max(used + chunk.length, bytes.length * 2))
            bytes.copy(larger, 0, 0, used)
            bytes = larger
          }
          chunk.copy(bytes, used)
          used += chunk.length
        })
        body.once('end', () => resolve(bytes.subarray(0, used)))
        body.once('error', reject)
        // After an end or an error this changes nothing.
        body.once('close', () => reject(Object.assign(new Error('the answer ended before its time'), { code: 'ECONNRESET' })))
      }),
  }
}
