import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import { RPCHandler as SocketHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'
import type { Client } from '#shared/contract/contract.ts'
import type { Backend } from '../../electron/backend/create-backend.ts'

export interface Connected {
  client: Client
  close(): Promise<void>
}

/** The ways in which a renderer or a command line reaches the backend. */
export const transports: Record<string, (backend: Backend) => Promise<Connected>> = {
  'in process': (backend) => Promise.resolve({ client: backend.client, close: () => Promise.resolve() }),

  MessagePort: (backend) => {
    const { port1, port2 } = new MessageChannel()
    new PortHandler(backend.router).upgrade(port1, { context: backend.services })
    port1.start()
    port2.start()
    const client: Client = createORPCClient(new PortLink({ port: port2 }))
    return Promise.resolve({
      client,
      close: () => {
        port2.close()
        return Promise.resolve()
      },
    })
  },

  WebSocket: async (backend) => {
    const server = createServer()
    const sockets = new WebSocketServer({ server })
    const handler = new SocketHandler(backend.router)
    sockets.on('connection', (socket) => void handler.upgrade(socket, { context: backend.services }))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const websocket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await new Promise((open) => websocket.addEventListener('open', open))
    const client: Client = createORPCClient(new SocketLink({ websocket }))
    return {
      client,
      close: async () => {
        websocket.close()
        for (const socket of sockets.clients) socket.terminate()
        sockets.close()
        await new Promise((closed) => server.close(closed))
      },
    }
  },
}
