/**
 * Thread entry: runs the embedded Kinesis (`kinesis-local`) on a free port of 127.0.0.1 and posts
 * `{ port }` once it listens. It ends with the thread.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, Server } from 'node:net'
import { dirname, join } from 'node:path'
import { compileFunction } from 'node:vm'
import { parentPort } from 'node:worker_threads'
import { fasterServer } from './faster-server.ts'
import type { ServerListening } from './messages.ts'
import { unpackedPath } from './unpacked-path.ts'

/** Stand for the two listeners, which are of one class and told apart by their port only. No port is ever bound by these numbers. */
const PLAIN = 1
const TLS = 2

const main = unpackedPath(createRequire(import.meta.url).resolve('kinesis-local/main.js'))

// Left alone it listens on every interface, as `listen(port)` does: a demo that the whole network could
// write to. Port 0 with the address read back leaves no moment in which another process takes the port.
const listen = Server.prototype.listen
Server.prototype.listen = function listenOnLoopback(this: Server, ...args: unknown[]) {
  const listening = args.findLast((argument): argument is () => void => typeof argument === 'function')
  if (args[0] === PLAIN) {
    this.once('listening', () => parentPort?.postMessage({ port: (this.address() as AddressInfo).port } satisfies ServerListening))
  }
  return listen.call(this, { port: 0, host: '127.0.0.1' }, listening)
} as typeof listen

Object.assign(process.env, {
  KINESIS_MOCK_CERT_PATH: join(dirname(main), 'server.json'),
  KINESIS_MOCK_PLAIN_PORT: String(PLAIN),
  KINESIS_MOCK_TLS_PORT: String(TLS),
})

const module = { exports: {} }
compileFunction(fasterServer(readFileSync(main, 'utf8')), ['exports', 'require', 'module', '__filename', '__dirname'], { filename: main }).call(
  module.exports,
  module.exports,
  createRequire(main),
  module,
  main,
  dirname(main),
)
