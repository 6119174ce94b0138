import { CreateStreamCommand, GetRecordsCommand, GetShardIteratorCommand, type GetShardIteratorCommandInput, KinesisClient, ListShardsCommand, MergeShardsCommand, PutRecordCommand, type Shard, SplitShardCommand, DescribeStreamSummaryCommand, type StreamDescriptionSummary } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { vi } from 'vitest'
import { withServerDate } from '../../../electron/kinesis/server-date.ts'
import { startEmbedded } from '../../fakes/embedded-kinesis.ts'
import { serveModel } from '../../fakes/kinesis-model/http-face.ts'
import { createModel } from '../../fakes/kinesis-model/model.ts'

export type SubjectName = 'the model' | 'kinesis-local'

/** A server that the suite asks, through the stock client of the SDK over HTTP. */
export interface Subject extends AsyncDisposable {
  client: KinesisClient
  /** The same kind of server where shards have their limits and the clock can be moved; its own streams. */
  limited: KinesisClient
  /** Moves the clock of the server behind `limited`. Throws where it can't be moved. */
  passTime(ms: number): void
}

export interface Case {
  name: string
  run(subject: Subject): Promise<void>
}

const clientOf = (endpoint: string): KinesisClient =>
  withServerDate(
    new KinesisClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: '000000000000', secretAccessKey: 'placeholder' },
      requestHandler: new NodeHttpHandler({ connectionTimeout: 5000, requestTimeout: 30_000 }),
      maxAttempts: 1,
    }),
  )

/** Reshards and creations take a moment, as they do at AWS: no case may count on their effect before the stream is ACTIVE. */
const CONTROL_DELAY = 150

const serve = (hasLimits: boolean, now: () => number) => serveModel({ model: createModel({ now, random: Math.random, hasLimits, controlDelay: CONTROL_DELAY }) })

const startModelSubject = async (): Promise<Subject> => {
  let offset = 0
  const servers = await Promise.all([serve(false, Date.now), serve(true, () => Date.now() + offset)])
  const [client, limited] = servers.map(({ endpoint }) => clientOf(endpoint)) as [KinesisClient, KinesisClient]
  return {
    client,
    limited,
    passTime: (ms) => (offset += ms),
    async [Symbol.asyncDispose]() {
      client.destroy()
      limited.destroy()
      await Promise.all(servers.map(({ stop }) => stop()))
    },
  }
}

const startEmbeddedSubject = async (): Promise<Subject> => {
  const server = await startEmbedded({
    env: { SPLIT_SHARD_DURATION: `${CONTROL_DELAY}ms`, REGISTER_STREAM_CONSUMER_DURATION: '50ms', DEREGISTER_STREAM_CONSUMER_DURATION: '50ms' },
  })
  const client = clientOf(server.endpoint)
  return {
    client,
    limited: client,
    passTime() {
      throw new Error('this server’s clock can’t be moved')
    },
    async [Symbol.asyncDispose]() {
      client.destroy()
      await server.stop()
    },
  }
}

/** Waits for a value. Unlike `expect.poll` it can be used by tests that run at the same time. */
export const until = async <T>(value: () => T | Promise<T>, isReached: (value: T) => boolean): Promise<void> => {
  await vi.waitFor(
    async () => {
      const seen = await value()
      if (!isReached(seen)) throw new Error(`still ${String(seen)}`)
    },
    { timeout: 10_000, interval: 20 },
  )
}

/** Until the clock, which the servers here share with the test, is past this time, ms. */
export const untilPast = (at: number) => until(Date.now, (now) => now > at)

export const startSubject = (name: SubjectName): Promise<Subject> => (name === 'the model' ? startModelSubject() : startEmbeddedSubject())

export const summaryOf = async (client: KinesisClient, stream: string): Promise<StreamDescriptionSummary> => {
  const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: stream }))
  if (StreamDescriptionSummary === undefined) throw new Error('DescribeStreamSummary answers without a description')
  return StreamDescriptionSummary
}

export const untilActive = (client: KinesisClient, stream: string) =>
  until(
    async () => (await summaryOf(client, stream)).StreamStatus,
    (status) => status === 'ACTIVE',
  )

export const makeStream = async (client: KinesisClient, name: string, shards: number): Promise<void> => {
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }))
  await untilActive(client, name)
}

let streams = 0
/** A stream of its own for a case, ACTIVE. */
export const freshStream = async (client: KinesisClient, shards: number): Promise<string> => {
  streams += 1
  const name = `conformance-${streams}`
  await makeStream(client, name, shards)
  return name
}

