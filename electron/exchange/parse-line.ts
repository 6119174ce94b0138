import { ExportedRecord, type RecordTag } from '#shared/model/record.ts'
import { printable } from '#shared/model/printable.ts'
import { encodeSequence } from '#shared/model/sequence-number.ts'
import { type JsonText, ROOT, elementsOf, kindOf, membersOf, reusableJsonParser, sourceOf, stringOf } from '#shared/model/json-text.ts'
import { badLine } from './bad-line.ts'
import { exportedBytes } from './exported-record.ts'
import type { Line } from './lines.ts'

/** A record as a line of an import describes it. */
export interface ImportedRecord {
  readonly shardId: string
  readonly sequenceNumber: string
  readonly subsequence: number
  /** Ms since the epoch. */
  readonly arrival: number
  readonly partitionKey: string
  readonly explicitHashKey: string | null
  readonly tags?: RecordTag[]
  readonly data: Buffer
}

/** The one shard that plain JSON is put on. */
export const importShard = 'shardId-000000000000'
const largestData = 10 * 1024 * 1024
const maxHashKey = (1n << 128n) - 1n
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

/** A line as `exportRecords` writes it. Throws `invalid-argument` with the line's number. */
export function parseExportedLine(line: Line): ImportedRecord {
  const fail = (why: string) => badLine(line.number, why)
  let value: unknown
  try {
    value = JSON.parse(line.bytes.toString('utf8'))
  } catch {
    throw fail('it is not JSON')
  }
  const parsed = ExportedRecord.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const field = issue === undefined || issue.path.length === 0 ? 'it' : `"${issue.path.join('.')}"`
    throw badLine(
      line.number,
      `${field} is not as Kinescope exports it`,
      'If the lines are JSON values of your own, name the field that holds the partition key with --key FIELD.PATH; nothing was imported.',
    )
  }
  const record = parsed.data
  const data = exportedBytes(record)
  if (data === null) throw fail(record.encoding === 'base64' ? '"data" is not base64' : '"data" has half of a surrogate pair')
  const arrival = isoTime.test(record.arrival) ? Date.parse(record.arrival) : Number.NaN
  if (Number.isNaN(arrival)) throw fail('"arrival" is not an ISO 8601 time with its zone')
  if (!/^[\w.-]{1,128}$/.test(record.shardId)) throw fail('"shardId" is not the id of a shard')
  if (!isSequence(record.sequenceNumber)) throw fail('"sequenceNumber" is not a decimal number of at most 192 bits')
  if (record.subsequence < 0) throw fail('"subsequence" is negative')
  const { explicitHashKey } = record
  if (explicitHashKey !== null && !isHashKey(explicitHashKey)) throw fail('"explicitHashKey" is not a 128-bit number')
  // An empty or long key may come out of a KPL aggregate: what was exported comes back.
  if (!record.partitionKey.isWellFormed()) throw fail('"partitionKey" has half of a surrogate pair')
  const { tags, ...rest } = record
  if (tags?.some(({ key, value }) => !key.isWellFormed() || value?.isWellFormed() === false)) throw fail('"tags" has half of a surrogate pair')
  return { ...rest, arrival, data, ...(tags === undefined || tags.length === 0 ? {} : { tags }) }
}

/**
 * @param keyField path of the field that holds the partition key: names with dots between
 *   them, numbers for places in an array
 * @param arrival of every record, ms since the epoch
 * @returns reads a line that is any JSON value: its bytes are the line's own text
 */
export function plainLineParser(keyField: string, arrival: number): (line: Line, index: number) => ImportedRecord {
  const parse = reusableJsonParser()
  const path = keyField.split('.')
  return (line, index) => {
    const result = parse(line.bytes.toString('utf8'))
    if (!result.ok) throw badLine(line.number, `it is not JSON (${result.reason}, at character ${result.position + 1})`)
    if (line.bytes.length > largestData) throw badLine(line.number, 'it is larger than 10 MiB, the most a record can hold')
    const node = find(result.json, path)
    const name = printable(keyField)
    if (node === null) throw badLine(line.number, `it has no field "${name}"`, 'Name a field that every line has; nothing was imported.')
    const kind = kindOf(result.json, node)
    if (kind === 'object' || kind === 'array' || kind === 'null') throw badLine(line.number, `its field "${name}" is ${kind === 'null' ? '' : 'an '}${kind} and can't be a partition key`)
    const partitionKey = kind === 'string' ? stringOf(result.json, node) : sourceOf(result.json, node)
    checkKey(line, partitionKey)
    return { shardId: importShard, sequenceNumber: String(index + 1), subsequence: 0, arrival, partitionKey, explicitHashKey: null, data: line.bytes }
  }
}

/** The value at a path; a field whose own name has dots in it is found as well. Of a repeated name the last one counts, as in `JSON.parse`. */
function find(json: JsonText, path: readonly string[], from: number = ROOT): number | null {
  if (path.length === 0) return from
  if (kindOf(json, from) === 'array') {
    const at = /^\d+$/.test(path[0] ?? '') ? Number(path[0]) : -1
    let index = 0
    for (const element of elementsOf(json, from)) if (index++ === at) return find(json, path.slice(1), element)
    return null
  }
  const members = [...membersOf(json, from)]
  for (let length = path.length; length > 0; length -= 1) {
    const name = path.slice(0, length).join('.')
    const member = members.findLast(({ key }) => key === name)
    const found = member === undefined ? null : find(json, path.slice(length), member.value)
    if (found !== null) return found
  }
  return null
}

function checkKey(line: Line, key: string): void {
  if (key === '') throw badLine(line.number, 'its partition key is empty')
  if (!key.isWellFormed()) throw badLine(line.number, 'its partition key has half of a surrogate pair')
  if (key.length > 256 && Array.from(key).length > 256) throw badLine(line.number, 'its partition key is longer than 256 characters')
}

function isSequence(text: string): boolean {
  try {
    encodeSequence(text)
    return true
  } catch {
    return false
  }
}

function isHashKey(text: string): boolean {
  return /^(0|[1-9]\d{0,38})$/.test(text) && BigInt(text) <= maxHashKey
}
