import type { FaultName } from './faults.ts'
import { openShards } from './reshard.ts'
import type { World } from './schedule-steps.ts'
import { ModelError } from './state.ts'

/** Faults of subscriptions that take so many calls or events. */
const counted: { name: FaultName; most: number }[] = [
  { name: 'subscriptions repeat the last record', most: 10 },
  { name: 'subscriptions end early', most: 8 },
  { name: 'subscriptions cut in the middle', most: 8 },
  { name: 'subscriptions go silent', most: 4 },
  { name: 'events report a server error', most: 6 },
  { name: 'events report KMS throttled', most: 6 },
  { name: 'events without keys', most: 6 },
  { name: 'null continuation without children', most: 6 },
]

/** Faults of subscriptions that last for so many seconds. */
const lasting: { name: FaultName; most: number }[] = [
  // Until the five minutes of the old one are over, and longer.
  { name: 'subscriptions refused as in use', most: 420 },
  { name: 'subscriptions repeat the last record', most: 300 },
  { name: 'subscriptions end early', most: 60 },
  { name: 'subscriptions cut in the middle', most: 20 },
  { name: 'subscriptions go silent', most: 120 },
]

const deregister = ({ chance, model, consumer, note }: World): void => {
  if (consumer === null) return
  try {
    model.handle('DeregisterStreamConsumer', { ConsumerARN: consumer.arn })
  } catch (error) {
    // It is gone already.
    if (!(error instanceof ModelError)) throw error
  }
  if (chance.isTrue(0.5)) return
  note('registered anew for the next run')
  consumer.arn = registerConsumer(model)
}

/** Another reader with the same consumer, which takes what it can get for a while and lets go then. */
const takeOver = ({ chance, clock, model, stream, consumer }: World): void => {
  if (consumer === null) return
  const { arn } = consumer
  const until = clock.now() + chance.between(5, 90) * 1000
  const take = async () => {
    while (clock.now() < until) {
      for (const { id } of openShards(stream())) {
        try {
          const subscription = model.subscribe({ ConsumerARN: arn, ShardId: id, StartingPosition: { Type: 'LATEST' } })
          if (chance.isTrue(0.3)) subscription.close()
        } catch (error) {
          if (!(error instanceof ModelError)) throw error
        }
      }
      await clock.sleep(chance.between(1000, 12_000))
    }
  }
  void take()
}

/** Registers a consumer on the schedule's stream, and returns its ARN. */
export const registerConsumer = (model: World['model']): string => {
  return (model.handle('RegisterStreamConsumer', { StreamARN: model.stream('orders').arn, ConsumerName: 'kinescope' }) as { Consumer: { ConsumerARN: string } }).Consumer.ConsumerARN
}

/** One thing that goes wrong with fan-out. None of it may end a run: what can't be subscribed to is polled. */
export const fanOutMishap = (world: World): (() => void) => {
  const { chance, clock, faults, note } = world
  const kind = chance.next()
  if (kind < 0.4) {
    const { name, most } = chance.pick(counted)
    const times = chance.between(1, most)
    return () => {
      note(`${name} × ${times}`)
      faults.inject(name, { times })
    }
  }
  if (kind < 0.75) {
    const { name, most } = chance.pick(lasting)
    const seconds = chance.between(1, most)
    return () => {
      note(`${name} for ${seconds} s`)
      faults.inject(name, { until: clock.now() + seconds * 1000 })
    }
  }
  const [what, run] = chance.pick([['the consumer is deregistered', deregister], ['another takes the subscriptions over', takeOver]] as const)
  return () => {
    note(what)
    run(world)
  }
}
