import { DeleteStreamCommand, DeregisterStreamConsumerCommand, DescribeStreamConsumerCommand, type KinesisClient, ListStreamConsumersCommand, RegisterStreamConsumerCommand, type StartingPosition, SubscribeToShardCommand, type SubscribeToShardEventStream } from '@aws-sdk/client-kinesis'
import { expect } from 'vitest'
import { type Case, freshStream, INVALID, putText, readAt, refusal, shardId, split, summaryOf, until, untilPast } from './subject.ts'

const FIRST = shardId(0)

const arnOf = async (client: KinesisClient, stream: string): Promise<string> => (await summaryOf(client, stream)).StreamARN ?? ''

/** Registers a consumer and waits until it can be used. */
const consumer = async (client: KinesisClient, stream: string, name: string): Promise<string> => {
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN: await arnOf(client, stream), ConsumerName: name }))
  const ConsumerARN = Consumer?.ConsumerARN ?? ''
  await until(
    async () => (await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }))).ConsumerDescription?.ConsumerStatus,
    (status) => status === 'ACTIVE',
  )
  return ConsumerARN
}

interface Pushed {
  texts: string[]
  sequences: string[]
  behind: number | undefined
  continuation: string | null
  children: { id: string | undefined; parents: string[] | undefined }[] | null
}

class Subscription implements AsyncDisposable {
  readonly #abort: AbortController
  readonly #events: AsyncIterator<SubscribeToShardEventStream>

  private constructor(abort: AbortController, events: AsyncIterator<SubscribeToShardEventStream>) {
    this.#abort = abort
    this.#events = events
  }

  static async open(client: KinesisClient, ConsumerARN: string, StartingPosition: StartingPosition, ShardId = FIRST): Promise<Subscription> {
    const abort = new AbortController()
    const { EventStream } = await client.send(new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition }), { abortSignal: abort.signal })
    if (EventStream === undefined) throw new Error('SubscribeToShard answers without events')
    return new Subscription(abort, EventStream[Symbol.asyncIterator]())
  }

  /** The next event; null at the end. Throws the exception that ends it. */
  async next(): Promise<Pushed | null> {
    for (;;) {
      const result = await this.#events.next()
      if (result.done === true) return null
      const event = result.value.SubscribeToShardEvent
      if (event === undefined) continue
      return {
        texts: (event.Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString()),
        sequences: (event.Records ?? []).map(({ SequenceNumber }) => SequenceNumber ?? ''),
        behind: event.MillisBehindLatest,
        continuation: event.ContinuationSequenceNumber ?? null,
        children: event.ChildShards?.map(({ ShardId, ParentShards }) => ({ id: ShardId, parents: ParentShards })) ?? null,
      }
    }
  }

  /** What comes up to this record; the last event with it. */
  async upTo(text: string): Promise<{ texts: string[]; last: Pushed }> {
    const texts: string[] = []
    for (;;) {
      const last = await this.next()
      if (last === null) throw new Error(`the subscription ended before ${text}`)
      texts.push(...last.texts)
      if (last.texts.includes(text)) return { texts, last }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
    await this.#events.return?.().catch(() => {})
  }
}

