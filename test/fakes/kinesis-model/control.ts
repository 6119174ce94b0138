import { addFirstShards } from './reshard.ts'
import { ACCOUNT, hasExpired, invalidArgument, isOpen, ModelError, streamNotFound } from './state.ts'
import type { ModelShard, ModelStream } from './state.ts'

/** The NextToken of ListShards lives 300 s. */
const TOKEN_LIFE = 300_000

export interface ControlContext {
  now(): number
  streams: Map<string, ModelStream>
  /** Tokens given before this time have expired. */
  tokensSince(): number
  /** Shards on a page of ListShards at most, whatever is asked for. */
  shardsPerPage: number
  /** Shards that the listing does not show (yet, or any more). */
  isHidden(shard: ModelShard): boolean
}

export const REGION = 'us-east-1'

export const makeStream = (name: string, shards: number, incarnation: number, now: number): ModelStream => {
  const stream: ModelStream = {
    incarnation,
    name,
    arn: `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${name}`,
    createdAt: now,
    retentionHours: 24,
    maxRecordBytes: 1024 * 1024,
    shards: [],
    consumers: [],
    pending: null,
  }
  addFirstShards(stream, shards, now)
  return stream
}

/** The stream that an input names, by name or ARN. */
export const streamOf = (streams: Map<string, ModelStream>, input: Record<string, unknown>): ModelStream => {
  const { StreamARN: arn, StreamName: given } = input
  const name = typeof arn === 'string' ? (arn.split('/')[1] ?? '') : typeof given === 'string' ? given : ''
  const stream = streams.get(name)
  if (stream === undefined) throw streamNotFound(name)
  return stream
}

export const describeStreamSummary = (stream: ModelStream): object => ({
  StreamDescriptionSummary: {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: stream.pending?.status ?? 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(Math.floor(stream.createdAt / 1000) * 1000),
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
    OpenShardCount: stream.shards.filter(isOpen).length,
    ConsumerCount: stream.consumers.length,
    MaxRecordSizeInKiB: stream.maxRecordBytes / 1024,
  },
})

const describeShard = ({ id, parents, start, end, startSequence, endSequence }: ModelShard): object => ({
  ShardId: id,
  ...(parents[0] === undefined ? {} : { ParentShardId: parents[0] }),
  ...(parents[1] === undefined ? {} : { AdjacentParentShardId: parents[1] }),
  HashKeyRange: { StartingHashKey: String(start), EndingHashKey: String(end) },
  SequenceNumberRange: { StartingSequenceNumber: startSequence, ...(endSequence === null ? {} : { EndingSequenceNumber: endSequence }) },
})

const expiredToken = () => new ModelError('ExpiredNextTokenException', 'The pagination token passed to the operation is expired.')

export const listShards = (input: Record<string, unknown>, { now, streams, tokensSince, shardsPerPage, isHidden }: ControlContext): object => {
  const token = input['NextToken']
  let stream: ModelStream
  let after: string
  if (typeof token === 'string') {
    for (const key of ['StreamName', 'StreamARN', 'ExclusiveStartShardId']) {
      if (input[key] !== undefined) throw invalidArgument(`NextToken and ${key} cannot be provided together.`)
    }
    const [name = '', last = '', givenAt = ''] = Buffer.from(token, 'base64').toString('utf8').split('/')
    if (!/^\d+(\.\d+)?$/.test(givenAt)) throw invalidArgument('Invalid NextToken.')
    if (now() - Number(givenAt) > TOKEN_LIFE || Number(givenAt) < tokensSince()) throw expiredToken()
    stream = streamOf(streams, { StreamName: name })
    after = last
  } else {
    if (input['StreamName'] === undefined && input['StreamARN'] === undefined) throw invalidArgument('Either NextToken or StreamName should be provided.')
    stream = streamOf(streams, input)
    after = typeof input['ExclusiveStartShardId'] === 'string' ? input['ExclusiveStartShardId'] : ''
  }
  const most = Math.min(shardsPerPage, Number(input['MaxResults'] ?? 1000))
  const listed = stream.shards.filter((shard) => shard.id > after && !hasExpired(stream, shard, now()) && !isHidden(shard))
  const page = listed.slice(0, most)
  const last = page.at(-1)
  return {
    Shards: page.map(describeShard),
    ...(last !== undefined && listed.length > most ? { NextToken: Buffer.from(`${stream.name}/${last.id}/${now()}`).toString('base64') } : {}),
  }
}

export const listStreams = (streams: Map<string, ModelStream>, input: Record<string, unknown>): object => {
  const start = input['ExclusiveStartStreamName'] ?? input['NextToken']
  const after = typeof start === 'string' ? start : ''
  const found = [...streams.keys()].toSorted().filter((name) => name > after)
  const page = found.slice(0, Number(input['Limit'] ?? 100))
  const hasMore = found.length > page.length
  return {
    StreamNames: page,
    HasMoreStreams: hasMore,
    ...(hasMore ? { NextToken: page.at(-1) } : {}),
    StreamSummaries: page.flatMap((name) => {
      const stream = streams.get(name)
      return stream === undefined
        ? []
        : [{ StreamName: name, StreamARN: stream.arn, StreamStatus: stream.pending?.status ?? 'ACTIVE', StreamCreationTimestamp: new Date(stream.createdAt), StreamModeDetails: { StreamMode: 'PROVISIONED' } }]
    }),
  }
}
