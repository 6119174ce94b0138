import { CreateStreamCommand, DecreaseStreamRetentionPeriodCommand, DeleteStreamCommand, DescribeStreamSummaryCommand, GetRecordsCommand, IncreaseStreamRetentionPeriodCommand, ListShardsCommand, ListStreamsCommand } from '@aws-sdk/client-kinesis'
import { expect } from 'vitest'
import { type Case, freshStream, iteratorAt, makeStream, putText, readAt, refusal, shardId, summaryOf, until, untilPast } from './subject.ts'

export const streamCases: Case[] = [
  {
    name: 'DescribeStreamSummary tells name, ARN, state, retention, creation and open shards',
    async run({ client }) {
      const stream = await freshStream(client, 3)
      const summary = await summaryOf(client, stream)
      expect(summary).toMatchObject({
        StreamName: stream,
        StreamARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`,
        StreamStatus: 'ACTIVE',
        RetentionPeriodHours: 24,
        OpenShardCount: 3,
        ConsumerCount: 0,
        EncryptionType: 'NONE',
        StreamModeDetails: { StreamMode: 'PROVISIONED' },
        EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      })
      expect(Math.abs(Number(summary.StreamCreationTimestamp) - Date.now())).toBeLessThan(20_000)
    },
  },
  {
    name: 'DescribeStreamSummary tells the largest record that the stream takes',
    async run({ client }) {
      expect((await summaryOf(client, await freshStream(client, 1))).MaxRecordSizeInKiB).toBe(1024)
    },
  },
  {
    name: 'a stream is named by its ARN as well',
    async run({ client }) {
      const stream = await freshStream(client, 2)
      const StreamARN = (await summaryOf(client, stream)).StreamARN
      expect((await client.send(new DescribeStreamSummaryCommand({ StreamARN }))).StreamDescriptionSummary?.StreamName).toBe(stream)
      expect((await client.send(new ListShardsCommand({ StreamARN }))).Shards).toHaveLength(2)
      await putText(client, stream, 'a', '0')
      const iterator = await iteratorAt(client, stream, shardId(0), { ShardIteratorType: 'TRIM_HORIZON' })
      expect((await client.send(new GetRecordsCommand({ StreamARN, ShardIterator: iterator }))).Records).toHaveLength(1)
    },
  },
  {
    name: 'a name is taken once',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      expect(await refusal(client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: 1 })))).toBe('ResourceInUseException')
    },
  },
  {
    name: 'a stream that was deleted and created again is another one: later, empty, and deaf to old iterators',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const before = (await summaryOf(client, stream)).StreamCreationTimestamp?.getTime() ?? Number.NaN
      const { sequence } = await putText(client, stream, 'old')
      const iterator = await iteratorAt(client, stream, shardId(0), { ShardIteratorType: 'TRIM_HORIZON' })
      await client.send(new DeleteStreamCommand({ StreamName: stream }))
      await until(
        () => refusal(summaryOf(client, stream)),
        (name) => name === 'ResourceNotFoundException',
      )
      expect(await refusal(client.send(new GetRecordsCommand({ ShardIterator: iterator })))).toBe('ResourceNotFoundException')
      // Creation times are told in seconds.
      await untilPast(before + 1100)
      await makeStream(client, stream, 1)
      const after = (await summaryOf(client, stream)).StreamCreationTimestamp?.getTime() ?? Number.NaN
      expect(after - before).toBeGreaterThanOrEqual(1000)
      expect((await readAt(client, stream, shardId(0), { ShardIteratorType: 'TRIM_HORIZON' })).texts).toEqual([])
      expect(BigInt((await putText(client, stream, 'new')).sequence)).toBeGreaterThan(BigInt(sequence))
    },
  },
  {
    name: 'ListStreams gives pages of names in order, and what to ask for next',
    async run({ client }) {
      for (let n = 0; n < 3; n += 1) await freshStream(client, 1)
      const found: string[] = []
      let start: string | undefined
      for (let pages = 0; pages < 200; pages += 1) {
        const { StreamNames = [], HasMoreStreams } = await client.send(new ListStreamsCommand({ Limit: 2, ...(start === undefined ? {} : { ExclusiveStartStreamName: start }) }))
        expect(StreamNames.length).toBeLessThanOrEqual(2)
        found.push(...StreamNames)
        start = StreamNames.at(-1)
        if (!HasMoreStreams) break
      }
      expect(found.length).toBeGreaterThanOrEqual(3)
      expect(found).toEqual(found.toSorted())
      expect(new Set(found).size).toBe(found.length)
    },
  },
  {
    name: 'ListStreams tells summaries with ARN, state and mode',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const { StreamSummaries = [] } = await client.send(new ListStreamsCommand({ Limit: 1000 }))
      expect(StreamSummaries.find(({ StreamName }) => StreamName === stream)).toMatchObject({ StreamARN: expect.stringContaining(`:stream/${stream}`), StreamStatus: 'ACTIVE', StreamModeDetails: { StreamMode: 'PROVISIONED' } })
    },
  },
  {
    name: 'retention grows and shrinks between 24 and 8,760 hours, each by its own call',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const increase = (RetentionPeriodHours: number) => client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName: stream, RetentionPeriodHours }))
      const decrease = (RetentionPeriodHours: number) => client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName: stream, RetentionPeriodHours }))
      const untilRetention = (expected: number) =>
        until(
          async () => (await summaryOf(client, stream)).RetentionPeriodHours,
          (hours) => hours === expected,
        )
      await increase(48)
      await untilRetention(48)
      expect(await refusal(increase(30))).toBe('InvalidArgumentException')
      expect(await refusal(increase(8761))).toMatch(/^(InvalidArgument|Validation)Exception$/)
      expect(await refusal(decrease(72))).toBe('InvalidArgumentException')
      await decrease(24)
      await untilRetention(24)
    },
  },
]
