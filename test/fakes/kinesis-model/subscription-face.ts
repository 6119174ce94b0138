import type { ServerResponse } from 'node:http'
import { event, EVENT_STREAM_TYPE, exceptionEvent } from '../event-message.ts'
import type { ModelSubscription } from './subscription.ts'
import { toWire } from './wire.ts'

/** Sends a subscription's events over an HTTP/1.1 answer, each one as soon as there is something to tell. */
export const serveSubscription = (response: ServerResponse, subscription: ModelSubscription, now: () => number): void => {
  let timer: NodeJS.Timeout | undefined
  let isStirred = false
  const push = () => {
    isStirred = false
    clearTimeout(timer)
    if (response.writableEnded || response.destroyed) return
    for (let delivery = subscription.take(); delivery !== null; delivery = subscription.take()) {
      if (delivery.type === 'event') {
        response.write(event('SubscribeToShardEvent', toWire(delivery.event) as object))
        continue
      }
      if (delivery.type === 'exception') response.write(exceptionEvent(delivery.error.name, delivery.error.message))
      response.end()
      return
    }
    timer = setTimeout(push, Math.max(1, subscription.dueAt() - now()))
  }
  subscription.onChange = () => {
    // All records of one call go into one event.
    if (!isStirred) setImmediate(push)
    isStirred = true
  }
  response.on('close', () => {
    clearTimeout(timer)
    subscription.onChange = () => {}
    subscription.close()
  })
  response.setHeader('content-type', EVENT_STREAM_TYPE)
  response.setHeader('x-amzn-requestid', crypto.randomUUID())
  response.setHeader('date', new Date(now()).toUTCString())
  response.write(event('initial-response', {}))
  push()
}
