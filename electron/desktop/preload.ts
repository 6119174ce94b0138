// Runs isolated and sandboxed before the page. It hands one kind of port over, passes commands of the menu on, and
// tells the page that it is on the desktop: the page gets no `ipcRenderer` and no function of ours.
import { contextBridge, ipcRenderer } from 'electron'

/** The little of the DOM that is used here; everything else in electron/ has none. */
declare const window: {
  readonly location: { readonly origin: string }
  addEventListener(type: 'message', listener: (event: { source: unknown; data: unknown; ports: readonly InstanceType<typeof MessagePort>[] }) => void): void
  postMessage(message: unknown, targetOrigin: string): void
}

window.addEventListener('message', (event) => {
  const [port] = event.ports
  if (event.source !== window || event.data !== 'kinescope:rpc-port' || port === undefined) return
  ipcRenderer.postMessage('kinescope:rpc-port', null, [port])
})

ipcRenderer.on('kinescope:command', (_event, command: { id: string; path?: string }) => {
  window.postMessage({ type: 'kinescope:command', ...command }, window.location.origin)
})

contextBridge.exposeInMainWorld('kinescopeDesktop', { platform: process.platform })
