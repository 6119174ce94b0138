import type { ClientContext, ClientLink } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'

declare global {
  interface Window {
    /** Set by the desktop's preload, and nothing but a sign that it is there. */
    readonly kinescopeDesktop?: unknown
  }
}

/** One connection to the console's backend, from its making to its loss. */
export interface Transport {
  link: ClientLink<ClientContext>
  /** Settles when calls can be made; rejects when it could not be made. */
  ready: Promise<void>
  /** Settles when it is lost. */
  closed: Promise<void>
}

/** Gives one end of a channel to the preload, which hands it on to the main process. */
export function openPort(page: Window = window): Transport {
  const { port1, port2 } = new MessageChannel()
  const closed = new Promise<void>((resolve) => port1.addEventListener('close', () => resolve()))
  page.postMessage('kinescope:rpc-port', page.location.origin, [port2])
  const link = new PortLink({ port: port1 })
  port1.start()
  return { link, ready: Promise.resolve(), closed }
}

/** A socket to the host that this page came from; its cookie says who we are. */
export function openSocket(page: Window = window): Transport {
  const socket = new WebSocket(`${page.location.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.location.host}/rpc`)
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()))
  const ready = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('close', () => reject(new Error('The socket was closed before it was open.')))
  })
  return { link: new SocketLink({ websocket: socket }), ready, closed }
}

/** How this page reaches its backend. */
export function openTransport(page: Window = window): Transport {
  return page.kinescopeDesktop === undefined ? openSocket(page) : openPort(page)
}
