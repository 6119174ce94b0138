import { fold, unescapeJson } from '../store/filter.ts'
import type { JsonText } from '#shared/model/json-text.ts'
import { reusableJsonParser } from '#shared/model/json-text.ts'
import type { TextMatch } from './text-match.ts'

/** What of a record a query can ask about. */
export interface SearchRecord {
  data: Uint8Array
  /** Decoded text where the data itself isn't the text. */
  text: string | null
  partitionKey: string
  shardId: string
  sequenceNumber: string
  /** Ms since the epoch. */
  arrival: number
}

const BACKSLASH = 0x5c

/** The record under the predicate, with what was worked out about it, so that several terms share the work. */
export class Subject {
  record: SearchRecord
  #data: Buffer
  #hasEscape: boolean | undefined
  #unescaped: string[] | undefined
  #foldedText: string | undefined
  #json: JsonText | null | undefined
  readonly #parse = reusableJsonParser()

  constructor(record: SearchRecord) {
    this.record = record
    this.#data = asBuffer(record.data)
  }

  /** Goes on to another record. */
  become(record: SearchRecord): this {
    this.record = record
    this.#data = asBuffer(record.data)
    this.#hasEscape = undefined
    this.#unescaped = undefined
    this.#foldedText = undefined
    this.#json = undefined
    return this
  }

  /** In the data as UTF-8, in the decoded text, or in either with JSON's escapes resolved. */
  payloadHolds(match: TextMatch): boolean {
    if (match.inBytes(this.#data)) return true
    const { text } = this.record
    if (text !== null && match.inFolded((this.#foldedText ??= fold(text)))) return true
    return this.#canUnescape() && (this.#unescaped ??= this.#unescape()).some((text) => match.inFolded(text))
  }

  /** Whether a JSON string, key or number may hold this text as it is written: false is certain, and cheap. */
  jsonMayHold(match: TextMatch): boolean {
    return this.record.text !== null || match.inBytes(this.#data) || this.#canUnescape()
  }

  /** Null where the record is no JSON. Valid until the subject becomes another record. */
  json(): JsonText | null {
    if (this.#json === undefined) {
      const text = this.record.text ?? this.#data.toString('utf8')
      const result = this.#parse(text.startsWith('\ufeff') ? text.slice(1) : text)
      this.#json = result.ok ? result.json : null
    }
    return this.#json
  }

  #canUnescape(): boolean {
    return (this.#hasEscape ??= this.#data.includes(BACKSLASH) || (this.record.text?.includes('\\') ?? false))
  }

  #unescape(): string[] {
    const { text } = this.record
    return (text === null ? [this.#data.toString('utf8')] : [this.#data.toString('utf8'), text]).map((part) => fold(unescapeJson(part).toWellFormed()))
  }
}

const asBuffer = (data: Uint8Array): Buffer => (Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength))
