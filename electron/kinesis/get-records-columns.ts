import type { RecordColumns } from './page-columns.ts'
import { CLOSE, COMMA, OPEN, RECORD_KEYS, unusual, WireReader } from './wire-reader.ts'

export interface ColumnsPage {
  columns: RecordColumns
  NextShardIterator?: string
  MillisBehindLatest?: number
}

/** Of the smallest record that is read here, in the body. */
const LEAST_RECORD = 64
const ALL = 0b01111
const NONE = 'NONE'

/**
 * Reads a page as `readRecordsPage` does, but into columns: nothing is made for each record, which for a full page is half of the time, and
 * nearly all that the garbage collector would have to look after. Null for whatever is not a page of whole records in the ordinary form:
 * that is for the other reading.
 */
export const readColumns = (body: Buffer, room: (size: number) => Buffer): ColumnsPage | null => {
  try {
    // Four characters of base64 are three bytes at most.
    return new ColumnReader(body, room((body.length >>> 2) * 3)).page()
  } catch {
    return null
  }
}

class ColumnReader extends WireReader {
  readonly #most = Math.ceil(this.body.length / LEAST_RECORD)
  readonly #dataEnds = new Uint32Array(this.#most)
  readonly #arrivals = new Float64Array(this.#most)
  readonly #sequenceEnds = new Uint32Array(this.#most)
  readonly #keyEnds = new Uint32Array(this.#most)
  #text = Buffer.allocUnsafeSlow(64 * 1024)
  #textUsed = 0
  #count = 0
  #encryption: string | undefined

  page(): ColumnsPage {
    const members = this.members(() => this.list(() => this.#record()))
    const count = this.#count
    const { buffer, byteOffset } = this.room
    if (count === 0 || byteOffset !== 0 || !(buffer instanceof ArrayBuffer)) throw unusual
    const columns: RecordColumns = {
      data: buffer,
      dataEnds: this.#dataEnds.slice(0, count),
      arrivals: this.#arrivals.slice(0, count),
      text: this.#text.subarray(0, this.#textUsed),
      sequenceEnds: this.#sequenceEnds.slice(0, count),
      keyEnds: this.#keyEnds.slice(0, count),
      isEncryptionTold: this.#encryption === NONE,
    }
    return { columns, ...members }
  }

  #record(): void {
    const at = this.#count
    if (at === this.#most) throw unusual
    let seen = 0
    let encryption: string | undefined
    let [from, to] = [0, 0]
    this.expect(OPEN)
    do {
      const key = this.key(RECORD_KEYS)
      if (seen & (1 << key)) throw unusual
      seen |= 1 << key
      if (key === 0) {
        this.span()
        if (!this.isPlain) throw unusual
        this.#put(this.from, this.to)
        this.#sequenceEnds[at] = this.#textUsed
      } else if (key === 1) this.#arrivals[at] = this.time()
      else if (key === 2) {
        this.data()
        this.#dataEnds[at] = this.used
      } else if (key === 3) {
        this.span()
        if (!this.isPlain) throw unusual
        ;({ from, to } = this)
      } else encryption = this.encryption()
    } while (this.takes(COMMA))
    this.expect(CLOSE)
    if ((seen & ALL) !== ALL) throw unusual
    // One for all: else it would be a column too.
    if (encryption !== undefined && encryption !== NONE) throw unusual
    if (at > 0 && encryption !== this.#encryption) throw unusual
    this.#encryption = encryption
    // After the number, wherever it stands on the wire.
    this.#put(from, to)
    this.#keyEnds[at] = this.#textUsed
    this.#count++
  }

  #put(from: number, to: number): void {
    const end = this.#textUsed + to - from
    if (end > this.#text.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.#text.length * 2))
      this.#text.copy(larger, 0, 0, this.#textUsed)
      this.#text = larger
    }
    const { body } = this
    const text = this.#text
    let at = this.#textUsed
    for (let next = from; next < to; next++) text[at++] = body[next] as number
    this.#textUsed = at
  }
}
