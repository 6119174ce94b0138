'use strict'
const fs = require('node:fs')
const path = require('node:path')
const { MessageChannel } = require('node:worker_threads')
const { Strict, notModelled, makeEvent } = require('./strict.cjs')
const { state, contents, SECRET, WORLD, BINDING, RECEIVE } = require('./state.cjs')
const { toWeb, fromWeb, originOf } = require('./schemes.cjs')
const { session, applyPermissions } = require('./session.cjs')
const { ipcMain, MessagePortMain } = require('./ipc.cjs')
const { nativeTheme } = require('./native-theme.cjs')
const { makeCodec } = require('./codec.cjs')
const { encode, decode, clone } = makeCodec()

const pageSource = fs.readFileSync(path.join(__dirname, 'page.js'), 'utf8')

class WebFrameMain {
  constructor(wc, url) {
    Object.assign(this, { url, origin: originOf(url), detached: false, frameTreeNodeId: wc.id, processId: 1000 + wc.id, routingId: 1, name: '', parent: null })
    this.top = this
  }
}

const events = [
  'did-finish-load', 'did-fail-load', 'dom-ready', 'did-start-loading', 'did-stop-loading', 'did-navigate', 'did-navigate-in-page',
  'will-navigate', 'will-frame-navigate', 'render-process-gone', 'preload-error', 'destroyed',
  // Known, and never emitted: a protocol handler here cannot redirect, and without webviewTag there is no webview.
  'will-redirect', 'will-attach-webview',
]

