import { streamOf } from './control.ts'
import { ACCOUNT, invalidArgument, ModelError } from './state.ts'
import type { ModelConsumer, ModelStream } from './state.ts'

/** Consumers that a stream can have (RegisterStreamConsumer); 50 with the Advantage mode, which the model has not. */
const MOST_CONSUMERS = 20
const PAGE = 100

export interface ConsumersContext {
  now(): number
  streams: Map<string, ModelStream>
  /** Ms that registering and deregistering take. */
  controlDelay: number
}

type Input = Record<string, unknown>

const consumerNotFound = (name: string) => new ModelError('ResourceNotFoundException', `Consumer ${name}, account ${ACCOUNT} not found.`)

const describe = ({ name, arn, createdAt, pending }: ModelConsumer): object => ({
  ConsumerName: name,
  ConsumerARN: arn,
  ConsumerStatus: pending?.status ?? 'ACTIVE',
  ConsumerCreationTimestamp: new Date(Math.floor(createdAt / 1000) * 1000),
})

/** The consumer that an input names by its ARN, or by its name and its stream's ARN. */
export const consumerOf = (streams: Map<string, ModelStream>, input: Input): { stream: ModelStream; consumer: ModelConsumer } => {
  const { ConsumerARN: arn, ConsumerName: name } = input
  if (typeof arn === 'string') {
    for (const stream of streams.values()) {
      const consumer = stream.consumers.find((one) => one.arn === arn)
      if (consumer !== undefined) return { stream, consumer }
    }
    throw consumerNotFound(arn)
  }
  if (typeof name !== 'string') throw invalidArgument('Either ConsumerARN or StreamARN and ConsumerName should be provided.')
  const stream = streamOf(streams, input)
  const consumer = stream.consumers.find((one) => one.name === name)
  if (consumer === undefined) throw consumerNotFound(name)
  return { stream, consumer }
}

/** What is due of the changes that are under way. */
export const settleConsumers = (stream: ModelStream, now: number): void => {
  for (const consumer of stream.consumers) {
    if (consumer.pending === null || consumer.pending.at > now) continue
    if (consumer.pending.status === 'CREATING') consumer.pending = null
    else stream.consumers = stream.consumers.filter((one) => one !== consumer)
  }
}

/** Ends all subscriptions of a consumer that goes, or of a stream that goes with its consumers. */
export const endSubscriptions = ({ name, subscriptions }: ModelConsumer): void => {
  for (const { end } of subscriptions.values()) end(consumerNotFound(name))
}

const register = (input: Input, { now, streams, controlDelay }: ConsumersContext): object => {
  const stream = streamOf(streams, input)
  const name = String(input['ConsumerName'])
  if (!/^[\w.-]{1,128}$/.test(name)) throw invalidArgument(`Consumer name ${name} is invalid.`)
  if (stream.consumers.some((one) => one.name === name)) {
    throw new ModelError('ResourceInUseException', `Consumer ${name} under stream ${stream.name} already exists for account ${ACCOUNT}.`)
  }
  if (stream.consumers.length >= MOST_CONSUMERS) throw new ModelError('LimitExceededException', `Stream ${stream.name} has ${MOST_CONSUMERS} consumers already.`)
  const createdAt = now()
  const consumer: ModelConsumer = {
    name,
    arn: `${stream.arn}/consumer/${name}:${Math.floor(createdAt / 1000)}`,
    createdAt,
    pending: { status: 'CREATING', at: createdAt + controlDelay },
    subscriptions: new Map(),
  }
  stream.consumers.push(consumer)
  return { Consumer: describe(consumer) }
}

const list = (input: Input, { streams }: ConsumersContext): object => {
  const stream = streamOf(streams, input)
  const most = Number(input['MaxResults'] ?? PAGE)
  if (!(most >= 1 && most <= 10_000)) throw invalidArgument(`MaxResults ${most} is not between 1 and 10000.`)
  const token = input['NextToken']
  const after = typeof token === 'string' ? Buffer.from(token, 'base64').toString('utf8') : ''
  const found = stream.consumers.filter(({ name }) => name > after).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const page = found.slice(0, Math.min(most, PAGE))
  const last = page.at(-1)
  return { Consumers: page.map(describe), ...(last !== undefined && found.length > page.length ? { NextToken: Buffer.from(last.name).toString('base64') } : {}) }
}

const deregister = (input: Input, { now, streams, controlDelay }: ConsumersContext): object => {
  const { stream, consumer } = consumerOf(streams, input)
  consumer.pending = { status: 'DELETING', at: now() + controlDelay }
  endSubscriptions(consumer)
  settleConsumers(stream, now())
  return {}
}

/** The operations on consumers. */
export const consumerOperations = (context: ConsumersContext): Record<string, (input: Input) => object> => ({
  RegisterStreamConsumer: (input) => register(input, context),
  DescribeStreamConsumer(input) {
    const { stream, consumer } = consumerOf(context.streams, input)
    return { ConsumerDescription: { ...describe(consumer), StreamARN: stream.arn } }
  },
  ListStreamConsumers: (input) => list(input, context),
  DeregisterStreamConsumer: (input) => deregister(input, context),
})
