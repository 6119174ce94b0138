import { hashKeyOf } from '../../../electron/kinesis/hash-key.ts'
import { HASH_SPACE } from './reshard.ts'
import { sequenceOf } from './sequence.ts'
import { ACCOUNT, invalidArgument, isOpen, ModelError, throughputExceeded } from './state.ts'
import type { ModelRecord, ModelShard, ModelStream } from './state.ts'

/** What a shard takes in a second. */
const RECORDS_PER_SECOND = 1000
const BYTES_PER_SECOND = 1024 * 1024
/** PutRecords: entries and bytes of one call. */
const MOST_ENTRIES = 500
const MOST_BYTES = 10 * 1024 * 1024

export interface WritingContext {
  now(): number
  hasLimits: boolean
}

interface Entry {
  partitionKey: string
  explicitHashKey: string | null
  data: Uint8Array
}

const entryOf = (input: Record<string, unknown>): Entry => {
  const key = input['PartitionKey']
  const { length } = [...(typeof key === 'string' ? key : '')]
  if (typeof key !== 'string' || length < 1 || length > 256) {
    throw new ModelError('ValidationException', `1 validation error detected: Value at 'partitionKey' failed to satisfy constraint: Member must have length between 1 and 256`)
  }
  const explicit = input['ExplicitHashKey']
  if (explicit !== undefined && explicit !== null) {
    if (typeof explicit !== 'string' || !/^(0|[1-9]\d{0,38})$/.test(explicit)) {
      throw new ModelError('ValidationException', `1 validation error detected: Value at 'explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})`)
    }
    if (BigInt(explicit) >= HASH_SPACE) throw invalidArgument(`Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicit}`)
  }
  const data = input['Data']
  if (!(data instanceof Uint8Array)) throw new ModelError('ValidationException', `1 validation error detected: Value null at 'data' failed to satisfy constraint: Member must not be null`)
  return { partitionKey: key, explicitHashKey: typeof explicit === 'string' ? explicit : null, data }
}

const sizeOf = ({ data, partitionKey }: Entry): number => data.length + Buffer.byteLength(partitionKey)

const checkSize = (stream: ModelStream, entry: Entry): void => {
  if (sizeOf(entry) <= stream.maxRecordBytes) return
  throw new ModelError('ValidationException', `1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to ${stream.maxRecordBytes}`)
}

const ownerOf = (stream: ModelStream, { partitionKey, explicitHashKey }: Entry): ModelShard => {
  const key = hashKeyOf(partitionKey, explicitHashKey)
  const owner = stream.shards.find((shard) => isOpen(shard) && shard.start <= key && key <= shard.end)
  if (owner === undefined) throw new ModelError('InternalFailure', 'No shard takes this hash key.', 500)
  return owner
}

const hasRoom = ({ writes }: ModelShard, entry: Entry, now: number): boolean => {
  const size = sizeOf(entry)
  if (now - writes.at >= 1000) Object.assign(writes, { at: now, bytes: 0, records: 0 })
  if (writes.records + 1 > RECORDS_PER_SECOND || (writes.records > 0 && writes.bytes + size > BYTES_PER_SECOND)) return false
  writes.records += 1
  writes.bytes += size
  return true
}

/** Puts a record into an open shard, whatever the limits say, and into the put log with it. */
export const appendRecord = (shard: ModelShard, { partitionKey, data }: Pick<Entry, 'partitionKey' | 'data'>, now: number): ModelRecord => {
  const place = shard.nextPlace
  shard.nextPlace += 1n
  const second = Math.floor(now / 1000)
  const record = { sequence: sequenceOf({ created: shard.created, shard: shard.number, place, second }), place, arrival: now, partitionKey, data: Uint8Array.from(data), trimmedAt: null }
  shard.records.push(record)
  for (const wake of shard.watchers) wake()
  return record
}

const put = (stream: ModelStream, entry: Entry, { now, hasLimits }: WritingContext): { ShardId: string; SequenceNumber: string } => {
  const shard = ownerOf(stream, entry)
  if (hasLimits && !hasRoom(shard, entry, now())) {
    throw throughputExceeded(`Rate exceeded for shard ${shard.id} in stream ${stream.name} under account ${ACCOUNT}.`)
  }
  return { ShardId: shard.id, SequenceNumber: appendRecord(shard, entry, now()).sequence }
}

export const putRecord = (stream: ModelStream, input: Record<string, unknown>, context: WritingContext): object => {
  const entry = entryOf(input)
  checkSize(stream, entry)
  return put(stream, entry, context)
}

export const putRecords = (stream: ModelStream, input: Record<string, unknown>, context: WritingContext): object => {
  const given = Array.isArray(input['Records']) ? (input['Records'] as Record<string, unknown>[]) : []
  if (given.length < 1 || given.length > MOST_ENTRIES) {
    throw new ModelError('ValidationException', `1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length ${given.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 500'}`)
  }
  const entries = given.map(entryOf)
  for (const entry of entries) checkSize(stream, entry)
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MOST_BYTES) throw invalidArgument('Records size exceeds 10 MB limit')
  const results = entries.map((entry) => {
    try {
      return put(stream, entry, context)
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      return { ErrorCode: error.name, ErrorMessage: error.message }
    }
  })
  return { FailedRecordCount: results.filter((result) => 'ErrorCode' in result).length, Records: results }
}
