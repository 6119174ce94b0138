'use strict'
const { strict } = require('./strict.cjs')
const { state } = require('./state.cjs')
const { protocol, fromWeb } = require('./schemes.cjs')

/** Electron's permission → Chromium's descriptors */
const names = {
  geolocation: ['geolocation'],
  notifications: ['notifications'],
  media: ['camera', 'microphone'],
  'clipboard-read': ['clipboard-read'],
  'clipboard-sanitized-write': ['clipboard-write'],
  midi: ['midi'],
  'idle-detection': ['idle-detection'],
}

let onRequest = null
let onCheck = null

/**
 * Chromium asks nobody outside it, so the application's own handlers are consulted when a document is loaded and their
 * answers set for its origin. Electron's default, with no handler, is to grant.
 */
async function applyPermissions(wc, origin) {
  if (!/^https?:/.test(origin)) return
  for (const [permission, descriptors] of Object.entries(names)) {
    const details = { requestingUrl: fromWeb(wc._expect), isMainFrame: true, securityOrigin: fromWeb(origin) }
    const isGranted = !onRequest || (await new Promise((resolve) => onRequest(wc, permission, resolve, details)))
    const isChecked = !onCheck || onCheck(wc, permission, fromWeb(origin), details)
    for (const name of descriptors) {
      await state.browser
        .send('Browser.setPermission', { permission: { name }, setting: isGranted && isChecked ? 'granted' : 'denied', origin })
        .catch((error) => console.error(`stand-in: ${error.message}`))
    }
  }
}

const defaultSession = strict('session', {
  setPermissionRequestHandler(handler) {
    onRequest = handler
  },
  setPermissionCheckHandler(handler) {
    onCheck = handler
  },
  // No device is ever there to be asked for.
  setDevicePermissionHandler() {},
  protocol,
  isPersistent: () => true,
})

const session = strict('session', {
  get defaultSession() {
    if (!state.isReady) throw new Error('Session can only be received when app is ready')
    return defaultSession
  },
})

module.exports = { session, applyPermissions }
