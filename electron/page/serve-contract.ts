import { RPCHandler } from '@orpc/server/message-port'
import { z } from 'zod'
import type { Backend } from '../backend/create-backend.ts'

/**
 * Longest message that a page may send, in UTF-16 units (or bytes, which are no fewer). The longest input of the
 * contract is a path, a query or a name, far below it; what is longer is an error or an attack.
 */
export const maxMessageLength = 256 * 1024

/** One end of a connection to a page, whatever carries it. */
export interface PagePort {
  send(message: string | Uint8Array): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
  close(reason: string): void
}

const id = z.string().min(1).max(32)

/**
 * What oRPC 1.16 sends over a port (`serializeRequestMessage` of @orpc/standard-server-peer): a request, the end of an
 * event iterator, an abort. The contract carries no files and no streams to the backend, so no other form is let in:
 * one that oRPC can't decode would end as an unhandled rejection.
 */
const requestMessage = z.union([
  z.strictObject({
    i: id,
    t: z.literal(1).optional(),
    p: z.strictObject({
      u: z.string().regex(/^\/[\w/-]*$/).max(256),
      b: z.unknown().optional(),
      h: z.strictObject({ 'last-event-id': z.string().max(256).optional() }).optional(),
      m: z.literal('POST').optional(),
    }),
  }),
  z.strictObject({ i: id, t: z.literal(4), p: z.unknown().optional() }),
])

/**
 * Serves the contract to one page. Every message is checked for size and form before anything decodes it; a page that
 * sends something else is not ours, and its port is closed.
 */
export function serveContract(backend: Pick<Backend, 'router' | 'services'>, port: PagePort): void {
  let receive: ((event: { data: string }) => void) | undefined
  const handler = new RPCHandler(backend.router)
  handler.upgrade(
    {
      postMessage: (message: string | Uint8Array) => port.send(message),
      on(event: string, listener: (event?: { data: string }) => void) {
        if (event === 'message') receive = listener
        else if (event === 'close') port.onClose(() => listener())
      },
    },
    { context: backend.services },
  )
  port.onMessage((message) => {
    const problem = problemWith(message)
    if (problem === null) receive?.({ data: message as string })
    else port.close(problem)
  })
}

/** Why a message is refused; null where it is let in. */
export function problemWith(message: unknown): string | null {
  if (typeof message !== 'string') return 'not a text message'
  if (message.length > maxMessageLength) return 'message too long'
  let value: unknown
  try {
    value = JSON.parse(message)
  } catch {
    return 'not JSON'
  }
  return requestMessage.safeParse(value).success ? null : 'not a call'
}
