import { createHash } from 'node:crypto'
import type { RecordTag } from '#shared/model/record.ts'
import { bytesField, varintField, WireError, wireFields } from './protobuf-wire.ts'

/**
 * Records of the Kinesis Producer Library, several user records in one Kinesis record:
 * magic, protobuf `AggregatedRecord`, MD5 of the protobuf bytes
 * (aggregation-format.md of awslabs/amazon-kinesis-producer).
 */
const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2])
const MD5_LENGTH = 16

export interface UserRecord {
  partitionKey: string
  /** Decimal, as in PutRecord; null where the partition key places the record. */
  explicitHashKey: string | null
  /** A view into the aggregate. */
  data: Uint8Array
}

export interface TaggedUserRecord extends UserRecord {
  tags: RecordTag[]
}

export const isAggregate = (data: Uint8Array): boolean =>
  data[0] === MAGIC[0] && data[1] === MAGIC[1] && data[2] === MAGIC[2] && data[3] === MAGIC[3]

/**
 * The user records of a KPL aggregate in their order: the place of each is its subsequence number.
 * Null where the data doesn't begin with the magic bytes; a `failure` (the end of a sentence that begins
 * "This KPL aggregate is damaged: ") where it does and can't be trusted, so that it is kept as it came.
 */
export const takeApart = (data: Uint8Array): { userRecords: TaggedUserRecord[] } | { failure: string } | null => {
  if (!isAggregate(data)) return null
  const all = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (all.length < MAGIC.length + MD5_LENGTH) return { failure: 'it ends before its checksum' }
  const message = all.subarray(MAGIC.length, all.length - MD5_LENGTH)
  const expected = all.subarray(all.length - MD5_LENGTH)
  if (!createHash('md5').update(message).digest().equals(expected)) return { failure: 'its MD5 checksum does not match its content' }
  try {
    const userRecords = readAggregate(message)
    // An aggregate of nothing would make the Kinesis record vanish from the capture.
    return userRecords.length === 0 ? { failure: 'it holds no records' } : { userRecords }
  } catch (error) {
    if (error instanceof WireError) return { failure: error.message }
    throw error
  }
}

const readAggregate = (message: Buffer): TaggedUserRecord[] => {
  const partitionKeys: string[] = []
  const hashKeys: string[] = []
  const records: Buffer[] = []
  for (const field of wireFields(message)) {
    if (field.type !== 'bytes') continue
    if (field.number === 1) partitionKeys.push(field.value.toString('utf8'))
    else if (field.number === 2) hashKeys.push(field.value.toString('utf8'))
    else if (field.number === 3) records.push(field.value)
  }
  // The tables may stand behind the records that point into them.
  return records.map((record, at) => readRecord(record, at, partitionKeys, hashKeys))
}

const readRecord = (record: Buffer, at: number, partitionKeys: string[], hashKeys: string[]): TaggedUserRecord => {
  let keyIndex: number | null = null
  let hashIndex: number | null = null
  let data: Buffer | null = null
  const place = `record ${at + 1}`
  const tags: TaggedUserRecord['tags'] = []
  for (const field of wireFields(record)) {
    if (field.number === 1 && field.type === 'varint') keyIndex = field.value
    else if (field.number === 2 && field.type === 'varint') hashIndex = field.value
    else if (field.number === 3 && field.type === 'bytes') data = field.value
    else if (field.number === 4 && field.type === 'bytes') tags.push(readTag(field.value, place))
  }
  if (keyIndex === null) throw new WireError(`${place} has no partition key`)
  if (data === null) throw new WireError(`${place} has no data`)
  const partitionKey = partitionKeys[keyIndex]
  if (partitionKey === undefined) throw new WireError(`${place} points to partition key ${keyIndex} of ${partitionKeys.length}`)
  const explicitHashKey = hashIndex === null ? null : hashKeys[hashIndex]
  if (explicitHashKey === undefined) throw new WireError(`${place} points to hash key ${hashIndex} of ${hashKeys.length}`)
  return { partitionKey, explicitHashKey, data, tags }
}

const readTag = (tag: Buffer, place: string): RecordTag => {
  let key: string | null = null
  let value: string | null = null
  for (const field of wireFields(tag)) {
    if (field.type !== 'bytes') continue
    if (field.number === 1) key = field.value.toString('utf8')
    else if (field.number === 2) value = field.value.toString('utf8')
  }
  if (key === null) throw new WireError(`a tag of ${place} has no key`)
  return { key, value }
}

const indexOf = (table: Map<string, number>, key: string): number => {
  const known = table.get(key)
  if (known !== undefined) return known
  table.set(key, table.size)
  return table.size - 1
}

/** One aggregate of the records in their order. The caller keeps it under the stream's record size. */
export const aggregate = (records: readonly UserRecord[]): Uint8Array => {
  const partitionKeys = new Map<string, number>()
  const hashKeys = new Map<string, number>()
  const body = records.map(({ partitionKey, explicitHashKey, data }) =>
    bytesField(
      3,
      Buffer.concat([
        varintField(1, indexOf(partitionKeys, partitionKey)),
        ...(explicitHashKey === null ? [] : [varintField(2, indexOf(hashKeys, explicitHashKey))]),
        bytesField(3, data),
      ]),
    ),
  )
  const message = Buffer.concat([
    ...Array.from(partitionKeys.keys(), (key) => bytesField(1, Buffer.from(key))),
    ...Array.from(hashKeys.keys(), (key) => bytesField(2, Buffer.from(key))),
    ...body,
  ])
  return Buffer.concat([MAGIC, message, createHash('md5').update(message).digest()])
}
