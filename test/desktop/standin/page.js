// Evaluated by Chromium at document start; two functions, two worlds.
// mainWorld() runs in the page's world and holds no IPC. isolatedWorld() runs in the
// isolated world that the CDP binding is limited to, and runs the app's preload bundle.
// They talk by DOM CustomEvents under a per-run secret name; Blink structured-clones
// event.detail between worlds, so no object of one world is ever reachable from the other.

function bridgeEnd(secret, mine, theirs, onOpen) {
  const { CustomEvent, Map, Promise, Error, Array, Object, Symbol, WeakMap } = globalThis
  const dispatch = document.dispatchEvent.bind(document)
  const functions = new Map(),
    ids = new WeakMap(),
    proxies = new Map(),
    waiting = new Map()
  let seq = 0,
    reply
  const say = (detail) => dispatch(new CustomEvent(secret + theirs, { detail }))
  const errOut = (e) => (e instanceof Error ? { error: { name: e.name, message: e.message } } : { value: out(e) })
  const errIn = (r) => (r.error ? Object.assign(new (globalThis[r.error.name] ?? Error)(r.error.message)) : into(r.value))
  function out(v, seen = new Map()) {
    if (typeof v === 'function') {
      let id = ids.get(v)
      if (!id) {
        id = mine + ++seq
        ids.set(v, id)
        functions.set(id, v)
      }
      return ['f', id]
    }
    if (typeof v === 'symbol') throw new Error('An object could not be cloned.')
    if (v === null || typeof v !== 'object') return ['v', v]
    if (v instanceof Promise) {
      const id = mine + ++seq
      v.then(
        (w) => say({ t: 'settle', id, ok: true, r: { value: out(w) } }),
        (e) => say({ t: 'settle', id, ok: false, r: errOut(e) }),
      ).catch((e) => say({ t: 'settle', id, ok: false, r: errOut(e) }))
      return ['p', id]
    }
    if (seen.has(v)) return seen.get(v)
    if (v instanceof Error) return ['e', v.message]
    const plain = Array.isArray(v) || Object.prototype.toString.call(v) === '[object Object]'
    if (!plain) return ['v', structuredClone(v)]
    const node = [Array.isArray(v) ? 'a' : 'o', []]
    seen.set(v, node)
    for (const k of Object.keys(v)) if (typeof v[k] !== 'symbol') node[1].push([k, out(v[k], seen)])
    return node
  }
  function into(node, freeze = false, made = new Map()) {
    const [t, x] = node
    if (made.has(node)) return made.get(node)
    switch (t) {
      case 'v':
        return x
      case 'e':
        return new Error(x)
      case 'p':
        return new Promise((resolve, reject) => waiting.set(x, { resolve, reject }))
      case 'f': {
        if (!proxies.has(x))
          proxies.set(x, (...args) => {
            const packed = out(args)
            reply = undefined
            say({ t: 'call', id: x, packed }) // listeners run synchronously
            const r = reply
            reply = undefined
            if (!r) throw new Error('context bridge: no reply')
            if (r.ok) return into(r.r.value)
            throw errIn(r.r)
          })
        return proxies.get(x)
      }
      default: {
        const o = t === 'a' ? [] : {}
        made.set(node, o)
        for (const [k, w] of x) o[k] = into(w, freeze, made)
        return freeze ? Object.freeze(o) : o
      }
    }
  }
  document.addEventListener(
    secret + mine,
    (event) => {
      event.stopImmediatePropagation()
      const d = event.detail
      if (d.t === 'reply') reply = d
      else if (d.t === 'open') onOpen(d)
      else if (d.t === 'settle') {
        const w = waiting.get(d.id)
        waiting.delete(d.id)
        d.ok ? w?.resolve(into(d.r.value)) : w?.reject(errIn(d.r))
      } else if (d.t === 'call') {
        let answer
        try {
          answer = { t: 'reply', ok: true, r: { value: out(functions.get(d.id)(...into(d.packed))) } }
        } catch (e) {
          answer = { t: 'reply', ok: false, r: errOut(e) }
        }
        say(answer)
      } else if (d.t === 'expose') {
        try {
          if (d.key in globalThis) throw new Error('Cannot bind an API on top of an existing property on the window object')
          Object.defineProperty(globalThis, d.key, { value: into(d.api, true), enumerable: true, writable: false, configurable: false })
          say({ t: 'reply', ok: true, r: { value: ['v', undefined] } })
        } catch (e) {
          say({ t: 'reply', ok: false, r: errOut(e) })
        }
      }
    },
    true,
  )
  return {
    say,
    expose(key, api) {
      reply = undefined
      const packed = out(api)
      say({ t: 'expose', key, api: packed })
      const r = reply
      reply = undefined
      if (!r?.ok) throw errIn(r.r)
    },
  }
}

