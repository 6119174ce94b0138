import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { takeApart, type TaggedUserRecord, type UserRecord } from '../../../electron/decode/kpl.ts'

/** A user record as aws-kinesis-agg takes it from an aggregate. */
export interface PeerRecord {
  partitionKey: string
  explicitPartitionKey?: string
  data: string
  subSequenceNumber: number
}

/** `AggregatedRecord` as its protobuf library has it: indexes are 64 bits wide. */
export interface PeerMessage {
  partition_key_table: string[]
  explicit_hash_key_table: string[]
  records: { partition_key_index: unknown; explicit_hash_key_index?: unknown; data: Uint8Array; tags: { key: string; value?: string }[] }[]
}

interface Peer {
  deaggregateSync(record: object, checksums: boolean, done: (error: Error | null, records?: PeerRecord[]) => void): void
  RecordAggregator: new () => {
    addUserRecord(record: object): void
    build(): { partitionKey: string; data: Buffer; ExplicitHashKey?: string }
  }
}

const require = createRequire(import.meta.url)
const peer = require('aws-kinesis-agg') as Peer
/** Its protobuf messages, which can say more than its aggregator does. */
export const { AggregatedRecord } = require('aws-kinesis-agg/lib/common') as {
  AggregatedRecord: { encode(message: object): { finish(): Uint8Array }; decode(bytes: Uint8Array): PeerMessage }
}

/** Throws what aws-kinesis-agg refuses. */
export const peerTakesApart = (data: Uint8Array): PeerRecord[] => {
  let result: PeerRecord[] = []
  peer.deaggregateSync({ kinesisSchemaVersion: '1.0', data: Buffer.from(data).toString('base64'), partitionKey: 'outer', sequenceNumber: '1' }, true, (error, records) => {
    if (error) throw error
    result = records ?? []
  })
  return result
}

export const peerBuilds = (records: readonly UserRecord[]) => {
  const aggregator = new peer.RecordAggregator()
  for (const { partitionKey, explicitHashKey, data } of records) {
    aggregator.addUserRecord({ partitionKey, data: Buffer.from(data), ...(explicitHashKey === null ? {} : { explicitHashKey }) })
  }
  return aggregator.build()
}

/** A message as an aggregate: between the magic bytes and its checksum. */
export const sealed = (message: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, createHash('md5').update(message).digest()])

/** What is between the magic bytes and the checksum. */
export const messageOf = (aggregate: Uint8Array): Buffer => Buffer.from(aggregate.subarray(4, aggregate.length - 16))

/** The user records of an aggregate that is good, with their data as plain bytes to compare. */
export const taken = (data: Uint8Array): TaggedUserRecord[] => {
  const result = takeApart(data)
  if (result === null || !('userRecords' in result)) throw new Error(`not taken apart: ${JSON.stringify(result)}`)
  return result.userRecords.map((record) => ({ ...record, data: Uint8Array.from(record.data) }))
}
