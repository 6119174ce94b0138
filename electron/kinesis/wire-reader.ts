import type { EncryptionType } from '@aws-sdk/client-kinesis'

/** Something that is not read here: the SDK's own deserializer is to say what it means. */
export const unusual = new Error('not the ordinary form')

const QUOTE = 0x22
export const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const EQUALS = 0x3d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
export const OPEN = 0x7b
export const CLOSE = 0x7d

const keys = (...names: string[]) => names.map((name) => Uint8Array.from(Buffer.from(name)))
/** In the order of their numbers below. */
export const RECORD_KEYS = keys('SequenceNumber', 'ApproximateArrivalTimestamp', 'Data', 'PartitionKey', 'EncryptionType')
const PAGE_KEYS = keys('Records', 'NextShardIterator', 'MillisBehindLatest')
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
/** Seconds of so many digits, with up to three more behind the point, are whole ms without rounding. */
const MOST_SECONDS = 10

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

/** Reads the tokens of an answer to GetRecords from its bytes, and throws `unusual` at anything out of the ordinary. */
export class WireReader {
  protected readonly body: Buffer
  /** For the page's data, one behind the other. */
  protected readonly room: Buffer
  protected used = 0
  protected at = 0
  /** The string that was taken last, and whether it is ASCII without escapes. */
  protected from = 0
  protected to = 0
  protected isPlain = true

  constructor(body: Buffer, room: Buffer) {
    this.body = body
    this.room = room
  }

  /** The members of the page, but for its records, which `records` takes. */
  protected members(records: () => void): { NextShardIterator?: string; MillisBehindLatest?: number } {
    const page: { NextShardIterator?: string; MillisBehindLatest?: number } = {}
    let seen = 0
    this.expect(OPEN)
    if (!this.takes(CLOSE)) {
      do {
        const key = this.key(PAGE_KEYS)
        if (seen & (1 << key)) throw unusual
        seen |= 1 << key
        if (this.takesNull()) continue
        if (key === 0) records()
        else if (key === 1) page.NextShardIterator = this.string()
        else page.MillisBehindLatest = this.number()
      } while (this.takes(COMMA))
      this.expect(CLOSE)
    }
    this.skipSpace()
    if (this.at !== this.body.length) throw unusual
    return page
  }

  /** The members of a list, each taken by `each`. */
  protected list(each: () => void): void {
    this.expect(OPEN_LIST)
    if (this.takes(CLOSE_LIST)) return
    do each()
    while (this.takes(COMMA))
    this.expect(CLOSE_LIST)
  }

  protected skipSpace(): void {
    for (;;) {
      const byte = this.body[this.at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return
      this.at++
    }
  }

  /** Whether this byte comes next; takes it then. */
  protected takes(byte: number): boolean {
    if (this.body[this.at] !== byte) {
      this.skipSpace()
      if (this.body[this.at] !== byte) return false
    }
    this.at++
    return true
  }

  protected expect(byte: number): void {
    if (!this.takes(byte)) throw unusual
  }

  protected takesNull(): boolean {
    this.skipSpace()
    const body = this.body
    const at = this.at
    if (body[at] !== 0x6e) return false
    if (body[at + 1] !== 0x75 || body[at + 2] !== 0x6c || body[at + 3] !== 0x6c) throw unusual
    this.at += 4
    return true
  }

  /** Takes a key and its colon: which of the known ones it is. */
  protected key(known: readonly Uint8Array[]): number {
    this.expect(QUOTE)
    const body = this.body
    const start = this.at
    for (let i = 0; i < known.length; i++) {
      const name = known[i] as Uint8Array
      const { length } = name
      if (body[start + length] !== QUOTE) continue
      let same = 0
      while (same < length && body[start + same] === name[same]) same++
      if (same < length) continue
      this.at = start + length + 1
      this.expect(COLON)
      return i
    }
    throw unusual
  }

  /** Takes a string; it stands from here to there in the body. */
  protected span(): void {
    this.expect(QUOTE)
    const body = this.body
    let end = this.at
    this.from = end
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
    this.to = end
    this.isPlain = isPlain
    this.at = end + 1
  }

  protected string(): string {
    this.span()
    const { body, from, to } = this
    return this.isPlain ? body.toString('latin1', from, to) : (JSON.parse(body.toString('utf8', from - 1, to + 1)) as string)
  }

  protected encryption(): EncryptionType {
    this.skipSpace()
    const body = this.body
    const at = this.at
    // Nearly every one, and one string for all of them.
    const isNone = body[at] === QUOTE && body[at + 1] === 0x4e && body[at + 2] === 0x4f && body[at + 3] === 0x4e && body[at + 4] === 0x45 && body[at + 5] === QUOTE
    if (!isNone) return this.string() as EncryptionType
    this.at = at + 6
    return 'NONE'
  }

  protected numberText(): string {
    this.skipSpace()
    const body = this.body
    const start = this.at
    let end = start
    for (let byte = body[end]; isDigit(byte) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45; byte = body[end]) end++
    this.at = end
    const text = body.toString('latin1', start, end)
    if (!NUMBER.test(text)) throw unusual
    return text
  }

  protected number(): number {
    return Number(this.numberText())
  }

  /** Epoch seconds, to the ms. */
  protected time(): number {
    this.skipSpace()
    const body = this.body
    const start = this.at
    let at = start
    let ms = 0
    for (; isDigit(body[at]); at++) ms = ms * 10 + (body[at] as number) - 0x30
    const seconds = at - start
    let decimals = 0
    if (body[at] === 0x2e) for (at++; isDigit(body[at]); at++, decimals++) ms = ms * 10 + (body[at] as number) - 0x30
    const next = body[at]
    const isPlain = seconds >= 1 && seconds <= MOST_SECONDS && body[start] !== 0x30 && decimals <= 3 && isDigit(body[at - 1]) && (next === COMMA || next === CLOSE)
    if (isPlain) {
      this.at = at
      return decimals === 3 ? ms : decimals === 0 ? ms * 1000 : decimals === 1 ? ms * 100 : ms * 10
    }
    const value = Number(this.numberText())
    if (!Number.isFinite(value)) throw unusual
    return Math.round(value * 1000)
  }

  /** Puts base64's bytes behind the page's other data, and says how many they are. */
  protected data(): number {
    this.expect(QUOTE)
    const start = this.at
    const end = this.body.indexOf(QUOTE, start)
    const length = end - start
    if (end < 0 || length % 4 !== 0) throw unusual
    this.at = end + 1
    if (length === 0) return 0
    const padding = this.body[end - 1] !== EQUALS ? 0 : this.body[end - 2] === EQUALS ? 2 : 1
    const text = this.body.toString('latin1', start, end)
    const size = (length / 4) * 3 - padding
    // Characters that are not of the alphabet are left out by this, and the result is too short then; but it knows the URL alphabet as well.
    const isWhole = this.room.write(text, this.used, size, 'base64') === size
    if (!isWhole || text.includes('-') || text.includes('_') || text.indexOf('=') !== (padding === 0 ? -1 : length - padding)) throw unusual
    this.used += size
    return size
  }
}
