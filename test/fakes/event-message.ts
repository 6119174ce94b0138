import { crc32 } from 'node:zlib'

const text = (name: string, value: string): Buffer => {
  const key = Buffer.from(name)
  const body = Buffer.from(value)
  const head = Buffer.from([key.length])
  const kind = Buffer.from([7, body.length >> 8, body.length & 255])
  return Buffer.concat([head, key, kind, body])
}

/** One message of application/vnd.amazon.eventstream: prelude, its CRC, headers, payload, CRC over all. */
const eventMessage = (headers: Record<string, string>, payload: object): Buffer => {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => text(name, value)))
  const body = Buffer.from(JSON.stringify(payload))
  const message = Buffer.alloc(16 + head.length + body.length)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(head.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  head.copy(message, 12)
  body.copy(message, 12 + head.length)
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4)
  return message
}

export const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream'

/** An event of an operation's stream; `initial-response` is the first one of the JSON protocols. */
export const event = (type: string, payload: object): Buffer => eventMessage({ ':message-type': 'event', ':event-type': type, ':content-type': 'application/json' }, payload)

/** The exception that ends a stream of events. */
export const exceptionEvent = (type: string, message: string): Buffer => eventMessage({ ':message-type': 'exception', ':exception-type': type, ':content-type': 'application/json' }, { message })
