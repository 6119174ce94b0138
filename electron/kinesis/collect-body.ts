import { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

/** A body of unknown length starts with this much room. */
const FIRST_ROOM = 64 * 1024
/** What a header may claim before a byte of it has come: a full GetRecords answer has less than 20 MiB. */
const MOST_CLAIMED = 32 * 1024 * 1024
/** From here on buffers are used again. */
const LARGE = 1024 * 1024
/** They are made in these steps, so that what one leaves fits another. */
const STEP = 256 * 1024
const MOST_SPARE = 4
/** Less than this is not worth letting go of. */
const LEAST_READ = 4096

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
    if (size < LARGE) return Buffer.allocUnsafeSlow(size)
    const at = spare.findIndex(({ length }) => length >= size)
    const [found] = at < 0 ? [] : spare.splice(at, 1)
    return found ?? Buffer.allocUnsafeSlow(Math.ceil(size / STEP) * STEP)
  }
  const giveBack = ({ buffer }: Buffer) => {
    if (buffer.byteLength < LARGE || buffer.byteLength > MOST_CLAIMED || !(buffer instanceof ArrayBuffer)) return
    spare.push(Buffer.from(buffer))
    if (spare.length > MOST_SPARE) spare.shift()
  }

  return {
    giveBack,
    collect: (body, claimed) =>
      new Promise((resolve, reject) => {
        let bytes = bufferOf(Math.min(claimed ?? FIRST_ROOM, MOST_CLAIMED))
        let used = 0
        const letGo = body instanceof IncomingMessage ? createLetGo() : null
        body.on('data', (chunk: Buffer) => {
          if (used + chunk.length > bytes.length) {
            const larger = bufferOf(Math.max(used + chunk.length, bytes.length * 2))
            bytes.copy(larger, 0, 0, used)
            bytes = larger
          }
          chunk.copy(bytes, used)
          used += chunk.length
          letGo?.(chunk.buffer)
        })
        body.once('end', () => resolve(bytes.subarray(0, used)))
        body.once('error', reject)
        // After an end or an error this changes nothing.
        body.once('close', () => reject(Object.assign(new Error('the answer ended before its time'), { code: 'ECONNRESET' })))
      }),
  }
}

/**
 * Frees what a socket was read into as soon as it was copied, where the collector would find it only by going through the whole heap,
 * every few answers: nobody else has these buffers. The newest is left, as the HTTP parser may still be at work in it.
 */
const createLetGo = () => {
  let last: ArrayBufferLike | null = null
  return (read: ArrayBufferLike): void => {
    if (read === last) return
    // Many share Node's pool.
    if (last instanceof ArrayBuffer && last.byteLength >= LEAST_READ && last.byteLength !== Buffer.poolSize) last.transfer(0)
    last = read
  }
}
