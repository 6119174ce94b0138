import { PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { expect } from 'vitest'
import { hashKeyOf } from '../../../electron/kinesis/hash-key.ts'
import { type Case, freshStream, INVALID, putText, readAt, refusal, shardId, shardsOf } from './subject.ts'

const MIB = 1024 * 1024

export const writingCases: Case[] = [
  {
    name: 'PutRecords answers by index, with the shard and sequence number that reading shows',
    async run({ client }) {
      const stream = await freshStream(client, 2)
      const texts = Array.from({ length: 20 }, (_, n) => `record ${n}`)
      const { FailedRecordCount, Records = [] } = await client.send(
        new PutRecordsCommand({ StreamName: stream, Records: texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) })) }),
      )
      expect(FailedRecordCount).toBe(0)
      expect(Records).toHaveLength(20)
      const byPut = texts.map((text, n) => `${Records[n]?.ShardId} ${Records[n]?.SequenceNumber} ${text}`)
      const byRead: string[] = []
      for (const shard of [shardId(0), shardId(1)]) {
        const page = await readAt(client, stream, shard, { ShardIteratorType: 'TRIM_HORIZON' })
        byRead.push(...page.texts.map((text, n) => `${shard} ${page.sequences[n]} ${text}`))
      }
      expect(byRead.toSorted()).toEqual(byPut.toSorted())
    },
  },
  {
    name: 'a key goes to the shard that holds its MD5; an explicit hash key overrides it',
    async run({ client }) {
      const stream = await freshStream(client, 4)
      const ranges = (await shardsOf(client, stream)).map(({ ShardId, HashKeyRange }) => ({ id: ShardId, start: BigInt(HashKeyRange?.StartingHashKey ?? 0), end: BigInt(HashKeyRange?.EndingHashKey ?? 0) }))
      const ownerOf = (key: bigint) => ranges.find(({ start, end }) => start <= key && key <= end)?.id
      const keys = ['a', 'b', 'müller', '🙂', '0', 'x'.repeat(256), ...Array.from({ length: 10 }, (_, n) => `key ${n}`)]
      const { Records = [] } = await client.send(new PutRecordsCommand({ StreamName: stream, Records: keys.map((PartitionKey) => ({ PartitionKey, Data: Buffer.from('x') })) }))
      expect(Records.map(({ ShardId }) => ShardId)).toEqual(keys.map((key) => ownerOf(hashKeyOf(key, null))))
      for (const { id, start, end } of ranges) {
        expect((await putText(client, stream, 'first', String(start))).shard).toBe(id)
        expect((await putText(client, stream, 'last', String(end))).shard).toBe(id)
      }
    },
  },
  {
    name: 'an empty key, one over 256 characters and a hash key outside of the space are refused',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const put = (PartitionKey: string, ExplicitHashKey?: string) => refusal(client.send(new PutRecordCommand({ StreamName: stream, PartitionKey, Data: Buffer.from('x'), ...(ExplicitHashKey === undefined ? {} : { ExplicitHashKey }) })))
      expect(await put('')).toMatch(INVALID)
      expect(await put('x'.repeat(257))).toMatch(INVALID)
      expect(await put('key', String(2n ** 128n))).toMatch(INVALID)
    },
  },
  {
    name: 'a hash key that is no number is refused',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      expect(await refusal(putText(client, stream, 'x', 'nonsense'))).toMatch(INVALID)
    },
  },
  {
    name: 'a key has 256 Unicode characters, however many units they take',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const put = (PartitionKey: string) => refusal(client.send(new PutRecordCommand({ StreamName: stream, PartitionKey, Data: Buffer.from('x') })))
      expect(await put('🙂'.repeat(257))).toMatch(INVALID)
      expect(await put('🙂'.repeat(256))).toBe('not refused')
    },
  },
  {
    name: 'a record of 1 MiB with its key goes in and comes back whole',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      await client.send(new PutRecordCommand({ StreamName: stream, PartitionKey: 'key', Data: Buffer.alloc(MIB - 3, 7) }))
      const { texts } = await readAt(client, stream, shardId(0), { ShardIteratorType: 'TRIM_HORIZON' })
      expect(texts[0]).toHaveLength(MIB - 3)
    },
  },
  {
    name: 'a record whose data is over 1 MiB is refused',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      expect(await refusal(client.send(new PutRecordCommand({ StreamName: stream, PartitionKey: 'key', Data: Buffer.alloc(MIB + 1) })))).toMatch(INVALID)
      expect((await readAt(client, stream, shardId(0), { ShardIteratorType: 'TRIM_HORIZON' })).texts).toEqual([])
    },
  },
  {
    name: 'a record whose data is over 1 MiB has its whole request refused',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const large = { PartitionKey: 'key', Data: Buffer.alloc(MIB + 1) }
      expect(await refusal(client.send(new PutRecordsCommand({ StreamName: stream, Records: [{ PartitionKey: 'a', Data: Buffer.from('small') }, large] })))).toMatch(INVALID)
      expect((await readAt(client, stream, shardId(0), { ShardIteratorType: 'TRIM_HORIZON' })).texts).toEqual([])
    },
  },
  {
    name: 'the key counts with the data of a record',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      expect(await refusal(client.send(new PutRecordCommand({ StreamName: stream, PartitionKey: 'key', Data: Buffer.alloc(MIB - 2) })))).toMatch(INVALID)
    },
  },
  {
    name: 'a request without entries is refused',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      expect(await refusal(client.send(new PutRecordsCommand({ StreamName: stream, Records: [] })))).toMatch(INVALID)
    },
  },
  {
    name: 'over 500 entries and over 10 MiB are refused',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const put = (count: number, bytes: number) => refusal(client.send(new PutRecordsCommand({ StreamName: stream, Records: Array.from({ length: count }, (_, n) => ({ PartitionKey: String(n), Data: Buffer.alloc(bytes) })) })))
      expect(await put(501, 1)).toMatch(INVALID)
      expect(await put(11, 1_000_000)).toMatch(INVALID)
      expect(await put(500, 1)).toBe('not refused')
    },
  },
  {
    name: 'PutRecord orders by SequenceNumberForOrdering',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const first = await putText(client, stream, 'a')
      const second = await client.send(new PutRecordCommand({ StreamName: stream, PartitionKey: 'k', Data: Buffer.from('b'), SequenceNumberForOrdering: first.sequence }))
      expect(BigInt(second.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.sequence))
    },
  },
  {
    name: 'a shard takes 1 MiB a second: what is over it fails by itself, the rest of the request does not',
    async run({ limited }) {
      const stream = await freshStream(limited, 1)
      const { FailedRecordCount, Records = [] } = await limited.send(
        new PutRecordsCommand({ StreamName: stream, Records: Array.from({ length: 4 }, (_, n) => ({ PartitionKey: String(n), Data: Buffer.alloc(400_000) })) }),
      )
      expect(FailedRecordCount).toBe(2)
      expect(Records.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, undefined, 'ProvisionedThroughputExceededException', 'ProvisionedThroughputExceededException'])
      expect(Records.map(({ SequenceNumber }) => SequenceNumber !== undefined)).toEqual([true, true, false, false])
    },
  },
]