const consumers: Case[] = [
  {
    name: 'a consumer is registered, described by name and ARN, listed, counted and deregistered',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const StreamARN = await arnOf(client, stream)
      const ConsumerARN = await consumer(client, stream, 'reader')
      expect(ConsumerARN).toMatch(new RegExp(`^${StreamARN}/consumer/reader:\\d+$`))
      const known = { ConsumerName: 'reader', ConsumerARN, ConsumerStatus: 'ACTIVE', ConsumerCreationTimestamp: expect.any(Date) }
      expect((await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }))).ConsumerDescription).toMatchObject({ ...known, StreamARN })
      expect((await client.send(new DescribeStreamConsumerCommand({ StreamARN, ConsumerName: 'reader' }))).ConsumerDescription).toMatchObject(known)
      expect((await client.send(new ListStreamConsumersCommand({ StreamARN }))).Consumers).toMatchObject([known])
      expect((await summaryOf(client, stream)).ConsumerCount).toBe(1)
      await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }))
      await until(
        () => refusal(client.send(new DescribeStreamConsumerCommand({ ConsumerARN }))),
        (name) => name === 'ResourceNotFoundException',
      )
      expect((await client.send(new ListStreamConsumersCommand({ StreamARN }))).Consumers).toEqual([])
    },
  },
  {
    name: 'consumers are listed in pages',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const StreamARN = await arnOf(client, stream)
      for (const name of ['a', 'b', 'c']) await consumer(client, stream, name)
      const first = await client.send(new ListStreamConsumersCommand({ StreamARN, MaxResults: 2 }))
      const second = await client.send(new ListStreamConsumersCommand({ StreamARN, MaxResults: 2, NextToken: first.NextToken }))
      expect([first, second].map(({ Consumers = [] }) => Consumers.map(({ ConsumerName }) => ConsumerName))).toEqual([['a', 'b'], ['c']])
      expect(second.NextToken ?? null).toBeNull()
    },
  },
  {
    name: 'a consumer’s name is taken once on a stream',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      await consumer(client, stream, 'reader')
      expect(await refusal(consumer(client, stream, 'reader'))).toBe('ResourceInUseException')
    },
  },
  {
    name: 'an unknown consumer is ResourceNotFoundException, for a subscription too',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const StreamARN = await arnOf(client, stream)
      const unknown = `${StreamARN}/consumer/nobody:1700000000`
      expect(await refusal(client.send(new DescribeStreamConsumerCommand({ ConsumerARN: unknown })))).toBe('ResourceNotFoundException')
      expect(await refusal(client.send(new DescribeStreamConsumerCommand({ StreamARN, ConsumerName: 'nobody' })))).toBe('ResourceNotFoundException')
      expect(await refusal(Subscription.open(client, unknown, { Type: 'LATEST' }))).toBe('ResourceNotFoundException')
    },
  },
  {
    name: 'a stream with consumers is deleted only when that is enforced',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      await consumer(client, stream, 'reader')
      expect(await refusal(client.send(new DeleteStreamCommand({ StreamName: stream })))).toBe('ResourceInUseException')
      expect((await summaryOf(client, stream)).StreamStatus).toBe('ACTIVE')
      await client.send(new DeleteStreamCommand({ StreamName: stream, EnforceConsumerDeletion: true }))
      await until(
        () => refusal(summaryOf(client, stream)),
        (name) => name === 'ResourceNotFoundException',
      )
    },
  },
]

const subscriptions: Case[] = [
  {
    name: 'an unknown shard is ResourceNotFoundException for a subscription',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const arn = await consumer(client, stream, 'reader')
      expect(await refusal(Subscription.open(client, arn, { Type: 'LATEST' }, shardId(7)))).toBe('ResourceNotFoundException')
    },
  },
  {
    name: 'a subscription begins at each of the five places',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const { sequence: first } = await putText(client, stream, 'a')
      const { arrivals: before } = await readAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      await untilPast(Math.max(...before) + 1)
      const { sequence: second } = await putText(client, stream, 'b')
      const { arrivals } = await readAt(client, stream, FIRST, { ShardIteratorType: 'TRIM_HORIZON' })
      const places: [StartingPosition, string[]][] = [
        [{ Type: 'TRIM_HORIZON' }, ['a', 'b', 'c']],
        [{ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber: second }, ['b', 'c']],
        [{ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: first }, ['b', 'c']],
        [{ Type: 'AT_TIMESTAMP', Timestamp: new Date(arrivals[1] ?? 0) }, ['b', 'c']],
        [{ Type: 'LATEST' }, ['c']],
      ]
      const arns = await Promise.all(places.map((_, n) => consumer(client, stream, `reader-${n}`)))
      const open = await Promise.all(places.map(([place], n) => Subscription.open(client, arns[n] ?? '', place)))
      try {
        await putText(client, stream, 'c')
        expect(await Promise.all(open.map(async (one) => (await one.upTo('c')).texts))).toEqual(places.map(([, texts]) => texts))
      } finally {
        for (const one of open) await one[Symbol.asyncDispose]()
      }
    },
  },
  {
    name: 'a subscription refuses a time in the future and a sequence number that is none',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const arn = await consumer(client, stream, 'reader')
      expect(await refusal(Subscription.open(client, arn, { Type: 'AT_TIMESTAMP', Timestamp: new Date(Date.now() + 3_600_000) }))).toMatch(INVALID)
      expect(await refusal(Subscription.open(client, arn, { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: 'nonsense' }))).toMatch(INVALID)
    },
  },
  {
    name: 'records are pushed as they are put, in order; at the tip an event says 0 ms behind and where to go on',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      await using subscription = await Subscription.open(client, await consumer(client, stream, 'reader'), { Type: 'TRIM_HORIZON' })
      const sequences: string[] = []
      for (const text of ['a', 'b', 'c']) {
        const { sequence } = await putText(client, stream, text)
        const { last, texts } = await subscription.upTo(text)
        sequences.push(...last.sequences)
        expect(texts).toEqual([text])
        expect(last).toMatchObject({ sequences: [sequence], behind: 0, children: null })
        expect(BigInt(last.continuation ?? 0)).toBeGreaterThanOrEqual(BigInt(sequence))
      }
      expect(sequences).toHaveLength(3)
    },
  },
  {
    name: 'another subscription goes on exactly after a continuation',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      await putText(client, stream, 'a')
      const [one, other] = [await consumer(client, stream, 'one'), await consumer(client, stream, 'other')]
      await using first = await Subscription.open(client, one, { Type: 'TRIM_HORIZON' })
      const { last } = await first.upTo('a')
      await putText(client, stream, 'b')
      await using second = await Subscription.open(client, other, { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last.continuation ?? '' })
      expect((await second.upTo('b')).texts).toEqual(['b'])
    },
  },
  {
    name: 'an idle shard tells a continuation too, and reading goes on exactly after it',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      const [one, other] = [await consumer(client, stream, 'one'), await consumer(client, stream, 'other')]
      await using first = await Subscription.open(client, one, { Type: 'LATEST' })
      const idle = await first.next()
      expect(idle).toMatchObject({ texts: [], behind: 0, continuation: expect.stringMatching(/^\d+$/), children: null })
      await putText(client, stream, 'a')
      await using second = await Subscription.open(client, other, { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: idle?.continuation ?? '' })
      expect((await second.upTo('a')).texts).toEqual(['a'])
    },
  },
  {
    name: 'at the shard’s end come its last records, no continuation and its children',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      await putText(client, stream, 'a')
      await using subscription = await Subscription.open(client, await consumer(client, stream, 'reader'), { Type: 'TRIM_HORIZON' })
      expect((await subscription.upTo('a')).texts).toEqual(['a'])
      await split(client, stream, FIRST, 2n ** 127n)
      let last = await subscription.next()
      for (let events = 0; last !== null && last.children === null; events += 1) {
        expect(last.continuation).not.toBeNull()
        expect(events, 'events without the end').toBeLessThan(2)
        last = await subscription.next()
      }
      expect(last?.continuation).toBeNull()
      expect(last?.children?.map(({ id }) => id).toSorted()).toEqual([shardId(1), shardId(2)])
      expect(last?.children?.map(({ parents }) => parents)).toEqual([[FIRST], [FIRST]])
    },
  },
  {
    name: 'nothing comes after the shard’s end: the subscription is over',
    async run({ client }) {
      const stream = await freshStream(client, 1)
      await split(client, stream, FIRST, 2n ** 127n)
      await using subscription = await Subscription.open(client, await consumer(client, stream, 'reader'), { Type: 'TRIM_HORIZON' })
      const end = await subscription.next()
      expect(end).toMatchObject({ texts: [], continuation: null })
      expect(end?.children).toHaveLength(2)
      expect(await subscription.next()).toBeNull()
    },
  },
]

