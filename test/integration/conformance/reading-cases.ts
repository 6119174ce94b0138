import { DescribeStreamSummaryCommand, GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis'
import { expect } from 'vitest'
import { serverDate } from '../../../electron/kinesis/server-date.ts'
import { ascending, type Case, freshStream, INVALID, iteratorAt, pageOf, putText, readAt, refusal, shardId, shardsOf, split, untilPast } from './subject.ts'

const FIRST = shardId(0)

const letters = async (client: KinesisClient): Promise<{ stream: string; sequences: string[] }> => {
  const stream = await freshStream(client, 1)
  const sequences: string[] = []
  for (const text of ['a', 'b', 'c', 'd']) sequences.push((await putText(client, stream, text)).sequence)
  return { stream, sequences }
}

/** The server's time, ms, to the second. */
const serverTime = async (client: KinesisClient, stream: string): Promise<number> => {
  const date = serverDate(await client.send(new DescribeStreamSummaryCommand({ StreamName: stream })))
  if (date === null) throw new Error('the answer has no Date')
  return date
}

const dates: Case[] = [
  {
    name: 'answers carry the server’s Date',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      expect(Math.abs((await serverTime(client, stream)) - Date.now())).toBeLessThan(5000)
    },
  },
]

const places: Case[] = [
  {
    name: 'TRIM_HORIZON begins with the oldest record, LATEST after the newest',
    async run({ client }) {
      const { stream } = await letters(client)
      const latest = await iteratorAt(client, stream, FIRST, { ShardIteratorType: 'LATEST' })
      await putText(client, stream, 'e')
      expect((await readAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })).texts).toEqual(['a', 'b', 'c', 'd', 'e'])
      expect((await pageOf(client, latest)).texts).toEqual(['e'])
    },
  },
  {
    name: 'AT_SEQUENCE_NUMBER begins with its record, AFTER_SEQUENCE_NUMBER with the next one',
    async run({ client }) {
      const { stream, sequences } = await letters(client)
      const at = (ShardIteratorType: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber = sequences[1]) => readAt(client, stream, FIRST, { ShardIteratorType, StartingSequenceNumber })
      expect((await at('AT_SEQUENCE_NUMBER')).texts).toEqual(['b', 'c', 'd'])
      expect((await at('AFTER_SEQUENCE_NUMBER')).texts).toEqual(['c', 'd'])
    },
  },
  {
    name: 'AFTER_SEQUENCE_NUMBER of the last record waits at the tip for the next one',
    async run({ client }) {
      const { stream, sequences } = await letters(client)
      const page = await readAt(client, stream, FIRST, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: sequences.at(-1) })
      expect(page).toMatchObject({ texts: [], behind: 0, next: expect.any(String) })
      await putText(client, stream, 'e')
      expect((await pageOf(client, page.next ?? '')).texts).toEqual(['e'])
    },
  },
  {
    name: 'the shard’s own starting sequence number is a place before its first record',
    async run({ client }) {
      const { stream, sequences } = await letters(client)
      const [{ SequenceNumberRange } = {}] = await shardsOf(client, stream)
      const start = SequenceNumberRange?.StartingSequenceNumber ?? ''
      for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const) {
        expect((await readAt(client, stream, FIRST, { ShardIteratorType, StartingSequenceNumber: start })).texts).toEqual(['a', 'b', 'c', 'd'])
      }
      expect(BigInt(start)).toBeLessThan(BigInt(sequences[0] ?? 0))
    },
  },
  {
    name: 'AT_TIMESTAMP in the past begins with the first record at or after it',
    async run({ client }) {
      const { stream } = await letters(client)
      // Another millisecond, so that arrivals tell the two halves apart.
      const { arrivals: before } = await readAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      await untilPast(Math.max(...before) + 1)
      await putText(client, stream, 'e')
      await putText(client, stream, 'f')
      const { arrivals } = await readAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      const at = async (ms: number) => (await readAt(client, stream, FIRST, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(ms) })).texts
      expect(await at(arrivals[4] ?? 0)).toEqual(['e', 'f'])
      expect(await at((arrivals[4] ?? 0) - 1)).toEqual(['e', 'f'])
      expect(await at(arrivals[0] ?? 0)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    },
  },
  {
    name: 'AT_TIMESTAMP before the retention is TRIM_HORIZON, after the last record it is the tip',
    async run({ client }) {
      const { stream } = await letters(client)
      const all = await readAt(client, stream, FIRST, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(Date.UTC(2015, 0, 1)) })
      expect(all.texts).toEqual(['a', 'b', 'c', 'd'])
      const after = (all.arrivals.at(-1) ?? 0) + 1
      await untilPast(after)
      expect(await readAt(client, stream, FIRST, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(after) })).toMatchObject({ texts: [], behind: 0, next: expect.any(String) })
    },
  },
  {
    name: 'AT_TIMESTAMP in the future is refused',
    async run({ client }) {
      const { stream } = await letters(client)
      const future = new Date((await serverTime(client, stream)) + 3_600_000)
      expect(await refusal(readAt(client, stream, FIRST, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: future }))).toBe('InvalidArgumentException')
    },
  },
  {
    name: 'a place that lacks its sequence number or time is refused',
    async run({ client }) {
      const { stream } = await letters(client)
      for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'AT_TIMESTAMP'] as const) {
        expect(await refusal(readAt(client, stream, FIRST, { ShardIteratorType }))).toMatch(INVALID)
      }
    },
  },
]


