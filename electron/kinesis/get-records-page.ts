import type { _Record as KinesisRecord, EncryptionType, GetRecordsOutput } from '@aws-sdk/client-kinesis'

/** What an answer can hold, all of it optional as the wire can leave anything out. */
export type RecordsPage = Partial<GetRecordsOutput>

/** Something that is not read here: the SDK's own deserializer is to say what it means. */
const unusual = new Error('not the ordinary form')

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const EQUALS = 0x3d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN = 0x7b
const CLOSE = 0x7d

const keys = (...names: string[]) => names.map((name) => Uint8Array.from(Buffer.from(name)))
const RECORD_KEYS = keys('SequenceNumber', 'ApproximateArrivalTimestamp', 'Data', 'PartitionKey', 'EncryptionType')
const PAGE_KEYS = keys('Records', 'NextShardIterator', 'MillisBehindLatest')
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
/** Seconds of so many digits, with up to three more behind the point, are whole ms without rounding. */
const MOST_SECONDS = 10

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

/**
 * The output of GetRecords from the bytes of its answer (AWS JSON 1.1), equal to what the SDK's deserializer makes of them: blobs from
 * base64, times from epoch seconds to a whole ms, null and absent members left out. Null for anything out of the ordinary: unknown or
 * repeated keys, other types, invalid base64, malformed JSON. A shard's last page, which tells its children, is out of the ordinary too.
 *
 * The bytes are read once and no string is made of the whole, where the SDK's way spends a third of its time on checking base64 by a
 * regular expression. A page's blobs are views into one buffer; nothing refers to `body` afterwards.
 */
export const readRecordsPage = (body: Buffer): RecordsPage | null => {
  try {
    return new PageReader(body).page()
  } catch {
    return null
  }
}

class PageReader {
  readonly #body: Buffer
  /** The page's payloads, one after the other. */
  readonly #blobs: Buffer
  #used = 0
  #at = 0

  constructor(body: Buffer) {
    this.#body = body
    // Four characters of base64 are three bytes at most.
    this.#blobs = Buffer.allocUnsafeSlow((body.length >>> 2) * 3)
  }

  page(): RecordsPage {
    const page: RecordsPage = {}
    let seen = 0
    this.#expect(OPEN)
    if (!this.#takes(CLOSE)) {
      do {
        const key = this.#key(PAGE_KEYS)
        if (seen & (1 << key)) throw unusual
        seen |= 1 << key
        if (this.#takesNull()) continue
        if (key === 0) page.Records = this.#records()
        else if (key === 1) page.NextShardIterator = this.#string()
        else page.MillisBehindLatest = this.#number()
      } while (this.#takes(COMMA))
      this.#expect(CLOSE)
    }
    this.#skipSpace()
    if (this.#at !== this.#body.length) throw unusual
    return page
  }

  #records(): KinesisRecord[] {
    const records: KinesisRecord[] = []
    this.#expect(OPEN_LIST)
    if (this.#takes(CLOSE_LIST)) return records
    do records.push(this.#record())
    while (this.#takes(COMMA))
    this.#expect(CLOSE_LIST)
    return records
  }

  #record(): KinesisRecord {
    let sequence: string | undefined
    let arrival: Date | undefined
    let data: Uint8Array | undefined
    let partitionKey: string | undefined
    let encryption: EncryptionType | undefined
    let seen = 0
    this.#expect(OPEN)
    if (!this.#takes(CLOSE)) {
      do {
        const key = this.#key(RECORD_KEYS)
        if (seen & (1 << key)) throw unusual
        seen |= 1 << key
        if (this.#takesNull()) continue
        if (key === 0) sequence = this.#string()
        else if (key === 1) arrival = this.#time()
        else if (key === 2) data = this.#blob()
        else if (key === 3) partitionKey = this.#string()
        else encryption = this.#encryption()
      } while (this.#takes(COMMA))
      this.#expect(CLOSE)
    }
    // One shape for all ordinary records.
    if (sequence !== undefined && data !== undefined && arrival !== undefined && partitionKey !== undefined) {
      const record: KinesisRecord = { SequenceNumber: sequence, Data: data, ApproximateArrivalTimestamp: arrival, PartitionKey: partitionKey }
      if (encryption !== undefined) record.EncryptionType = encryption
      return record
    }
    const record: Partial<KinesisRecord> = {}
    if (sequence !== undefined) record.SequenceNumber = sequence
    if (data !== undefined) record.Data = data
    if (arrival !== undefined) record.ApproximateArrivalTimestamp = arrival
    if (partitionKey !== undefined) record.PartitionKey = partitionKey
    if (encryption !== undefined) record.EncryptionType = encryption
    // The wire may leave out what the type says is always there; the SDK's output is the same then.
    return record as KinesisRecord
  }

  #skipSpace(): void {
    for (;;) {
      const byte = this.#body[this.#at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return
      this.#at++
    }
  }

  /** Whether this byte comes next; takes it then. */
  #takes(byte: number): boolean {
    if (this.#body[this.#at] !== byte) {
      this.#skipSpace()
      if (this.#body[this.#at] !== byte) return false
    }
    this.#at++
    return true
  }

  #expect(byte: number): void {
    if (!this.#takes(byte)) throw unusual
  }

  #takesNull(): boolean {
    this.#skipSpace()
    const body = this.#body
    const at = this.#at
    if (body[at] !== 0x6e) return false
    if (body[at + 1] !== 0x75 || body[at + 2] !== 0x6c || body[at + 3] !== 0x6c) throw unusual
    this.#at += 4
    return true
  }

  /** Takes a key and its colon: which of the known ones it is. */
  #key(known: readonly Uint8Array[]): number {
    this.#expect(QUOTE)
    const body = this.#body
    const start = this.#at
    for (let i = 0; i < known.length; i++) {
      const name = known[i] as Uint8Array
      const { length } = name
      if (body[start + length] !== QUOTE) continue
      let same = 0
      while (same < length && body[start + same] === name[same]) same++
      if (same < length) continue
      this.#at = start + length + 1
      this.#expect(COLON)
      return i
    }
    throw unusual
  }

  #string(): string {
    this.#expect(QUOTE)
    const body = this.#body
    const start = this.#at
    let end = start
    let isPlain = true
    for (; ; end++) {
      const byte = body[end]
      if (byte === QUOTE) break
      // Past the end it is undefined; control characters are not JSON.
      if (byte === undefined || byte < 0x20) throw unusual
      if (byte === BACKSLASH) {
        isPlain = false
        end++
      } else if (byte >= 0x80) isPlain = false
    }
    this.#at = end + 1
    return isPlain ? body.toString('latin1', start, end) : (JSON.parse(body.toString('utf8', start - 1, end + 1)) as string)
  }

  #encryption(): EncryptionType {
    this.#skipSpace()
    const body = this.#body
    const at = this.#at
    // Nearly every one, and one string for all of them.
    const isNone = body[at] === QUOTE && body[at + 1] === 0x4e && body[at + 2] === 0x4f && body[at + 3] === 0x4e && body[at + 4] === 0x45 && body[at + 5] === QUOTE
    if (!isNone) return this.#string() as EncryptionType
    this.#at = at + 6
    return 'NONE'
  }

  #numberText(): string {
    this.#skipSpace()
    const body = this.#body
    const start = this.#at
    let end = start
    for (let byte = body[end]; isDigit(byte) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45; byte = body[end]) end++
    this.#at = end
    const text = body.toString('latin1', start, end)
    if (!NUMBER.test(text)) throw unusual
    return text
  }

