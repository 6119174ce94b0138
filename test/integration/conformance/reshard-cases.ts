import { ListShardsCommand, MergeShardsCommand, type Shard, SplitShardCommand, UpdateShardCountCommand } from '@aws-sdk/client-kinesis'
import { expect } from 'vitest'
import { ascending, type Case, freshStream, merge, putText, readAt, readToEnd, refusal, shardId, shardsOf, split, summaryOf, untilActive } from './subject.ts'

const MIDDLE = 2n ** 127n
const LAST_KEY = String(2n ** 128n - 1n)

const rangeOf = ({ HashKeyRange }: Shard) => ({ start: BigInt(HashKeyRange?.StartingHashKey ?? -1), end: BigInt(HashKeyRange?.EndingHashKey ?? -1) })
const isClosed = ({ SequenceNumberRange }: Shard): boolean => SequenceNumberRange?.EndingSequenceNumber !== undefined
const startOf = (shard: Shard | undefined): string => shard?.SequenceNumberRange?.StartingSequenceNumber ?? '0'
const endOf = (shard: Shard | undefined): string => shard?.SequenceNumberRange?.EndingSequenceNumber ?? '0'

const expectTiles = (shards: Shard[]): void => {
  const ranges = shards.map(rangeOf).toSorted((a, b) => (a.start < b.start ? -1 : 1))
  let next = 0n
  for (const { start, end } of ranges) {
    expect(start).toBe(next)
    next = end + 1n
  }
  expect(next).toBe(2n ** 128n)
}

const ends: Case[] = [
  {
    name: 'a split shard ends with its last record, a null iterator and two children that name one parent',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      await putText(client, stream, 'a')
      await putText(client, stream, 'b')
      await split(client, stream, shardId(0), MIDDLE)
      const { texts, last } = await readToEnd(client, stream, shardId(0))
      expect(texts).toEqual(['a', 'b'])
      expect(last.children?.toSorted((x, y) => ((x.id ?? '') < (y.id ?? '') ? -1 : 1))).toEqual([
        { id: shardId(1), parents: [shardId(0)], start: '0', end: String(MIDDLE - 1n) },
        { id: shardId(2), parents: [shardId(0)], start: String(MIDDLE), end: LAST_KEY },
      ])
      expect(last.behind).toBe(0)
    },
  },
  {
    name: 'both shards of a merge end with the one child, which names two parents',
    async run({ client }) {
      const stream = await freshStream(client, 2)
      await putText(client, stream, 'left', '0')
      await putText(client, stream, 'right', LAST_KEY)
      await merge(client, stream, shardId(0), shardId(1))
      for (const [shard, text] of [[shardId(0), 'left'], [shardId(1), 'right']] as const) {
        const { texts, last } = await readToEnd(client, stream, shard)
        expect(texts).toEqual([text])
        expect(last.children).toMatchObject([{ id: shardId(2), start: '0', end: LAST_KEY }])
        expect(last.children?.[0]?.parents?.toSorted()).toEqual([shardId(0), shardId(1)])
      }
    },
  },
  {
    name: 'an empty closed shard ends at once, from whatever place',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const before = await readAt(client, stream, shardId(0), { ShardIteratorType: 'LATEST' })
      await split(client, stream, shardId(0), MIDDLE)
      for (const ShardIteratorType of ['TRIM_HORIZON', 'LATEST'] as const) {
        const { texts, last } = await readToEnd(client, stream, shardId(0), { ShardIteratorType })
        expect(texts).toEqual([])
        expect(last.children).toHaveLength(2)
      }
      expect(before.next).not.toBeNull()
    },
  },
  {
    name: 'a place after the last record of a closed shard is its end',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const { sequence } = await putText(client, stream, 'a')
      await split(client, stream, shardId(0), MIDDLE)
      const { texts, last } = await readToEnd(client, stream, shardId(0), { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: sequence })
      expect(texts).toEqual([])
      expect(last.children).toHaveLength(2)
    },
  },
]

