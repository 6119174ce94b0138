import { printable } from '#shared/model/printable.ts'
import type { RecordSummary } from '#shared/model/record.ts'
import { KIND_FIELDS } from '#shared/model/record-kind.ts'
import { isAggregate } from './kpl.ts'
import { compressionOf } from './decompress.ts'
import { textOf } from './text-of.ts'
import { type LeadingField, readFields } from './leading-fields.ts'

/** Characters of a summary in all, names, values and what separates them. */
const MOST = 240
/** What is looked at: enough for the first fields behind a long nested one, and little of a record of 10 MiB. */
const HEAD = 8 * 1024
const HEX_BYTES = 48

/** Bytes of data, or characters of text, that are enough for a summary that knows whether there is more. */
export const SUMMARY_HEAD = HEAD + 1

/** What a table cell shows of a record. `text` is its decoded text where that isn't the data itself. Reads a prefix only. */
export const summarise = (data: Uint8Array, text: string | null): RecordSummary => {
  const head = text === null ? headOf(data) : { text: text.slice(0, HEAD), isCut: text.length > HEAD }
  if (head === null) return binary(data)
  return fieldsOf(head.text, head.isCut) ?? plain(head.text, head.isCut)
}

const headOf = (data: Uint8Array): { text: string; isCut: boolean } | null => {
  const isCut = data.length > HEAD
  const bytes = isCut ? data.subarray(0, endOfWhole(data, HEAD)) : data
  const found = textOf(bytes)
  return found === null ? null : { text: found.text, isCut }
}

/** The last place up to `limit` that doesn't cut a UTF-8 sequence in two. */
const endOfWhole = (data: Uint8Array, limit: number): number => {
  let end = limit
  while (end > limit - 3 && (data[end]! & 0xc0) === 0x80) end--
  return end
}

const fieldsOf = (head: string, isCut: boolean): RecordSummary | null => {
  const found = readFields(head)
  if (found === null) return null
  const scalars = found.fields.filter(({ type }) => type !== 'nested')
  const wanted = mostTellingFirst(scalars.length > 0 ? scalars : found.fields)
  const fields: typeof wanted = []
  let left = MOST
  let isShort = wanted.length < found.fields.length || isCut || !found.isWhole
  for (const field of wanted) {
    const name = cut(printable(field.name), Math.min(60, left))
    const room = left - name.length - 2
    if (room < 8) {
      isShort = true
      break
    }
    const whole = printable(field.value).replace(/\s+/g, ' ')
    const value = cut(whole, Math.min(120, room))
    fields.push({ name, value, type: field.type })
    left = room - value.length
  }
  return { kind: 'fields', fields, more: isShort || fields.length < wanted.length }
}

/** What kind of thing it is, then what a person reads, then what only machines compare: a cell shows the first few. */
const mostTellingFirst = (fields: readonly LeadingField[]): LeadingField[] => {
  const kind = fields.find(({ name, type }) => type === 'string' && KIND_FIELDS.has(name.toLowerCase()))
  const others = fields.filter((field) => field !== kind)
  return [...(kind === undefined ? [] : [kind]), ...others.filter((field) => !isForMachines(field)), ...others.filter(isForMachines)]
}

const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/s
/** Seconds or milliseconds since the epoch, of this half of the century. */
const EPOCH = /^1[5-9]\d{8}(?:\.\d+|\d{3})?$|^2[0-4]\d{8}(?:\.\d+|\d{3})?$/
/** UUIDs, hashes, trace parents, and integers as long as only generators make them. */
const LONG_ID = /^(?:\d{16,}|[0-9a-f][0-9a-f-]{22,}[0-9a-f])$/i

const isForMachines = ({ value, type }: LeadingField): boolean =>
  type === 'string' ? DATE.test(value) || LONG_ID.test(value) : type === 'number' ? EPOCH.test(value) || LONG_ID.test(value) : value === 'null'

const plain = (head: string, isCut: boolean): RecordSummary => {
  const line = printable(head.slice(0, MOST * 4).replace(/\s+/g, ' ').trim())
  return { kind: 'text', text: cut(line, MOST), more: isCut || line.length > MOST || head.length > MOST * 4 }
}

const binary = (data: Uint8Array): RecordSummary => {
  const first = data.subarray(0, HEX_BYTES)
  const note = isAggregate(data) ? 'KPL aggregate' : (compressionOf(data) ?? 'binary')
  return { kind: 'binary', hex: Buffer.from(first.buffer, first.byteOffset, first.byteLength).toString('hex'), note, more: data.length > HEX_BYTES }
}

/** At most `limit` UTF-16 units, the last an ellipsis where something was cut off; never half a surrogate pair. */
const cut = (text: string, limit: number): string => (text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`)
