// The desktop host: a window on the page, the contract over a port, and what only a desktop can do. No logic of its own.
import { join } from 'node:path'
import { app, type BrowserWindow } from 'electron'
import { createBackend, type Backend } from '../backend/create-backend.ts'
import { defaultDataDir } from '../backend/data-dir.ts'
import { workersBeside } from '../backend/worker-urls.ts'
import { desktopServices } from './capabilities.ts'
import { parseDesktopArguments } from './desktop-arguments.ts'
import { setMenu } from './menu.ts'
import { registerPageScheme, servePage } from './protocol.ts'
import { serveRpcPorts } from './rpc-port.ts'
import { lockDown } from './security.ts'
import { openWindow, preloadBeside, tell } from './window.ts'

/** Built, this module stands in `out/main`: the workers beside it, the page and the preload next door. */
const here = import.meta.dirname
const args = parseDesktopArguments(process.argv, process.cwd())
const dataDir = args.dataDir ?? defaultDataDir(process.env)
/** Captures are on disk at any moment: what takes longer to close than this is not waited for. */
const closesWithinMs = 10_000
let window: BrowserWindow | undefined
/** Files that the system asked for before there was a window. */
const waiting = [...args.files]

app.enableSandbox()
registerPageScheme()
// One instance for each data folder: Chromium's profile, and with it the lock, lives in there.
if (args.dataDir !== null) app.setPath('userData', join(args.dataDir, 'desktop'))
if (app.requestSingleInstanceLock()) main()
else app.exit(0)

function main(): void {
  let backend: Backend | undefined
  app.on('open-file', (event, path) => {
    event.preventDefault()
    if (backend === undefined) waiting.push(path)
    else void openFile(backend, path)
  })
  app.on('second-instance', (_event, argv, cwd) => {
    window?.show()
    window?.focus()
    if (backend === undefined) return
    for (const file of parseDesktopArguments(argv, cwd).files) void openFile(backend, file)
  })
  app.on('window-all-closed', () => app.quit())
  app.on('will-quit', (event) => {
    if (backend === undefined) return
    event.preventDefault()
    const closing = backend
    backend = undefined
    setTimeout(() => app.exit(1), closesWithinMs).unref()
    closing.close().catch(report).finally(() => app.quit())
  })
  app.on('ready', () => {
    start().catch((error: unknown) => {
      report(error)
      app.exit(1)
    })
  })

  async function start(): Promise<void> {
    backend = createBackend({ dataDir, host: desktopServices(() => window), workers: workersBeside(here), env: process.env, log: report })
    servePage(join(here, '..', 'renderer'))
    lockDown()
    serveRpcPorts(backend)
    setMenu((command) => window && tell(window, command))
    if (args.opensSandbox) await backend.client.connections.openSandbox().catch(report)
    window = openWindow(preloadBeside(here), await placeOf(backend, waiting))
    window.on('closed', () => {
      window = undefined
    })
  }
}

/** The place of the last of the files that open. */
async function placeOf(backend: Backend, files: readonly string[]): Promise<string> {
  let place = '/'
  for (const path of files) {
    const capture = await backend.client.captures.openFile({ path }).catch(report)
    if (capture) place = `/captures/${encodeURIComponent(capture.id)}`
  }
  return place
}

async function openFile(backend: Backend, path: string): Promise<void> {
  const place = await placeOf(backend, [path])
  if (window && place !== '/') tell(window, { id: 'go', path: place })
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
}