class WebContents extends Strict {
  constructor(window, prefs) {
    super('webContents', events)
    Object.assign(this, {
      id: state.nextId++,
      session: session.defaultSession,
      _window: window,
      _prefs: prefs,
      _frame: null,
      _context: null,
      _receive: null,
      _ports: new Map(),
      _url: '',
      _title: '',
      _isDestroyed: false,
      /** The URL that the application itself is about to load. */
      _expect: null,
      _openHandler: null,
      _isLoading: false,
      _portSeq: 0,
      _chain: Promise.resolve(),
      _targetId: null,
      _page: null,
    })
  }
  get mainFrame() {
    return this._frame
  }
  async _attach(targetId) {
    this._targetId = targetId
    contents.set(targetId, this)
    const { sessionId } = await state.browser.send('Target.attachToTarget', { targetId, flatten: true })
    const page = (this._page = state.cdp.session(sessionId))
    page.on('Runtime.bindingCalled', (call) => this._fromPage(call))
    page.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === WORLD && context.auxData?.frameId === targetId) this._newContext(context.id)
    })
    page.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this._context) this._dropContext()
    })
    page.on('Runtime.executionContextsCleared', () => this._dropContext())
    page.on('Page.frameNavigated', ({ frame }) => this._navigated(frame))
    page.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId !== targetId) return
      this._url = fromWeb(url)
      if (this._frame) this._frame.url = this._url
      this.emit('did-navigate-in-page', makeEvent(), this._url, true)
    })
    page.on('Page.domContentEventFired', () => this.emit('dom-ready', makeEvent()))
    page.on('Page.loadEventFired', () => {
      this._isLoading = false
      this.emit('did-finish-load', makeEvent())
      this.emit('did-stop-loading', makeEvent())
      this._window._firstPaint()
    })
    page.on('Inspector.targetCrashed', () => {
      this._dropContext()
      this.emit('render-process-gone', makeEvent(), { reason: 'crashed', exitCode: 5 })
    })
    await Promise.all([
      page.send('Page.enable'),
      page.send('Runtime.enable'),
      page.send('Inspector.enable'),
      page.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD }),
      this._addScripts(),
      nativeTheme._apply(this),
    ])
  }
  _navigated(frame) {
    if (frame.parentId) return
    this._url = fromWeb(frame.url + (frame.urlFragment ?? ''))
    if (this._frame) this._frame.detached = true
    this._frame = new WebFrameMain(this, this._url)
    if (frame.unreachableUrl) this.emit('did-fail-load', makeEvent(), -2, 'ERR_FAILED', fromWeb(frame.unreachableUrl), true)
    else this.emit('did-navigate', makeEvent(), this._url, 200, 'OK')
  }
  /** The preload is read for every window, as Electron does for every load. */
  async _addScripts() {
    const config = JSON.stringify({
      secret: SECRET,
      binding: BINDING,
      receive: RECEIVE,
      preloadPath: this._prefs.preload,
      process: { platform: process.platform, arch: process.arch, versions: { ...process.versions, chrome: state.browserVersion }, argv: [process.execPath] },
    })
    const preload = this._prefs.preload ? fs.readFileSync(this._prefs.preload, 'utf8') : ''
    const wrapped = `(function (require, module, exports, process) { exports = module.exports; ${preload}\n})`
    const add = (source, worldName) => this._page.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName })
    await add(`(() => { ${pageSource}\n mainWorld(${config}, bridgeEnd) })()`)
    await add(`(() => { ${pageSource}\n const makeCodec = ${makeCodec}\n isolatedWorld(${config}, bridgeEnd, makeCodec, ${wrapped}) })()`, WORLD)
  }
  _newContext(id) {
    this._dropContext()
    this._context = id
    this._receive = this._page.send('Runtime.evaluate', { expression: RECEIVE, contextId: id }).then(({ result }) => result.objectId)
  }
  /** A dead document closes its ports. */
  _dropContext() {
    this._context = null
    this._receive = null
    for (const port of this._ports.values()) port.close()
    this._ports.clear()
  }
  /** In order: CDP runs a callFunctionOn after the evaluate before it. */
  _toPage(head, payload) {
    const receive = this._receive
    if (!receive) return
    const call = (objectId) => {
      if (!objectId) return
      const values = [{ value: JSON.stringify(head) }, { value: payload }]
      this._page.send('Runtime.callFunctionOn', { objectId, functionDeclaration: 'function(h,p){this(h,p)}', arguments: values, silent: true })
    }
    this._chain = this._chain.then(() => receive).then(call, () => {})
  }
  _adopt(ids) {
    return ids.map((id) => {
      const channel = new MessageChannel()
      this._pipe(channel.port1, id)
      return channel.port2
    })
  }
  /** One end of a Node channel ↔ one port in the page. */
  _pipe(port, id = `m${++this._portSeq}`) {
    this._ports.set(id, port)
    port.on('message', ({ data, ports }) => this._toPage({ t: 'port', id, ports: ports.map((inner) => this._pipe(inner)) }, encode(data)))
    port.once('close', () => {
      if (this._ports.delete(id)) this._toPage({ t: 'port-close', id })
    })
    return id
  }
  _fromPage({ payload, executionContextId }) {
    if (executionContextId !== this._context && this._context !== null) return
    const cut = payload.indexOf('\n')
    const message = JSON.parse(payload.slice(0, cut))
    const body = payload.slice(cut + 1)
    const event = makeEvent({ sender: this, senderFrame: this._frame, frameId: 1, processId: 1000 + this.id, type: 'frame', ports: [] })
    switch (message.t) {
      case 'port': {
        const ports = this._adopt(message.ports)
        this._ports.get(message.id)?.postMessage({ data: decode(body), ports }, ports)
        return
      }
      case 'port-close': {
        const port = this._ports.get(message.id)
        this._ports.delete(message.id)
        port?.close()
        return
      }
      case 'open':
        return this._windowOpen(message)
      case 'preload-error':
        this.emit('preload-error', makeEvent(), this._prefs.preload, Object.assign(new Error(message.message), { stack: message.stack }))
        return
      case 'post':
        event.ports = this._adopt(message.ports).map((port) => new MessagePortMain(port))
        ipcMain.emit(message.channel, event, decode(body))
        return
      default:
        notModelled(`a message '${message.t}' of the page`)
    }
  }
  send(channel, ...args) {
    let payload
    try {
      payload = encode(clone(args))
    } catch {
      throw new Error('Failed to serialize arguments')
    }
    this._toPage({ t: 'send', channel }, payload)
  }
  async loadURL(url) {
    await this._window._opened
    this._expect = toWeb(url)
    this._url = url
    this._isLoading = true
    this.emit('did-start-loading', makeEvent())
    const loaded = new Promise((resolve) => this.once('did-finish-load', resolve))
    await applyPermissions(this, originOf(this._expect))
    const { errorText } = await this._page.send('Page.navigate', { url: this._expect })
    if (errorText) {
      const error = Object.assign(new Error(`${errorText} (-2) loading '${url}'`), { code: errorText.replace('net::', ''), errno: -2, url })
      this.emit('did-fail-load', makeEvent(), -2, error.code, url, true)
      throw error
    }
    await loaded
  }
  reload() {
    this._expect = toWeb(this._url)
    this._page.send('Page.reload')
  }
  getURL() {
    return this._url
  }
  getTitle() {
    return this._title
  }
  isLoading() {
    return this._isLoading
  }
  isDestroyed() {
    return this._isDestroyed
  }
  /** Not Electron's, though it has been there for years: lets a test read what a window was made with. */
  getLastWebPreferences() {
    return { ...this._prefs }
  }
  setWindowOpenHandler(handler) {
    this._openHandler = handler
  }
  _windowOpen({ url, name, features }) {
    const referrer = { url: this._url, policy: 'strict-origin-when-cross-origin' }
    const answer = this._openHandler?.({ url: fromWeb(url), frameName: name, features, disposition: 'foreground-tab', referrer })
    if (answer?.action !== 'deny') notModelled('opening a window from a page')
  }
  _destroy() {
    if (this._isDestroyed) return
    this._isDestroyed = true
    this._dropContext()
    contents.delete(this._targetId)
    if (this._frame) this._frame.detached = true
    this.emit('destroyed')
  }
}

module.exports = { WebContents }