  #number(): number {
    return Number(this.#numberText())
  }

  /** Epoch seconds, to the ms. */
  #time(): Date {
    this.#skipSpace()
    const body = this.#body
    const start = this.#at
    let at = start
    let ms = 0
    for (; isDigit(body[at]); at++) ms = ms * 10 + (body[at] as number) - 0x30
    const seconds = at - start
    let decimals = 0
    if (body[at] === 0x2e) for (at++; isDigit(body[at]); at++, decimals++) ms = ms * 10 + (body[at] as number) - 0x30
    const next = body[at]
    const isPlain = seconds >= 1 && seconds <= MOST_SECONDS && body[start] !== 0x30 && decimals <= 3 && isDigit(body[at - 1]) && (next === COMMA || next === CLOSE)
    if (isPlain) {
      this.#at = at
      return new Date(decimals === 3 ? ms : decimals === 0 ? ms * 1000 : decimals === 1 ? ms * 100 : ms * 10)
    }
    const value = Number(this.#numberText())
    if (!Number.isFinite(value)) throw unusual
    return new Date(Math.round(value * 1000))
  }

  #blob(): Uint8Array {
    this.#expect(QUOTE)
    const start = this.#at
    const end = this.#body.indexOf(QUOTE, start)
    const length = end - start
    if (end < 0 || length % 4 !== 0) throw unusual
    if (length === 0) {
      this.#at = end + 1
      return new Uint8Array(0)
    }
    const padding = this.#body[end - 1] !== EQUALS ? 0 : this.#body[end - 2] === EQUALS ? 2 : 1
    const text = this.#body.toString('latin1', start, end)
    const size = (length / 4) * 3 - padding
    const from = this.#used
    // Characters that are not of the alphabet are left out by this, and the result is too short then; but it knows the URL alphabet as well.
    const isWhole = this.#blobs.write(text, from, size, 'base64') === size
    if (!isWhole || text.includes('-') || text.includes('_') || text.indexOf('=') !== (padding === 0 ? -1 : length - padding)) throw unusual
    this.#used = from + size
    this.#at = end + 1
    return new Uint8Array(this.#blobs.buffer, this.#blobs.byteOffset + from, size)
  }
}
