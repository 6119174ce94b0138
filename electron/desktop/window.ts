import { join } from 'node:path'
import { BrowserWindow, nativeTheme } from 'electron'
import { pageOrigin } from './protocol.ts'

/** A renderer that dies again within this time is not started once more: it would go on for ever. */
const crashLoopMs = 10_000

/** What the page is told by the menu and by the system; the page's commands have these ids. */
export type PageCommand = { readonly id: string; readonly path?: string }

/**
 * Opens the window at a place of the page. Every setting that matters is written down, though most are defaults:
 * a test reads them here, and a default that changes does not change us.
 * @param preload absolute path of the built preload
 * @param place path of the page to begin at
 */
export function openWindow(preload: string, place: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Kinescope',
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 560,
    show: false,
    // What shows before the first paint: the page's own background (`--bg` of renderer/ui/tokens.css), so that nothing flashes.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#101315' : '#ffffff',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  restartAfterCrash(window)
  window.loadURL(`${pageOrigin}${place}`).catch((error: unknown) => process.stderr.write(`The page did not load: ${String(error)}\n`))
  return window
}

/** Brings the window to the front and tells its page what to do. */
export function tell(window: BrowserWindow, command: PageCommand): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
  window.webContents.send('kinescope:command', command)
}

/** A page that ran out of memory comes back: captures and jobs live in this process and go on meanwhile. */
function restartAfterCrash(window: BrowserWindow): void {
  let last = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    process.stderr.write(`The page's process ended (${reason}).\n`)
    const now = performance.now()
    if (now - last > crashLoopMs) window.webContents.reload()
    last = now
  })
}

export function preloadBeside(mainDirectory: string): string {
  return join(mainDirectory, '..', 'preload', 'index.cjs')
}
