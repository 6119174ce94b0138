import type { KinesisSender } from '../../../electron/kinesis/server-date.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import type { Faults } from './faults.ts'
import { EVENT, serviceError } from './faults.ts'
import type { KinesisModel } from './model.ts'
import type { Chance } from './random.ts'
import { ModelError } from './state.ts'
import type { ModelSubscription } from './subscription.ts'

export interface ModelClientOptions {
  model: KinesisModel
  clock: VirtualClock
  faults: Faults
  chance: Chance
  /** Longest way there and back, ms. */
  latency: number
  /** Records of a page at most, asked at each call; null: as many as are asked for. */
  pageLimit: () => number | null
  /** What ends or alters the last page of a shard, for servers that leave keys out. */
  atEnd: (output: Record<string, unknown>) => object
}

export interface ModelClient extends KinesisSender {
  /** Called with each answer that arrived. */
  onAnswer: (operation: string, input: Record<string, unknown>) => void
}

const never = (signal: AbortSignal | undefined, isDeaf: boolean): Promise<never> =>
  new Promise((_, reject) => {
    if (!isDeaf) signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })

/** What the model answers; its errors as the SDK throws them. */
const answered = <T>(call: () => T): T => {
  try {
    return call()
  } catch (error) {
    throw error instanceof ModelError ? serviceError(error.name, error.message, error.status) : error
  }
}

/** Until there may be something to take, in ms of the virtual clock; rejects when the signal is aborted. */
const untilDue = async (subscription: ModelSubscription, ms: number, clock: VirtualClock, signal: AbortSignal | undefined): Promise<void> => {
  const timer = new AbortController()
  const wake = () => timer.abort()
  subscription.onChange = wake
  signal?.addEventListener('abort', wake, { once: true })
  // A server's clock that ran ahead makes it due at once; one turn of the clock at least, or nobody else has a turn.
  await clock.sleep(Math.max(1, ms), timer.signal).catch(() => {})
  signal?.removeEventListener('abort', wake)
  signal?.throwIfAborted()
}

/** Of one answer. */
const MOST_RECORDS = 10_000

/** The model in the shape of the SDK's client, on the virtual clock: no bytes are encoded on the way. */
export const modelClient = ({ model, clock, faults, chance, latency, pageLimit, atEnd }: ModelClientOptions): ModelClient => {
  const ask = (operation: string, input: Record<string, unknown>): Record<string, unknown> => {
    const asked = Number(input['Limit'] ?? MOST_RECORDS)
    const limit = operation === 'GetRecords' && asked > 1 ? pageLimit() : null
    const output = answered(() => model.handle(operation, limit === null ? input : { ...input, Limit: Math.min(limit, asked) })) as Record<string, unknown>
    return output['NextShardIterator'] === null ? (atEnd(output) as Record<string, unknown>) : output
  }
  /** As the SDK's `EventStream`: events, and an exception thrown. */
  async function* eventsOf(subscription: ModelSubscription, input: Record<string, unknown>, signal: AbortSignal | undefined): AsyncGenerator<object, void, void> {
    for (;;) {
      const delivery = subscription.take()
      if (delivery === null) {
        await untilDue(subscription, subscription.dueAt() - model.now(), clock, signal)
        continue
      }
      if (delivery.type === 'end') return
      if (delivery.type === 'exception') throw serviceError(delivery.error.name, delivery.error.message, delivery.error.status)
      await clock.sleep(chance.next() * latency, signal)
      const { hang, lose, alter, isOver } = faults.judge(EVENT, input)
      if (hang !== undefined) await never(signal, hang.isDeaf)
      if (lose !== undefined) throw lose
      if (isOver) return
      const told = delivery.event as Record<string, unknown>
      const event = 'ContinuationSequenceNumber' in told ? told : (atEnd(told) as Record<string, unknown>)
      yield { SubscribeToShardEvent: alter === undefined ? event : alter(event, model.now()) }
    }
  }
  const subscribe = (input: Record<string, unknown>, asked: Record<string, unknown>, signal: AbortSignal | undefined): Record<string, unknown> => {
    const subscription = answered(() => model.subscribe(asked))
    signal?.addEventListener('abort', () => subscription.close(), { once: true })
    return { EventStream: eventsOf(subscription, input, signal) }
  }
  const client = {
    onAnswer: (_operation: string, _input: Record<string, unknown>) => {},
    async send(command: { constructor: { name: string }; input: Record<string, unknown> }, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<object> {
      const operation = command.constructor.name.replace(/Command$/, '')
      const { input } = command
      abortSignal?.throwIfAborted()
      await clock.sleep(chance.next() * latency, abortSignal)
      const { hang, fail, lose, answer, alter, redirect = (same) => same } = faults.judge(operation, input)
      if (hang !== undefined) return never(abortSignal, hang.isDeaf)
      if (fail !== undefined) throw fail
      const told = answer ?? (operation === 'SubscribeToShard' ? subscribe(input, redirect(input), abortSignal) : ask(operation, redirect(input)))
      const output = alter === undefined ? told : alter(told as Record<string, unknown>, model.now())
      const serverDate = Math.floor(model.now() / 1000) * 1000
      if (latency > 0 && chance.isTrue(0.2)) await clock.sleep(chance.next() * latency, abortSignal)
      if (lose !== undefined) throw lose
      client.onAnswer(operation, input)
      return { $metadata: { serverDate }, ...output }
    },
  }
  return client as ModelClient
}