const pages: Case[] = [
  {
    name: 'Limit makes pages that go on exactly, with lag before the tip and none at it',
    async run({ client }) {
      const { stream } = await letters(client)
      const pages = [await pageOf(client, await iteratorAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' }), 3)]
      pages.push(await pageOf(client, pages[0]?.next ?? '', 3))
      pages.push(await pageOf(client, pages[1]?.next ?? '', 3))
      expect(pages.map(({ texts }) => texts)).toEqual([['a', 'b', 'c'], ['d'], []])
      expect(pages.map(({ behind = -1 }) => behind > 0)).toEqual([true, false, false])
      expect(pages.slice(1).map(({ behind }) => behind)).toEqual([0, 0])
    },
  },
  {
    name: 'an empty open shard answers an empty page at its tip, again and again',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const first = await readAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      expect(first).toMatchObject({ texts: [], behind: 0, children: null })
      expect(await pageOf(client, first.next ?? '')).toMatchObject({ texts: [], behind: 0, next: expect.any(String) })
    },
  },
  {
    name: 'an iterator can be used twice, and gives what came meanwhile too',
    async run({ client }) {
      const { stream } = await letters(client)
      const iterator = await iteratorAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      expect((await pageOf(client, iterator)).texts).toEqual(['a', 'b', 'c', 'd'])
      await putText(client, stream, 'e')
      expect((await pageOf(client, iterator)).texts).toEqual(['a', 'b', 'c', 'd', 'e'])
    },
  },
  {
    name: 'sequence numbers ascend within a shard, as they were told by the puts',
    async run({ client }) {
      const { stream, sequences: told } = await letters(client)
      const { sequences } = await readAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      expect(sequences).toEqual(told)
      expect(ascending(sequences)).toBe(true)
    },
  },
  {
    name: 'records carry key, bytes and a recent arrival; an empty record is one',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      await putText(client, stream, '')
      await putText(client, stream, 'ÿ\u0000🙂')
      const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator: await iteratorAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' }) }))
      expect(Records.map(({ Data, PartitionKey }) => [Buffer.from(Data ?? []).toString(), PartitionKey])).toEqual([
        ['', 'key of '],
        ['ÿ\u0000🙂', 'key of ÿ\u0000🙂'],
      ])
      for (const { ApproximateArrivalTimestamp } of Records) expect(Math.abs(Number(ApproximateArrivalTimestamp) - Date.now())).toBeLessThan(10_000)
    },
  },
]