const lineage: Case[] = [
  {
    name: 'the listing keeps closed shards, with parents, ranges that tile and ends',
    async run({ client }) {
      const stream = await freshStream(client, 2)
      await split(client, stream, shardId(0), 2n ** 126n)
      await merge(client, stream, shardId(3), shardId(1))
      const shards = await shardsOf(client, stream)
      expect(shards.map(({ ShardId }) => ShardId)).toEqual([0, 1, 2, 3, 4].map(shardId))
      expect(shards.map(isClosed)).toEqual([true, true, false, true, false])
      expect(shards.slice(0, 4).map(({ ParentShardId, AdjacentParentShardId }) => [ParentShardId, AdjacentParentShardId])).toEqual([
        [undefined, undefined],
        [undefined, undefined],
        [shardId(0), undefined],
        [shardId(0), undefined],
      ])
      expect([shards[4]?.ParentShardId, shards[4]?.AdjacentParentShardId]).toEqual([shardId(3), shardId(1)])
      expectTiles(shards.slice(0, 2))
      expectTiles(shards.filter((shard) => !isClosed(shard)))
    },
  },
  {
    name: 'sequence numbers of a generation come after all of the one before',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const first = [(await putText(client, stream, 'a')).sequence, (await putText(client, stream, 'b')).sequence]
      await split(client, stream, shardId(0), MIDDLE)
      const second = [(await putText(client, stream, 'c', '0')).sequence]
      await merge(client, stream, shardId(1), shardId(2))
      const third = [(await putText(client, stream, 'd')).sequence, (await putText(client, stream, 'e')).sequence]
      expect(ascending([...first, ...second, ...third])).toBe(true)
    },
  },
  {
    name: 'a shard’s starting sequence number comes after its parents’ records and before its own, after a split and after a merge',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const numbers = [(await putText(client, stream, 'a')).sequence]
      await split(client, stream, shardId(0), MIDDLE)
      numbers.push(startOf((await shardsOf(client, stream))[2]), (await putText(client, stream, 'b', LAST_KEY)).sequence)
      expect(ascending(numbers)).toBe(true)
      await merge(client, stream, shardId(1), shardId(2))
      numbers.push(startOf((await shardsOf(client, stream))[3]), (await putText(client, stream, 'c')).sequence)
      expect(ascending(numbers), 'of a merged shard').toBe(true)
    },
  },
  {
    name: 'a closed shard’s ending sequence number comes after its records and before its children',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const { sequence } = await putText(client, stream, 'a')
      await split(client, stream, shardId(0), MIDDLE)
      const [parent, left, right] = await shardsOf(client, stream)
      expect(ascending([sequence, endOf(parent)])).toBe(true)
      expect(ascending([endOf(parent), startOf(left)])).toBe(true)
      expect(ascending([endOf(parent), startOf(right)])).toBe(true)
    },
  },
  {
    name: 'ListShards gives pages; a token stands alone, and a shard to start after skips those before',
    async run({ client }) {
      const stream = await freshStream(client, 5)
      const first = await client.send(new ListShardsCommand({ StreamName: stream, MaxResults: 2 }))
      const second = await client.send(new ListShardsCommand({ NextToken: first.NextToken, MaxResults: 2 }))
      const third = await client.send(new ListShardsCommand({ NextToken: second.NextToken, MaxResults: 2 }))
      expect([first, second, third].map(({ Shards = [] }) => Shards.map(({ ShardId }) => ShardId))).toEqual([[0, 1].map(shardId), [2, 3].map(shardId), [4].map(shardId)])
      expect(third.NextToken ?? null).toBeNull()
      const rest = await client.send(new ListShardsCommand({ StreamName: stream, ExclusiveStartShardId: shardId(2) }))
      expect(rest.Shards?.map(({ ShardId }) => ShardId)).toEqual([3, 4].map(shardId))
    },
  },
  {
    name: 'ListShards refuses a token beside a stream, a token that is none, and neither',
    async run({ client }) {
      const stream = await freshStream(client, 3)
      const { NextToken } = await client.send(new ListShardsCommand({ StreamName: stream, MaxResults: 1 }))
      expect(await refusal(client.send(new ListShardsCommand({ NextToken, StreamName: stream })))).toBe('InvalidArgumentException')
      expect(await refusal(client.send(new ListShardsCommand({ NextToken: 'nonsense' })))).toBe('InvalidArgumentException')
      expect(await refusal(client.send(new ListShardsCommand({})))).toBe('InvalidArgumentException')
    },
  },
  {
    name: 'ListShards refuses a token beside a shard to start after',
    async run({ client }) {
      const stream = await freshStream(client, 3)
      const { NextToken } = await client.send(new ListShardsCommand({ StreamName: stream, MaxResults: 1 }))
      expect(await refusal(client.send(new ListShardsCommand({ NextToken, ExclusiveStartShardId: shardId(1) })))).toBe('InvalidArgumentException')
    },
  },
]

