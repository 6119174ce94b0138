import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Backend } from '../backend/create-backend.ts'
import { maxMessageLength, serveContract } from '../page/serve-contract.ts'
import type { Access } from './access.ts'

/** How often a socket is asked whether its browser is still there: a lid that was closed says nothing. */
const pingMs = 30_000

/** Serves the contract on `/rpc` to pages of our own origin that carry a session's cookie. */
export function acceptSockets(server: Server, access: Access, backend: Pick<Backend, 'router' | 'services'>): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, clientTracking: true, maxPayload: maxMessageLength, perMessageDeflate: false })
  server.on('upgrade', (request, socket, head) => {
    const refused = access.refuses(request.headers, true)
    if (refused !== null) refuse(socket, refused.status)
    else if (!access.isKnown(request.headers)) refuse(socket, 401)
    else if (request.url !== '/rpc' || request.method !== 'GET') refuse(socket, 404)
    else sockets.handleUpgrade(request, socket, head, (ws) => serve(backend, ws))
  })
  return {
    close() {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

function serve(backend: Pick<Backend, 'router' | 'services'>, socket: WebSocket): void {
  let isThere = true
  const pings = setInterval(() => {
    if (!isThere) return socket.terminate()
    isThere = false
    socket.ping()
  }, pingMs).unref()
  socket.on('pong', () => {
    isThere = true
  })
  socket.on('close', () => clearInterval(pings))
  // A broken frame or one over the cap: `ws` closes the socket by itself.
  socket.on('error', () => {})
  serveContract(backend, {
    send: (message) => socket.send(message),
    onMessage: (listener) => socket.on('message', (data, isBinary) => listener(isBinary ? data : (data as Buffer).toString('utf8'))),
    onClose: (listener) => socket.on('close', listener),
    close: (reason) => socket.close(1008, reason),
  })
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
