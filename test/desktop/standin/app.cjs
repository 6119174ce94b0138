'use strict'
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { Strict, makeEvent } = require('./strict.cjs')
const { state, switches, windows } = require('./state.cjs')
const { takeLock } = require('./single-instance.cjs')

const events = [
  'will-finish-launching', 'ready', 'window-all-closed', 'before-quit', 'will-quit', 'quit', 'activate', 'second-instance',
  'browser-window-created', 'web-contents-created', 'open-file',
]

const app = new Strict('app', events)
const paths = {}
let resolveReady
const readyPromise = new Promise((resolve) => (resolveReady = resolve))
let releaseLock = () => {}

Object.assign(app, {
  isPackaged: false,
  name: '',
  userAgentFallback: '',
  whenReady: () => readyPromise,
  isReady: () => state.isReady,
  _becomeReady() {
    app.emit('will-finish-launching')
    state.isReady = true
    app.emit('ready', {}, {})
    resolveReady({})
  },
  enableSandbox() {
    if (state.isReady) throw new Error('app.enableSandbox() can only be called before app is ready')
    app._isSandboxed = true
  },
  getVersion: () => state.application.pkg.version ?? process.versions.electron,
  getName: () => app.name,
  getAppPath: () => state.application.root,
  getPath(name) {
    if (paths[name]) return paths[name]
    const appData = process.env.XDG_CONFIG_HOME ?? path.join(os.homedir(), '.config')
    switch (name) {
      case 'home':
        return os.homedir()
      case 'appData':
        return appData
      case 'temp':
        return os.tmpdir()
      case 'exe':
        return process.execPath
      case 'userData':
        return path.join(appData, app.name)
      default:
        throw new Error(`Failed to get '${name}' path`)
    }
  },
  setPath(name, value) {
    paths[name] = value
  },
  commandLine: {
    appendSwitch: (name, value = '') => void switches.set(name, value),
    hasSwitch: (name) => switches.has(name),
    getSwitchValue: (name) => switches.get(name) ?? '',
  },
  requestSingleInstanceLock(additionalData) {
    const release = takeLock(app.getPath('userData'), additionalData, ({ argv, cwd, data }) =>
      app.emit('second-instance', makeEvent(), argv, cwd, data),
    )
    if (release === null) return false
    releaseLock = release
    return true
  },
  async quit() {
    if (state.isQuitting) return
    const before = makeEvent()
    app.emit('before-quit', before)
    if (before.defaultPrevented) return
    state.isQuitting = true
    for (const window of windows) {
      if (!(await window._tryClose())) {
        state.isQuitting = false
        return
      }
    }
    const will = makeEvent()
    app.emit('will-quit', will)
    if (will.defaultPrevented) {
      state.isQuitting = false
      return
    }
    app.exit(0)
  },
  exit(code = 0) {
    state.isQuitting = true
    app.emit('quit', makeEvent(), code)
    releaseLock()
    const { browser, cdp } = state
    if (browser === undefined) process.exit(code)
    const late = new Promise((resolve) => setTimeout(resolve, 3000))
    void Promise.race([browser.send('Browser.close').catch(() => {}).then(() => cdp.exited), late]).then(() => process.exit(code))
  },
  focus() {},
})

module.exports = { app }
