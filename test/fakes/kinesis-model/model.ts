import { consumerOf, consumerOperations, endSubscriptions, settleConsumers } from './consumers.ts'
import { describeStreamSummary, listShards, listStreams, makeStream, streamOf } from './control.ts'
import { getRecords, getShardIterator } from './reading.ts'
import { planMerge, planShardCount, planSplit } from './reshard.ts'
import { ACCOUNT, ModelError, retain } from './state.ts'
import type { ModelShard, ModelStream } from './state.ts'
import { subscribe } from './subscription.ts'
import type { ModelSubscription } from './subscription.ts'
import { putRecord, putRecords } from './writing.ts'

export interface ModelOptions {
  /** The server's clock, ms since the epoch. */
  now: () => number
  random: () => number
  /** Whether the limits of shards throttle; true unless told. */
  hasLimits?: boolean
  /** Ms that CreateStream, DeleteStream and reshards take. */
  controlDelay?: number
  trimmedStart?: 'invalid-argument' | 'silent'
  /** ListShards never answers with more. */
  shardsPerPage?: number
}

/** What a schedule may change while the model runs. */
export interface ModelKnobs {
  iteratorsSince: number
  tokensSince: number
  isHidden: (shard: ModelShard) => boolean
  /** Whether last records come with the null iterator, asked at each end. */
  endsAtOnce: () => boolean
  /** Records of one event of a subscription at most, asked at each. */
  eventRecords: () => number
}

/**
 * A Kinesis that keeps its streams in memory, by what `facts/kinesis.md` says of the real one. It never forgets a
 * record: what was trimmed is only not given out any more, so that its shards are the log of all that was put.
 */
export interface KinesisModel {
  /** Answers an operation, or throws a `ModelError`. Bytes are Uint8Arrays, times are Dates. */
  handle(operation: string, input: Record<string, unknown>): object
  /** SubscribeToShard, which is answered by events; throws a `ModelError`. */
  subscribe(input: Record<string, unknown>): ModelSubscription
  stream(name: string): ModelStream
  createStream(name: string, shards: number): ModelStream
  deleteStream(name: string): void
  now(): number
  readonly knobs: ModelKnobs
}