const changes: Case[] = [
  {
    name: 'UpdateShardCount doubles and halves, and what is open tiles again',
    async run({ client }) {
      const stream = await freshStream(client, 2)
      for (const [from, to] of [[2, 4], [4, 2], [2, 3]] as const) {
        const answer = await client.send(new UpdateShardCountCommand({ StreamName: stream, TargetShardCount: to, ScalingType: 'UNIFORM_SCALING' }))
        expect(answer).toMatchObject({ StreamName: stream, CurrentShardCount: from, TargetShardCount: to })
        await untilActive(client, stream)
        const open = (await shardsOf(client, stream)).filter((shard) => !isClosed(shard))
        expect(open).toHaveLength(to)
        expectTiles(open)
        expect((await summaryOf(client, stream)).OpenShardCount).toBe(to)
      }
    },
  },
  {
    name: 'UpdateShardCount refuses more than double and less than half',
    async run({ client }) {
      const stream = await freshStream(client, 4)
      for (const TargetShardCount of [9, 1]) {
        expect(await refusal(client.send(new UpdateShardCountCommand({ StreamName: stream, TargetShardCount, ScalingType: 'UNIFORM_SCALING' })))).toMatch(/^(LimitExceeded|InvalidArgument)Exception$/)
      }
    },
  },
  {
    name: 'a split outside of the shard’s range and a merge of shards that are not adjacent are refused',
    async run({ client }) {
      const stream = await freshStream(client, 3)
      const splitAt = (ShardToSplit: string, NewStartingHashKey: string) => refusal(client.send(new SplitShardCommand({ StreamName: stream, ShardToSplit, NewStartingHashKey })))
      expect(await splitAt(shardId(0), LAST_KEY)).toBe('InvalidArgumentException')
      expect(await refusal(client.send(new MergeShardsCommand({ StreamName: stream, ShardToMerge: shardId(0), AdjacentShardToMerge: shardId(2) })))).toBe('InvalidArgumentException')
    },
  },
  {
    name: 'a stream that is being resharded is not ACTIVE, and refuses another reshard',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const command = new SplitShardCommand({ StreamName: stream, ShardToSplit: shardId(0), NewStartingHashKey: String(MIDDLE) })
      const both = await Promise.all([refusal(client.send(command)), refusal(client.send(command))])
      expect(both.toSorted()).toEqual(['ResourceInUseException', 'not refused'])
      await untilActive(client, stream)
      expect(await shardsOf(client, stream)).toHaveLength(3)
    },
  },
]

/** It moves the clock. */
export const tokenCases: Case[] = [
  {
    name: 'a token of ListShards expires after 300 s',
    async run({ limited, passTime }) {
      const stream = await freshStream(limited, 3)
      const { NextToken } = await limited.send(new ListShardsCommand({ StreamName: stream, MaxResults: 1 }))
      passTime(299_000)
      expect((await limited.send(new ListShardsCommand({ NextToken }))).Shards).toHaveLength(2)
      passTime(2000)
      expect(await refusal(limited.send(new ListShardsCommand({ NextToken })))).toBe('ExpiredNextTokenException')
    },
  },
]

export const reshardCases: Case[] = [...ends, ...lineage, ...changes]
