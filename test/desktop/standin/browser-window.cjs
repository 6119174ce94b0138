'use strict'
const path = require('node:path')
const { Strict, notModelled, makeEvent } = require('./strict.cjs')
const { state, windows } = require('./state.cjs')
const { app } = require('./app.cjs')
const { WebContents } = require('./web-contents.cjs')

const events = [
  'ready-to-show', 'show', 'hide', 'close', 'closed', 'focus', 'blur', 'resize', 'maximize', 'unmaximize', 'minimize', 'restore', 'page-title-updated',
]

/** Only what is as safe as this can be shown: a window with other settings would be tested as one that it is not. */
const needed = {
  contextIsolation: true,
  sandbox: true,
  webSecurity: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  webviewTag: false,
  allowRunningInsecureContent: false,
}
const allowed = new Set([...Object.keys(needed), 'preload', 'spellcheck', 'navigateOnDragDrop'])

function checkedPreferences(given) {
  const prefs = { ...needed, ...given }
  for (const [key, value] of Object.entries(needed)) if (prefs[key] !== value) notModelled(`webPreferences.${key}: ${prefs[key]}`)
  for (const key of Object.keys(prefs)) if (!allowed.has(key)) notModelled(`webPreferences.${key}`)
  if (prefs.preload && !path.isAbsolute(prefs.preload)) throw new Error('preload script must have absolute path')
  return prefs
}

let focused = null

class BrowserWindow extends Strict {
  constructor(options = {}) {
    if (!state.isReady) throw new Error('Cannot create BrowserWindow before app is ready')
    const prefs = checkedPreferences(options.webPreferences)
    super('BrowserWindow', events)
    // Electron gives a window's contents exactly what it was given, defaults left out.
    const given = options.webPreferences ?? {}
    Object.assign(this, {
      id: state.nextId++,
      webContents: null,
      _isVisible: options.show !== false,
      _title: options.title ?? app.name,
      _isDestroyed: false,
      _isPainted: false,
      _isMinimized: false,
      _isMaximized: false,
      _bounds: { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 },
      _opened: null,
    })
    this.webContents = new WebContents(this, { ...prefs, ...given })
    windows.add(this)
    focused = this
    this._opened = this._open()
    this._opened.catch((error) => console.error('stand-in: window failed to open', error))
    app.emit('web-contents-created', makeEvent(), this.webContents)
    app.emit('browser-window-created', makeEvent(), this)
    if (this._isVisible) queueMicrotask(() => this.show())
  }
  async _open() {
    const { width, height } = this._bounds
    const { targetId } = await state.browser.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height })
    await this.webContents._attach(targetId)
  }
  static getAllWindows() {
    return [...windows]
  }
  static getFocusedWindow() {
    return windows.has(focused) ? focused : null
  }
  static fromWebContents(wc) {
    return [...windows].find((window) => window.webContents === wc) ?? null
  }
  static fromId(id) {
    return [...windows].find((window) => window.id === id) ?? null
  }
  loadURL(url) {
    return this.webContents.loadURL(url)
  }
  _firstPaint() {
    if (this._isPainted) return
    this._isPainted = true
    this.emit('ready-to-show')
  }
  show() {
    this._isVisible = true
    focused = this
    this.emit('show')
    this.emit('focus')
  }
  hide() {
    this._isVisible = false
    this.emit('hide')
  }
  focus() {
    focused = this
    this.emit('focus')
  }
  isFocused() {
    return focused === this
  }
  isVisible() {
    return this._isVisible
  }
  isDestroyed() {
    return this._isDestroyed
  }
  maximize() {
    this._isMaximized = true
    this.emit('maximize')
  }
  isMaximized() {
    return this._isMaximized
  }
  minimize() {
    this._isMinimized = true
    this.emit('minimize')
  }
  restore() {
    this._isMinimized = false
    this.emit('restore')
  }
  isMinimized() {
    return this._isMinimized
  }
  getBounds() {
    return { ...this._bounds }
  }
  setBounds(bounds) {
    Object.assign(this._bounds, bounds)
    this.emit('resize')
  }
  getTitle() {
    return this._title
  }
  _setTitle(title) {
    const event = makeEvent()
    this.emit('page-title-updated', event, title, true)
    if (!event.defaultPrevented) this._title = title
  }
  close() {
    void this._tryClose()
  }
  destroy() {
    this._gone()
    state.browser.send('Target.closeTarget', { targetId: this.webContents._targetId }).catch(() => {})
  }
  /** Whether it closed: the application or the page may object. */
  async _tryClose() {
    if (this._isDestroyed) return true
    const event = makeEvent()
    this.emit('close', event)
    if (event.defaultPrevented) return false
    await this._opened.catch(() => {})
    if (this._isDestroyed) return true
    const { _page: page, _targetId: targetId } = this.webContents
    const gone = new Promise((resolve) => this.once('closed', () => resolve(true)))
    // Page.close runs beforeunload. Electron shows no dialog: a page that objects keeps its window.
    const refused = new Promise((resolve) =>
      page.once('Page.javascriptDialogOpening', ({ type }) => {
        if (type !== 'beforeunload') return
        page.send('Page.handleJavaScriptDialog', { accept: false })
        resolve(false)
      }),
    )
    page.send('Page.close')
    // A page that Playwright still holds ignores Page.close.
    const late = setTimeout(() => state.browser.send('Target.closeTarget', { targetId }).catch(() => {}), 1000)
    const answer = await Promise.race([gone, refused])
    clearTimeout(late)
    return answer
  }
  _gone() {
    if (this._isDestroyed) return
    this._isDestroyed = true
    windows.delete(this)
    this.webContents._destroy()
    this.emit('closed')
    if (windows.size > 0 || state.isQuitting) return
    if (app.listenerCount('window-all-closed')) app.emit('window-all-closed')
    else void app.quit()
  }
}

module.exports = { BrowserWindow }