export const shardsOf = async (client: KinesisClient, stream: string): Promise<Shard[]> => {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }))
  return Shards
}

/** The n-th shard of a stream. Both servers number them alike, as AWS does. */
export const shardId = (n: number): string => `shardId-${String(n).padStart(12, '0')}`

export const split = async (client: KinesisClient, stream: string, shard: string, at: bigint): Promise<void> => {
  await client.send(new SplitShardCommand({ StreamName: stream, ShardToSplit: shard, NewStartingHashKey: String(at) }))
  await untilActive(client, stream)
}

export const merge = async (client: KinesisClient, stream: string, left: string, right: string): Promise<void> => {
  await client.send(new MergeShardsCommand({ StreamName: stream, ShardToMerge: left, AdjacentShardToMerge: right }))
  await untilActive(client, stream)
}

export const putText = async (client: KinesisClient, stream: string, data: string, explicitHashKey?: string): Promise<{ shard: string; sequence: string }> => {
  const output = await client.send(
    new PutRecordCommand({ StreamName: stream, PartitionKey: `key of ${data}`, Data: Buffer.from(data), ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }) }),
  )
  return { shard: output.ShardId ?? '', sequence: output.SequenceNumber ?? '' }
}

export type Place = Omit<GetShardIteratorCommandInput, 'StreamName' | 'StreamARN' | 'ShardId'>

export const iteratorAt = async (client: KinesisClient, stream: string, shard: string, place: Place): Promise<string> => {
  const { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName: stream, ShardId: shard, ...place }))
  if (!ShardIterator) throw new Error('GetShardIterator answers without an iterator')
  return ShardIterator
}

export interface Page {
  texts: string[]
  sequences: string[]
  arrivals: number[]
  behind: number | undefined
  /** Null at the end, whether the key is absent or null. */
  next: string | null
  children: { id: string | undefined; parents: string[] | undefined; start: string | undefined; end: string | undefined }[] | null
}

export const pageOf = async (client: KinesisClient, iterator: string, limit?: number): Promise<Page> => {
  const { Records = [], MillisBehindLatest, NextShardIterator, ChildShards } = await client.send(new GetRecordsCommand({ ShardIterator: iterator, ...(limit === undefined ? {} : { Limit: limit }) }))
  return {
    texts: Records.map(({ Data }) => Buffer.from(Data ?? []).toString()),
    sequences: Records.map(({ SequenceNumber }) => SequenceNumber ?? ''),
    arrivals: Records.map(({ ApproximateArrivalTimestamp }) => ApproximateArrivalTimestamp?.getTime() ?? Number.NaN),
    behind: MillisBehindLatest,
    next: NextShardIterator ?? null,
    children: ChildShards?.map(({ ShardId, ParentShards, HashKeyRange }) => ({ id: ShardId, parents: ParentShards, start: HashKeyRange?.StartingHashKey, end: HashKeyRange?.EndingHashKey })) ?? null,
  }
}

/** The first page from a place. */
export const readAt = async (client: KinesisClient, stream: string, shard: string, place: Place): Promise<Page> => pageOf(client, await iteratorAt(client, stream, shard, place))

/** Pages until the last one, which has no next iterator. */
export const readToEnd = async (client: KinesisClient, stream: string, shard: string, place: Place = { ShardIteratorType: 'TRIM_HORIZON' }): Promise<{ texts: string[]; sequences: string[]; last: Page }> => {
  let iterator: string | null = await iteratorAt(client, stream, shard, place)
  const texts: string[] = []
  const sequences: string[] = []
  for (let pages = 0; pages < 20; pages += 1) {
    const last = await pageOf(client, iterator)
    texts.push(...last.texts)
    sequences.push(...last.sequences)
    if (last.next === null) return { texts, sequences, last }
    iterator = last.next
  }
  throw new Error(`${shard} does not end`)
}

/** The name of the error that a call is refused with. */
export const refusal = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
  } catch (error) {
    return (error as Error).name
  }
  return 'not refused'
}

/**
 * Values outside their range: the documents name InvalidArgumentException (GetRecords' Limit), the service has been seen to answer
 * ValidationException where its model states the range. The reader takes both alike (`faultOf`).
 */
export const INVALID = /^(InvalidArgument|Validation)Exception$/

export const ascending = (sequences: readonly string[]): boolean => sequences.every((sequence, n) => n === 0 || BigInt(sequences[n - 1] ?? 0) < BigInt(sequence))