const rules: Case[] = [
  {
    name: 'a second subscription of a consumer and shard within 5 s is ResourceInUseException',
    async run({ limited }) {
      const stream = await freshStream(limited, 1)
      const arn = await consumer(limited, stream, 'reader')
      await using subscription = await Subscription.open(limited, arn, { Type: 'LATEST' })
      expect(await refusal(Subscription.open(limited, arn, { Type: 'LATEST' }))).toBe('ResourceInUseException')
      await putText(limited, stream, 'a')
      expect((await subscription.upTo('a')).texts).toEqual(['a'])
    },
  },
  {
    name: 'a later one takes over, and the old one ends or fails with ResourceInUseException',
    async run({ limited, passTime }) {
      const stream = await freshStream(limited, 1)
      const arn = await consumer(limited, stream, 'reader')
      await using first = await Subscription.open(limited, arn, { Type: 'LATEST' })
      passTime(5000)
      await using second = await Subscription.open(limited, arn, { Type: 'LATEST' })
      const ending = async () => {
        while ((await first.next()) !== null);
      }
      expect(await refusal(ending())).toMatch(/^(not refused|ResourceInUseException)$/)
      await putText(limited, stream, 'a')
      expect((await second.upTo('a')).texts).toEqual(['a'])
    },
  },
  {
    name: 'a subscription ends after five minutes',
    async run({ limited, passTime }) {
      const stream = await freshStream(limited, 1)
      await using subscription = await Subscription.open(limited, await consumer(limited, stream, 'reader'), { Type: 'LATEST' })
      passTime(300_000)
      await putText(limited, stream, 'a')
      let last = await subscription.next()
      while (last !== null) {
        expect(last.texts).toEqual([])
        last = await subscription.next()
      }
    },
  },
]

/** One at a time: kinesis-local forgets a deregistration when another stream changes meanwhile. */
export const consumerCases: Case[] = consumers

/** These wait for events, each with a stream of its own: they can run at the same time. */
export const subscriptionCases: Case[] = subscriptions

/** These move the clock. */
export const subscriptionRuleCases: Case[] = rules