export const createModel = (options: ModelOptions): KinesisModel => {
  const { now, random, hasLimits = true, controlDelay = 0, trimmedStart = 'invalid-argument', shardsPerPage = 1000 } = options
  const streams = new Map<string, ModelStream>()
  const knobs: ModelKnobs = { iteratorsSince: Number.NEGATIVE_INFINITY, tokensSince: Number.NEGATIVE_INFINITY, isHidden: () => false, endsAtOnce: () => true, eventRecords: () => 10_000 }
  let incarnations = 0
  const reading = { now, random, hasLimits, trimmedStart, iteratorsSince: () => knobs.iteratorsSince, endsAtOnce: () => knobs.endsAtOnce() }
  const writing = { now, hasLimits }
  const control = { now, streams, tokensSince: () => knobs.tokensSince, shardsPerPage, isHidden: (shard: ModelShard) => knobs.isHidden(shard) }

  const settle = () => {
    for (const stream of streams.values()) {
      settleConsumers(stream, now())
      if (stream.pending === null || stream.pending.at > now()) continue
      const { apply } = stream.pending
      stream.pending = null
      apply()
    }
  }
  const change = (stream: ModelStream, status: 'CREATING' | 'UPDATING' | 'DELETING', apply: () => void) => {
    if (stream.pending !== null) throw new ModelError('ResourceInUseException', `Stream ${stream.name} under account ${ACCOUNT} not ACTIVE, instead in state ${stream.pending.status}`)
    if (controlDelay === 0) apply()
    else stream.pending = { status, at: now() + controlDelay, apply }
  }
  const createStream = (name: string, shards: number): ModelStream => {
    if (streams.has(name)) throw new ModelError('ResourceInUseException', `Stream ${name} under account ${ACCOUNT} already exists.`)
    incarnations += 1
    const stream = makeStream(name, shards, incarnations, now())
    streams.set(name, stream)
    return stream
  }
  const deleteStream = (stream: ModelStream) => {
    streams.delete(stream.name)
    for (const consumer of stream.consumers) endSubscriptions(consumer)
  }
  const retention = (input: Record<string, unknown>, direction: 1 | -1): object => {
    const stream = streamOf(streams, input)
    const hours = Number(input['RetentionPeriodHours'])
    if (hours < 24 || hours > 8760 || (hours - stream.retentionHours) * direction < 0) {
      throw new ModelError('InvalidArgumentException', `Requested retention period (${hours} hours) for stream ${stream.name} can not be ${direction > 0 ? 'shorter' : 'longer'} than existing retention period (${stream.retentionHours} hours).`)
    }
    retain(stream, hours, now())
    return {}
  }

  const operations: Record<string, (input: Record<string, unknown>) => object> = {
    CreateStream(input) {
      const stream = createStream(String(input['StreamName']), Number(input['ShardCount'] ?? 4))
      change(stream, 'CREATING', () => {})
      return {}
    },
    DeleteStream(input) {
      const stream = streamOf(streams, input)
      if (stream.consumers.length > 0 && input['EnforceConsumerDeletion'] !== true) {
        throw new ModelError('ResourceInUseException', `Stream ${stream.name} under account ${ACCOUNT} has enhanced fan-out consumers, which must be deregistered first.`)
      }
      change(stream, 'DELETING', () => deleteStream(stream))
      return {}
    },
    DescribeStreamSummary: (input) => describeStreamSummary(streamOf(streams, input)),
    ListShards: (input) => listShards(input, control),
    ListStreams: (input) => listStreams(streams, input),
    GetShardIterator: (input) => getShardIterator(streamOf(streams, input), input, reading),
    GetRecords: (input) => getRecords(streams.values(), input, reading),
    PutRecord: (input) => putRecord(streamOf(streams, input), input, writing),
    PutRecords: (input) => putRecords(streamOf(streams, input), input, writing),
    SplitShard(input) {
      const stream = streamOf(streams, input)
      change(stream, 'UPDATING', planSplit(stream, String(input['ShardToSplit']), BigInt(String(input['NewStartingHashKey'])), now))
      return {}
    },
    MergeShards(input) {
      const stream = streamOf(streams, input)
      change(stream, 'UPDATING', planMerge(stream, String(input['ShardToMerge']), String(input['AdjacentShardToMerge']), now))
      return {}
    },
    UpdateShardCount(input) {
      const stream = streamOf(streams, input)
      const current = stream.shards.filter(({ closedAt }) => closedAt === null).length
      const target = Number(input['TargetShardCount'])
      change(stream, 'UPDATING', planShardCount(stream, target, now))
      return { StreamName: stream.name, StreamARN: stream.arn, CurrentShardCount: current, TargetShardCount: target }
    },
    IncreaseStreamRetentionPeriod: (input) => retention(input, 1),
    DecreaseStreamRetentionPeriod: (input) => retention(input, -1),
    ...consumerOperations({ now, streams, controlDelay }),
  }
  return {
    knobs,
    now,
    createStream,
    deleteStream: (name) => deleteStream(streamOf(streams, { StreamName: name })),
    stream: (name) => streamOf(streams, { StreamName: name }),
    handle(operation, input) {
      settle()
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined
      if (run === undefined) throw new ModelError('UnknownOperationException', `The model does not know ${operation}.`)
      return run(input)
    },
    subscribe(input) {
      settle()
      const { stream, consumer } = consumerOf(streams, { ConsumerARN: String(input['ConsumerARN']) })
      return subscribe(stream, consumer, input, { ...reading, eventRecords: () => knobs.eventRecords() })
    },
  }
}
