import { DeregisterStreamConsumerCommand, DescribeStreamConsumerCommand, RegisterStreamConsumerCommand } from '@aws-sdk/client-kinesis'
import { KinescopeError } from '#shared/model/error.ts'
import { faultOf } from './fault.ts'
import { request } from './request.ts'
import type { Patience, RequestContext } from './request.ts'
import type { KinesisSender } from './server-date.ts'

/** A consumer is CREATING for some seconds; one that is not ACTIVE after so many ms never becomes it. */
const CREATION = 60_000
const LOOK_EVERY = 1000
/** An exhausted number of consumers is answered with LimitExceededException, as a throttle is: it is not waited for long. */
const PATIENCE: Patience = { throttled: 3000, network: 6000, server: 10_000, 'clock-skew': 3000, 'stale-credentials': 3000 }

/**
 * Registers a consumer for enhanced fan-out and waits until it is ACTIVE. A write that costs money for as long as it stays, and one of
 * 20 per stream. Throws the SDK's errors; the consumer may be there all the same then, and is to be deregistered.
 */
export const registerConsumer = async (client: KinesisSender, streamArn: string, name: string, context: RequestContext): Promise<{ consumerArn: string }> => {
  const { Consumer } = await request((abortSignal) => client.send(new RegisterStreamConsumerCommand({ StreamARN: streamArn, ConsumerName: name }), { abortSignal }), context, PATIENCE)
  const consumerArn = Consumer?.ConsumerARN ?? ''
  let status = Consumer?.ConsumerStatus
  const until = context.clock.now() + CREATION
  while (status !== 'ACTIVE') {
    if (context.clock.now() > until) {
      throw new KinescopeError('timed-out', `The consumer ${name} was registered, but did not become active.`, { action: 'Read by polling, or try again.', retryable: true })
    }
    await context.clock.sleep(LOOK_EVERY, context.signal)
    const output = await request((abortSignal) => client.send(new DescribeStreamConsumerCommand({ ConsumerARN: consumerArn }), { abortSignal }), context, PATIENCE)
    status = output.ConsumerDescription?.ConsumerStatus
  }
  return { consumerArn }
}

/** Removes a consumer by its name. `absent`: there is none, or no stream any more. Throws the SDK's errors. */
export const deregisterConsumer = async (client: KinesisSender, streamArn: string, name: string, context: RequestContext): Promise<'removed' | 'absent'> => {
  try {
    await request((abortSignal) => client.send(new DeregisterStreamConsumerCommand({ StreamARN: streamArn, ConsumerName: name }), { abortSignal }), context, PATIENCE)
    return 'removed'
  } catch (error) {
    if (faultOf(error, context.signal) !== 'not-found') throw error
    return 'absent'
  }
}