const refusals: Case[] = [
  {
    name: 'an unknown stream or shard is ResourceNotFoundException',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      expect(await refusal(readAt(client, 'no-such-stream', FIRST, { ShardIteratorType: 'LATEST' }))).toBe('ResourceNotFoundException')
      expect(await refusal(readAt(client, stream, shardId(7), { ShardIteratorType: 'LATEST' }))).toBe('ResourceNotFoundException')
      expect(await refusal(client.send(new DescribeStreamSummaryCommand({ StreamName: 'no-such-stream' })))).toBe('ResourceNotFoundException')
    },
  },
  {
    name: 'an iterator that is none is InvalidArgumentException',
    async run({ client }) {
      expect(await refusal(pageOf(client, 'AAAAAAAAAAFnonsense'))).toBe('InvalidArgumentException')
    },
  },
  {
    name: 'a sequence number of another shard is InvalidArgumentException',
    async run({ client }) {
      const stream = await freshStream(client, 2)
      const { shard, sequence } = await putText(client, stream, 'a', '0')
      expect(shard).toBe(FIRST)
      for (const ShardIteratorType of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const) {
        expect(await refusal(readAt(client, stream, shardId(1), { ShardIteratorType, StartingSequenceNumber: sequence }))).toBe('InvalidArgumentException')
      }
    },
  },
  {
    name: 'a sequence number of another stream is InvalidArgumentException',
    async run({ client }) {
      const [one, other] = [await freshStream(client, 1), await freshStream(client, 2)]
      // Of a shard with a number that the first stream has not.
      const { shard, sequence } = await putText(client, other, 'a', String(2n ** 128n - 1n))
      expect(shard).toBe(shardId(1))
      expect(await refusal(readAt(client, one, FIRST, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: sequence }))).toBe('InvalidArgumentException')
    },
  },
  {
    name: 'a text that is no sequence number is refused',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      expect(await refusal(readAt(client, stream, FIRST, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: 'nonsense' }))).toMatch(INVALID)
    },
  },
  {
    name: 'a Limit of 0 or over 10,000 is refused',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const iterator = await iteratorAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      for (const limit of [0, 10_001]) expect(await refusal(pageOf(client, iterator, limit))).toMatch(INVALID)
    },
  },
]

const limits: Case[] = [
  {
    name: 'an iterator expires after five minutes, whether it was used or not',
    async run({ limited, passTime }) {
      const stream = await freshStream(limited, 1)
      const iterator = await iteratorAt(limited, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      passTime(299_000)
      expect((await pageOf(limited, iterator)).texts).toEqual([])
      passTime(2000)
      expect(await refusal(pageOf(limited, iterator))).toBe('ExpiredIteratorException')
    },
  },
  {
    name: 'the sixth GetRecords of a second is throttled, and the sixth GetShardIterator',
    async run({ limited }) {
      const stream = await freshStream(limited, 1)
      const iterator = await iteratorAt(limited, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      const reads = await Promise.all(Array.from({ length: 6 }, () => refusal(limited.send(new GetRecordsCommand({ ShardIterator: iterator })))))
      expect(reads.filter((name) => name === 'ProvisionedThroughputExceededException')).toHaveLength(1)
      const iterators = await Promise.all(Array.from({ length: 6 }, () => refusal(limited.send(new GetShardIteratorCommand({ StreamName: stream, ShardId: FIRST, ShardIteratorType: 'LATEST' })))))
      expect(iterators.filter((name) => name === 'ProvisionedThroughputExceededException').length).toBeGreaterThanOrEqual(1)
    },
  },
  {
    name: 'records leave a shard with the retention, and a closed shard the listing',
    async run({ limited, passTime }) {
      const stream = await freshStream(limited, 1)
      await putText(limited, stream, 'old')
      await split(limited, stream, FIRST, 2n ** 127n)
      passTime(23 * 3_600_000)
      await putText(limited, stream, 'new', '0')
      expect((await readAt(limited, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })).texts).toEqual(['old'])
      passTime(2 * 3_600_000)
      expect(await refusal(readAt(limited, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' }))).toBe('ResourceNotFoundException')
      expect((await readAt(limited, stream, shardId(1), { ShardIteratorType: 'TRIM_HORIZON' })).texts).toEqual(['new'])
    },
  },
]

export const readingCases: Case[] = [...dates, ...places, ...pages, ...refusals]

/** These move the clock, or use limits up. */
export const readingLimitCases: Case[] = limits
