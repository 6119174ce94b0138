import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KinescopeError } from '#shared/model/error.ts'
import type { Backend } from '../backend/create-backend.ts'
import { answerPage, refusal, type PageAnswer } from '../page/page-files.ts'
import { securityHeaders } from '../page/security-headers.ts'
import { createAccess, type Access } from './access.ts'
import { acceptSockets } from './rpc-socket.ts'

export interface BrowserHost {
  readonly port: number
  /** A link that lets one browser in; each is good for one use. */
  freshLink(): string
  close(): Promise<void>
}

/**
 * Serves the page and the contract on 127.0.0.1.
 * @param port 0 for any free one
 * @param pageRoot absolute folder of the built page
 * @throws KinescopeError `port-in-use` where the port is taken or not allowed
 */
export async function startBrowserHost(backend: Pick<Backend, 'router' | 'services'>, port: number, pageRoot: string): Promise<BrowserHost> {
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000 })
  await listen(server, port)
  const access = createAccess((server.address() as AddressInfo).port)
  server.on('request', (request, response) => {
    void answer(access, pageRoot, request).then((answer) => write(request, response, answer))
  })
  const sockets = acceptSockets(server, access, backend)
  return {
    port: (server.address() as AddressInfo).port,
    freshLink: () => access.freshLink(),
    async close() {
      sockets.close()
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use by another program' : cause.code === 'EACCES' ? 'may not be used by this user' : `can't be used (${cause.code})`
      reject(
        new KinescopeError('port-in-use', `Port ${port} of 127.0.0.1 ${why}.`, {
          action: 'Give another one with --port, or none for any free port.',
          cause,
        }),
      )
    })
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

async function answer(access: Access, pageRoot: string, request: IncomingMessage): Promise<PageAnswer> {
  const refused = access.refuses(request.headers, false)
  if (refused !== null) return refusal(refused.status, refused.sentence)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'Kinescope answers GET only.')
  const url = URL.parse(request.url ?? '/', access.origin)
  if (url === null || url.origin !== access.origin) return refusal(400, 'That is not an address of Kinescope.')
  const token = url.searchParams.get('token')
  // A HEAD is a look at the link, not its use.
  if (token !== null && request.method === 'GET') return enter(access, url, token, request)
  if (!access.isKnown(request.headers)) {
    return refusal(401, 'This browser has not been let in. Open the link that Kinescope printed when it started; pressing Enter there prints a new one.')
  }
  return answerPage(pageRoot, url.pathname)
}

/** Exchanges the token of a link for a cookie, and leads to the same place without it, so that it stays in no history. */
function enter(access: Access, url: URL, token: string, request: IncomingMessage): PageAnswer {
  const cookie = access.redeem(token)
  url.searchParams.delete('token')
  const place = { location: `${url.pathname.replace(/^\/+/, '/')}${url.search}` }
  if (cookie !== null) return redirect({ ...place, 'set-cookie': cookie })
  // The same browser again, from its history or by a reload of the first request.
  if (access.isKnown(request.headers)) return redirect(place)
  return refusal(403, 'This link has been used already. Press Enter in the terminal where Kinescope runs for a new one, or start it again.')
}

function redirect(headers: Record<string, string>): PageAnswer {
  return { status: 303, headers: { ...securityHeaders, 'cache-control': 'no-store', ...headers }, body: new Uint8Array() }
}

function write(request: IncomingMessage, response: ServerResponse, { status, headers, body }: PageAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': body.byteLength })
  response.end(request.method === 'HEAD' ? undefined : body)
}
