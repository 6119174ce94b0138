import { CreateStreamCommand, DescribeStreamSummaryCommand, GetRecordsCommand, GetShardIteratorCommand, type KinesisClient, ListShardsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { expect } from 'vitest'

export interface Put {
  key: string
  data: Uint8Array
  explicitHashKey?: string
}

/** Makes a stream and waits until it can be used; returns its ARN. */
export const createStream = async (client: KinesisClient, name: string, shards: number): Promise<string> => {
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }))
  let arn = ''
  await expect
    .poll(
      async () => {
        const { StreamDescriptionSummary: summary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: name }))
        arn = summary?.StreamARN ?? ''
        return summary?.StreamStatus
      },
      { timeout: 20_000, interval: 50 },
    )
    .toBe('ACTIVE')
  return arn
}

export const put = async (client: KinesisClient, stream: string, records: readonly Put[]): Promise<void> => {
  for (let at = 0; at < records.length; at += 400) {
    const { FailedRecordCount } = await client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: records.slice(at, at + 400).map(({ key, data, explicitHashKey }) => ({
          PartitionKey: key,
          Data: data,
          ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }),
        })),
      }),
    )
    expect(FailedRecordCount ?? 0).toBe(0)
  }
}

/** Everything that is on a stream, read by the SDK alone, in the order of each shard. */
export const readAll = async (client: KinesisClient, stream: string): Promise<{ shardId: string; key: string; data: Buffer }[]> => {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }))
  const all: { shardId: string; key: string; data: Buffer }[] = []
  for (const { ShardId: shardId = '' } of Shards) {
    const first = await client.send(new GetShardIteratorCommand({ StreamName: stream, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }))
    let iterator = first.ShardIterator
    while (iterator !== undefined) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
      for (const { PartitionKey = '', Data = new Uint8Array() } of page.Records ?? []) all.push({ shardId, key: PartitionKey, data: Buffer.from(Data) })
      iterator = page.MillisBehindLatest === 0 ? undefined : page.NextShardIterator
    }
  }
  return all
}

/** Keys and bytes without their order, to compare what two places hold. */
export const multiset = (records: readonly { key: string; data: Uint8Array }[]): string[] =>
  records.map(({ key, data }) => `${key} ${Buffer.from(data).toString('base64')}`).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
