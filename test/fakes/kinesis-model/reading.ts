import { partsOfSequence } from './sequence.ts'
import { ACCOUNT, hasExpired, invalidArgument, isOpen, ModelError, shardNotFound, streamNotFound, throughputExceeded, trimByAge } from './state.ts'
import type { ModelRecord, ModelShard, ModelStream } from './state.ts'

/** An iterator lives for 5 minutes. */
const ITERATOR_LIFE = 300_000
/** GetRecords: 5 calls and 2 MiB a second and shard; GetShardIterator: 5 calls. */
const CALLS_PER_SECOND = 5
const BYTES_PER_SECOND = 2 * 1024 * 1024
/** One answer: so many records and bytes. */
const MOST_RECORDS = 10_000
const MOST_BYTES = 10 * 1024 * 1024

export interface ReadingContext {
  now(): number
  random(): number
  /** Whether limits throttle. */
  hasLimits: boolean
  /** What AFTER or AT a trimmed sequence number is answered with: both have been seen. */
  trimmedStart: 'invalid-argument' | 'silent'
  /** Iterators given before this time have expired. */
  iteratorsSince(): number
  /** Whether a shard's last records come with the null iterator; else an empty page follows them. */
  endsAtOnce(): boolean
}

interface IteratorPlace {
  incarnation: number
  shard: number
  /** Index of the next record. */
  next: number
  givenAt: number
}

const encodeIterator = ({ incarnation, shard, next, givenAt }: IteratorPlace, nonce: number): string =>
  Buffer.from(`AAAAAAAAAAH/${incarnation}/${shard}/${next}/${givenAt}/${nonce.toString(36).slice(2)}`).toString('base64')

const decodeIterator = (text: string): IteratorPlace => {
  const [magic, ...parts] = Buffer.from(text, 'base64').toString('latin1').split('/')
  const [incarnation = Number.NaN, shard = Number.NaN, next = Number.NaN, givenAt = Number.NaN] = parts.slice(0, 4).map(Number)
  if (magic !== 'AAAAAAAAAAH' || ![incarnation, shard, next, givenAt].every(Number.isFinite)) throw invalidArgument('Invalid ShardIterator.')
  return { incarnation, shard, next, givenAt }
}

/** The number of the shard that an input's iterator is of. */
export const shardOfIterator = (input: Record<string, unknown>): number => decodeIterator(String(input['ShardIterator'])).shard

export const shardOf = (stream: ModelStream, shardId: string, now: number): ModelShard => {
  const shard = stream.shards.find(({ id }) => id === shardId)
  if (shard !== undefined) trimByAge(stream, shard, now)
  if (shard === undefined || hasExpired(stream, shard, now)) throw shardNotFound(shardId, stream.name)
  return shard
}

/** Takes one of `limit` calls a second; false when they are used up. */
const takeCall = (calls: number[], now: number, limit: number): boolean => {
  while ((calls[0] ?? now) <= now - 1000) calls.shift()
  if (calls.length >= limit) return false
  calls.push(now)
  return true
}

const rateExceeded = (shard: ModelShard, stream: ModelStream) =>
  throughputExceeded(`Rate exceeded for shard ${shard.id} in stream ${stream.name} under account ${ACCOUNT}.`)

const placeOfSequence = (stream: ModelStream, shard: ModelShard, sequence: string, type: string, context: ReadingContext): number => {
  const parts = partsOfSequence(sequence)
  const isOfStream = parts !== null && stream.shards.some(({ number, created }) => number === parts.shard && created === parts.created)
  if (parts === null || !isOfStream) {
    throw invalidArgument(
      `StartingSequenceNumber ${sequence} used in GetShardIterator on shard ${shard.id} in stream ${stream.name} under account ${ACCOUNT} is invalid because it did not come from this stream.`,
    )
  }
  if (parts.shard !== shard.number) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes shardId-${String(parts.shard).padStart(12, '0')}, while it was used in a call to a shard with ${shard.id}`,
    )
  }
  const isAfter = type === 'AFTER_SEQUENCE_NUMBER'
  const found = shard.records.findIndex(({ place }) => (isAfter ? place > parts.place : place >= parts.place))
  const index = found === -1 ? shard.records.length : found
  const own = isAfter ? index - 1 : index
  // A continuation of an idle shard is younger than the record that it is after, and stays good when that one is trimmed.
  const isOld = parts.second * 1000 < context.now() - stream.retentionHours * 3_600_000
  const isTrimmed = index < shard.horizon || (isOld && own >= 0 && own < shard.horizon)
  if (isTrimmed && context.trimmedStart === 'invalid-argument') {
    throw invalidArgument(`StartingSequenceNumber ${sequence} used in GetShardIterator on shard ${shard.id} in stream ${stream.name} under account ${ACCOUNT} is invalid because it has been trimmed.`)
  }
  return index
}

/** Index of the record that GetShardIterator's place begins with. */
export const placeOf = (stream: ModelStream, shard: ModelShard, input: Record<string, unknown>, context: ReadingContext): number => {
  const type = String(input['ShardIteratorType'])
  const now = context.now()
  switch (type) {
    case 'TRIM_HORIZON':
      return shard.horizon
    case 'LATEST':
      return shard.records.length
    case 'AT_TIMESTAMP': {
      const timestamp = input['Timestamp']
      if (!(timestamp instanceof Date)) throw invalidArgument('Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.')
      const at = timestamp.getTime()
      if (at > now) {
        throw invalidArgument(`The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${at}, currentTimestampInMillis: ${now}`)
      }
      const found = shard.records.findIndex(({ arrival }, n) => n >= shard.horizon && arrival >= at)
      return found === -1 ? shard.records.length : found
    }
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const sequence = input['StartingSequenceNumber']
      if (typeof sequence !== 'string') {
        throw invalidArgument(`Must either specify (1) AT_SEQUENCE_NUMBER and StartingSequenceNumber or (2) AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (3) TRIM_HORIZON and no StartingSequenceNumber or (4) LATEST and no StartingSequenceNumber. Request specified ${type} and no StartingSequenceNumber.`)
      }
      return placeOfSequence(stream, shard, sequence, type, context)
    }
    default:
      throw new ModelError('ValidationException', `1 validation error detected: Value '${type}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]`)
  }
}