function mainWorld(cfg, bridgeEnd) {
  if (window !== window.top) return
  const { say } = bridgeEnd(cfg.secret, 'main', 'iso')
  // A popup that Chromium really opens is paused by Playwright until it has attached; closing it then (a denied
  // window) can hang its opener. So no popup is ever opened: the request goes to setWindowOpenHandler instead.
  const ask = (url, name = '', features = '') => {
    say({ t: 'open', url: new URL(url, document.baseURI).href, name, features })
  }
  window.open = function open(url = 'about:blank', name = '', features = '') {
    ask(String(url), String(name), String(features))
    return null
  }
  window.addEventListener('click', (e) => {
    const a = e.defaultPrevented ? null : e.composedPath().find((n) => n instanceof HTMLAnchorElement && n.href)
    if (!a || !(e.ctrlKey || e.metaKey || e.shiftKey || !['', '_self', '_top', '_parent'].includes(a.target))) return
    e.preventDefault()
    ask(a.href, a.target === '_blank' ? '' : a.target)
  })
}

function isolatedWorld(cfg, bridgeEnd, makeCodec, preload) {
  if (window !== window.top) return // nodeIntegrationInSubFrames is off
  const { encode, decode, clone } = makeCodec()
  const bind = globalThis[cfg.binding]
  delete globalThis[cfg.binding]
  const tell = (m, payload = '') => bind(JSON.stringify(m) + '\n' + payload)
  const refuse = () => {
    throw new Error('An object could not be cloned.')
  }
  const bridge = bridgeEnd(cfg.secret, 'iso', 'main', (d) => tell({ t: 'open', url: d.url, name: d.name, features: d.features }))

  // -- a tiny EventEmitter: the sandboxed preload's ipcRenderer is Node style
  const listeners = new Map()
  const ports = new Map()
  let seq = 0
  const adopt = (list) =>
    list.map((p) => {
      // take ports away from the caller, as a transfer does
      if (!(p instanceof MessagePort)) throw new TypeError('Invalid value for transfer')
      const [mine] = structuredClone([p], { transfer: [p] })
      return pipe(mine)
    })
  function pipe(port, id = 'r' + ++seq) {
    ports.set(id, port)
    port.onmessage = (e) => {
      const inner = adopt([...e.ports])
      tell({ t: 'port', id, ports: inner }, encode(e.data))
    }
    port.addEventListener('close', () => {
      if (ports.delete(id)) tell({ t: 'port-close', id })
    })
    return id
  }
  const fromMain = (ids) =>
    ids.map((id) => {
      const ch = new MessageChannel()
      pipe(ch.port1, id)
      return ch.port2
    })

  const ipcRenderer = {
    on(c, f) {
      if (!listeners.has(c)) listeners.set(c, [])
      listeners.get(c).push(f)
      return ipcRenderer
    },
    once(c, f) {
      const g = (...a) => {
        ipcRenderer.off(c, g)
        f(...a)
      }
      g.listener = f
      return ipcRenderer.on(c, g)
    },
    off(c, f) {
      listeners.set(
        c,
        (listeners.get(c) ?? []).filter((g) => g !== f && g.listener !== f),
      )
      return ipcRenderer
    },
    removeAllListeners(c) {
      c === undefined ? listeners.clear() : listeners.delete(c)
      return ipcRenderer
    },
    listenerCount: (c) => (listeners.get(c) ?? []).length,
    postMessage(channel, message, transfer = []) {
      const payload = encode(clone(message))
      tell({ t: 'post', channel, ports: adopt([...transfer]) }, payload)
    },
  }
  for (const name of ['send', 'invoke', 'sendSync', 'sendToHost']) {
    ipcRenderer[name] = () => {
      throw new Error(`stand-in: ipcRenderer.${name} is not modelled`)
    }
  }
  ipcRenderer.addListener = ipcRenderer.on
  ipcRenderer.removeListener = ipcRenderer.off

  globalThis[cfg.receive] = (head, payload) => {
    const m = JSON.parse(head)
    if (m.t === 'send') {
      for (const f of [...(listeners.get(m.channel) ?? [])]) f({ sender: ipcRenderer, ports: [] }, ...decode(payload))
    } else if (m.t === 'port') ports.get(m.id)?.postMessage(decode(payload), fromMain(m.ports))
    else if (m.t === 'port-close') {
      const p = ports.get(m.id)
      ports.delete(m.id)
      p?.close()
    }
  }

  const contextBridge = {
    exposeInMainWorld: (key, api) => bridge.expose(key, api),
    exposeInIsolatedWorld() {
      throw new Error('stand-in: exposeInIsolatedWorld is not modelled')
    },
    executeInMainWorld() {
      throw new Error('stand-in: executeInMainWorld is not modelled')
    },
  }
  const electron = { contextBridge, ipcRenderer }
  const require = (name) => {
    if (name === 'electron' || name === 'electron/renderer') return electron
    throw new Error(`module not found: ${name}`) // what the sandboxed preload says
  }
  const process = Object.freeze({ ...cfg.process, env: {}, contextIsolated: true, sandboxed: true, isMainFrame: true, type: 'renderer' })
  try {
    preload(require, { exports: {} }, {}, process)
  } catch (e) {
    console.error('Unable to load preload script: ' + cfg.preloadPath, e)
    tell({ t: 'preload-error', message: String(e?.message ?? e), stack: e?.stack })
  }
}
