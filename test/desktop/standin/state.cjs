'use strict'
// What the parts of the stand-in share while one application runs.
const crypto = require('node:crypto')

module.exports = {
  state: {
    /** The connection to Chromium, and its browser session; undefined until it was started. */
    cdp: undefined,
    browser: undefined,
    browserVersion: '',
    isReady: false,
    isQuitting: false,
    /** The application: { root, entry, pkg }. */
    application: undefined,
    nextId: 1,
  },
  /** targetId → WebContents */
  contents: new Map(),
  windows: new Set(),
  /** Command-line switches, as given and as the application added. */
  switches: new Map(),
  SECRET: crypto.randomBytes(12).toString('hex'),
  WORLD: 'Electron Isolated Context',
  BINDING: '__standin_ipc',
  RECEIVE: '__standin_receive',
}
