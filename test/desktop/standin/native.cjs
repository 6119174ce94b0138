'use strict'
// What would open native UI or reach into the system: it throws until a spec replaces it through electronApp.evaluate().
const { Strict, strict, makeEvent } = require('./strict.cjs')
const { state } = require('./state.cjs')

const unstubbed = (what) => async () => {
  throw new Error(`stand-in: ${what} would open native UI; replace it from the spec with electronApp.evaluate()`)
}

// No proxies: a spec assigns to their members.
const dialog = { showSaveDialog: unstubbed('dialog.showSaveDialog'), showOpenDialog: unstubbed('dialog.showOpenDialog'), showMessageBox: unstubbed('dialog.showMessageBox') }
const shell = { openExternal: unstubbed('shell.openExternal') }

/** As on a Linux desktop without a keychain: `basic_text`, which is no encryption. Nothing can be encrypted here. */
const safeStorage = strict('safeStorage', {
  isEncryptionAvailable: () => state.isReady,
  getSelectedStorageBackend: () => 'basic_text',
})

class Notification extends Strict {
  static shown = []
  constructor(options = {}) {
    super('Notification', ['show', 'click', 'close', 'failed'])
    Object.assign(this, { title: '', body: '', silent: false }, options)
  }
  static isSupported() {
    return true
  }
  show() {
    Notification.shown.push(this)
    queueMicrotask(() => this.emit('show', makeEvent()))
  }
  close() {
    this.emit('close', makeEvent())
  }
}

module.exports = { dialog, shell, safeStorage, Notification }
