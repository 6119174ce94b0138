import { childrenOf, millisBehind, placeOf, recordOutput, shardOf, takeRecords } from './reading.ts'
import type { ReadingContext } from './reading.ts'
import { sequenceOf } from './sequence.ts'
import { invalidArgument, isOpen, ModelError, trimByAge } from './state.ts'
import type { ModelConsumer, ModelShard, ModelStream } from './state.ts'

/** A subscription lives for five minutes (SubscribeToShard). */
const LIFE = 300_000
/** A second call for a consumer and shard is refused for so long after a successful one; a later one takes over (SubscribeToShard). */
const TAKE_OVER_AFTER = 5000
/** Kinesis sends an event every few seconds, also when there is nothing to tell. */
const IDLE = 5000

export interface SubscriptionContext extends ReadingContext {
  /** Records of one event at most, asked at each. */
  eventRecords(): number
}

/** What a subscription sends. After an exception or the end nothing follows. */
export type Delivery = { type: 'event'; event: object } | { type: 'exception'; error: ModelError } | { type: 'end' }

/** An open SubscribeToShard, without a way to its reader: whoever holds it asks what there is to send. */
export interface ModelSubscription {
  /** What is to be sent now; null while there is nothing. */
  take(): Delivery | null
  /** Server's time when there is something to send at the latest. */
  dueAt(): number
  /** Called when there may be something to send before that. It must not take within the call. */
  onChange: () => void
  /** The reader is gone. */
  close(): void
}

/** A place that is after every record that the shard has now, and before the next one: it grows with time on an idle shard. */
const continuationAt = (shard: ModelShard, now: number): string =>
  sequenceOf({ created: shard.created, shard: shard.number, place: shard.nextPlace - 1n, second: Math.floor(now / 1000) })

/** Subscribes a consumer to a shard, or throws a `ModelError`. The one that it takes over from is ended, with an exception or without. */
export const subscribe = (stream: ModelStream, consumer: ModelConsumer, input: Record<string, unknown>, context: SubscriptionContext): ModelSubscription => {
  const since = context.now()
  if (consumer.pending !== null) throw new ModelError('ResourceInUseException', `Consumer ${consumer.name} is not ACTIVE, instead in state ${consumer.pending.status}.`)
  const shard = shardOf(stream, String(input['ShardId']), since)
  const { Type, SequenceNumber, Timestamp } = (input['StartingPosition'] ?? {}) as Record<string, unknown>
  if (Type === undefined) throw invalidArgument('StartingPosition must be specified.')
  let next = placeOf(stream, shard, { ShardIteratorType: Type, StartingSequenceNumber: SequenceNumber, Timestamp }, context)
  const before = consumer.subscriptions.get(shard.id)
  const inUse = () => new ModelError('ResourceInUseException', `Another active subscription exists for this consumer: ${consumer.name} and shard ${shard.id}.`)
  if (before !== undefined && since - before.since < TAKE_OVER_AFTER) throw inUse()
  before?.end(context.random() < 0.5 ? inUse() : null)

  let lastSent: number | null = null
  let last: Delivery | null = null
  let isOver = false
  const wake = () => subscription.onChange()
  const close = () => {
    isOver = true
    shard.watchers.delete(wake)
  }
  const over = (delivery: Delivery): Delivery => {
    close()
    return delivery
  }
  const subscription: ModelSubscription = {
    onChange() {},
    close,
    dueAt: () => Math.min(since + LIFE, lastSent === null ? since : lastSent + IDLE),
    take() {
      if (isOver) return null
      if (last !== null) return over(last)
      const now = context.now()
      if (now - since >= LIFE) return over({ type: 'end' })
      trimByAge(stream, shard, now)
      const taken = takeRecords(shard, next, context.eventRecords())
      const isEnd = taken.next >= shard.records.length && !isOpen(shard) && (taken.records.length === 0 || context.endsAtOnce())
      if (taken.records.length === 0 && !isEnd && lastSent !== null && now - lastSent < IDLE) return null
      next = taken.next
      lastSent = now
      const behind = millisBehind(shard, next, now)
      if (isEnd) last = { type: 'end' }
      const continuation = behind === 0 ? continuationAt(shard, now) : (taken.records.at(-1)?.sequence ?? continuationAt(shard, now))
      return {
        type: 'event',
        event: {
          Records: taken.records.map(recordOutput),
          MillisBehindLatest: behind,
          ...(isEnd ? { ChildShards: childrenOf(stream, shard) } : { ContinuationSequenceNumber: continuation }),
        },
      }
    },
  }
  shard.watchers.add(wake)
  consumer.subscriptions.set(shard.id, {
    since,
    end(error) {
      last = error === null ? { type: 'end' } : { type: 'exception', error }
      wake()
    },
  })
  return subscription
}
