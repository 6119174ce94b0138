import { app, session, type Session, type WebContents } from 'electron'
import { isOurPage } from './protocol.ts'

/** The one permission that is granted: "copy as", which Chromium asks for only after a click or a key of the person. */
const granted = 'clipboard-sanitized-write'

/** Settings that hold for every window there will ever be. To be called when the app is ready, before the first window. */
export function lockDown(): void {
  denyRequests(session.defaultSession)
  app.on('web-contents-created', (_event, contents) => confine(contents))
}

function denyRequests(defaultSession: Session): void {
  defaultSession.setPermissionRequestHandler((contents, permission, callback) =>
    callback(permission === granted && isOurPage(contents.getURL())),
  )
  defaultSession.setPermissionCheckHandler((_contents, permission, requestingOrigin) => permission === granted && isOurPage(requestingOrigin))
  defaultSession.setDevicePermissionHandler(() => false)
}

/**
 * A page stays where it is: no navigation but a reload of our own, no window, no webview. Links that the console opens
 * go through the contract (`host.openLink`), which checks them; so nothing here ever opens one.
 */
function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isOurPage(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!isOurPage(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