export const getShardIterator = (stream: ModelStream, input: Record<string, unknown>, context: ReadingContext): object => {
  const now = context.now()
  const shard = shardOf(stream, String(input['ShardId']), now)
  if (context.hasLimits && !takeCall(shard.reads.iterators, now, CALLS_PER_SECOND)) throw rateExceeded(shard, stream)
  const next = placeOf(stream, shard, input, context)
  return { ShardIterator: encodeIterator({ incarnation: stream.incarnation, shard: shard.number, next, givenAt: now }, context.random()) }
}

/** Another consumer's use of a shard's calls. */
export const takeByOther = (shard: ModelShard, now: number): void => {
  takeCall(shard.reads.calls, now, CALLS_PER_SECOND)
}

const checkLimits = (stream: ModelStream, shard: ModelShard, now: number): void => {
  const { reads } = shard
  reads.debt = Math.max(0, reads.debt - ((now - reads.debtAt) / 1000) * BYTES_PER_SECOND)
  reads.debtAt = now
  if (reads.debt === 0) reads.isPenalised = false
  if (reads.isPenalised || reads.debt > BYTES_PER_SECOND || !takeCall(reads.calls, now, CALLS_PER_SECOND)) throw rateExceeded(shard, stream)
}

const sizeOf = ({ data, partitionKey }: ModelRecord): number => data.length + Buffer.byteLength(partitionKey)

/** Records from an index, as many as one answer takes, and the index that is next. */
export const takeRecords = (shard: ModelShard, from: number, limit: number): { records: ModelRecord[]; bytes: number; next: number } => {
  // A reader that the horizon has overtaken goes on there, without a word.
  let next = Math.max(from, shard.horizon)
  const records: ModelRecord[] = []
  let bytes = 0
  for (let record = shard.records[next]; record !== undefined && records.length < limit; record = shard.records[next]) {
    const size = sizeOf(record)
    if (records.length > 0 && bytes + size > MOST_BYTES) break
    records.push(record)
    bytes += size
    next += 1
  }
  return { records, bytes, next }
}

/** How far the record that is next lies behind the tip; 0 only at the tip. */
export const millisBehind = (shard: ModelShard, next: number, now: number): number =>
  next >= shard.records.length ? 0 : Math.max(1, now - (shard.records[next]?.arrival ?? now))

export const recordOutput = ({ sequence, arrival, partitionKey, data }: ModelRecord): object => ({
  SequenceNumber: sequence,
  ApproximateArrivalTimestamp: new Date(arrival),
  PartitionKey: partitionKey,
  Data: data,
})

/** Children as a shard's last page tells them. */
export const childrenOf = (stream: ModelStream, shard: ModelShard): object[] =>
  stream.shards
    .filter(({ parents }) => parents.includes(shard.id))
    .map(({ id, parents, start, end }) => ({
      ShardId: id,
      ParentShards: parents,
      HashKeyRange: { StartingHashKey: String(start), EndingHashKey: String(end) },
    }))

const expiredIterator = (givenAt: number, now: number) =>
  new ModelError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${new Date(givenAt).toUTCString()} while right now it is ${new Date(now).toUTCString()} which is further in the future than the tolerated delay of ${ITERATOR_LIFE} milliseconds.`,
  )

export const getRecords = (streams: Iterable<ModelStream>, input: Record<string, unknown>, context: ReadingContext): object => {
  const now = context.now()
  const limit = input['Limit'] === undefined ? MOST_RECORDS : Number(input['Limit'])
  if (!(limit >= 1 && limit <= MOST_RECORDS)) {
    throw new ModelError('ValidationException', `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ${limit < 1 ? 'greater than or equal to 1' : 'less than or equal to 10000'}`)
  }
  const place = decodeIterator(String(input['ShardIterator']))
  const stream = [...streams].find(({ incarnation }) => incarnation === place.incarnation)
  if (stream === undefined) throw streamNotFound('of this iterator')
  if (now - place.givenAt > ITERATOR_LIFE || place.givenAt < context.iteratorsSince()) throw expiredIterator(place.givenAt, now)
  const shard = shardOf(stream, stream.shards[place.shard]?.id ?? '', now)
  if (context.hasLimits) checkLimits(stream, shard, now)
  const { records, bytes, next } = takeRecords(shard, place.next, limit)
  shard.reads.debt += bytes
  if (bytes > BYTES_PER_SECOND) shard.reads.isPenalised = true
  const isEnd = next >= shard.records.length && !isOpen(shard) && (records.length === 0 || context.endsAtOnce())
  const following = encodeIterator({ ...place, next, givenAt: now }, context.random())
  return {
    Records: records.map(recordOutput),
    MillisBehindLatest: millisBehind(shard, next, now),
    ...(isEnd ? { NextShardIterator: null, ChildShards: childrenOf(stream, shard) } : { NextShardIterator: following }),
  }
}
