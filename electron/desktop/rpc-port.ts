import { ipcMain, type MessagePortMain, type WebFrameMain } from 'electron'
import type { Backend } from '../backend/create-backend.ts'
import { serveContract } from '../page/serve-contract.ts'
import { isOurPage } from './protocol.ts'

/** The one channel of the preload. */
const channel = 'kinescope:rpc-port'

/** Serves the contract over ports that our own page hands over; a port from anywhere else is closed unread. */
export function serveRpcPorts(backend: Pick<Backend, 'router' | 'services'>): void {
  ipcMain.on(channel, (event) => {
    const [port, ...others] = event.ports
    for (const other of others) other.close()
    if (port === undefined) return
    if (isOurMainFrame(event.senderFrame)) serve(backend, port)
    else port.close()
  })
}

/** Null for a frame that is gone by the time its message is read. */
function isOurMainFrame(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOurPage(frame.url)
}

function serve(backend: Pick<Backend, 'router' | 'services'>, port: MessagePortMain): void {
  serveContract(backend, {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', (event) => listener(event.ports.length === 0 ? event.data : undefined)),
    onClose: (listener) => port.once('close', listener),
    close: (reason) => {
      process.stderr.write(`A message of the page was refused (${reason}); its port is closed.\n`)
      port.close()
    },
  })
  port.start()
}
