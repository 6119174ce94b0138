'use strict'
// The one rule of the stand-in: what is not modelled throws. Nothing silently succeeds.
const { EventEmitter } = require('node:events')

/** Looked up by Node, Playwright and the inspector on anything they are given. */
const QUIET = new Set(['then', 'toJSON', 'inspect', 'nodeType', '$$typeof', 'asymmetricMatch', 'domain', 'constructor', 'description', 'subtype'])

const notModelled = (what) => {
  throw new Error(`stand-in: ${what} is not modelled`)
}

const guard = (name) => ({
  get(target, key, receiver) {
    const isKnown = typeof key === 'symbol' || key in target || key[0] === '_' || QUIET.has(key)
    return isKnown ? Reflect.get(target, key, receiver) : notModelled(`electron ${name}.${key}`)
  },
})

/** An object whose other members throw. */
const strict = (name, object) => new Proxy(object, guard(name))

/** An emitter that also refuses events it will never emit. */
class Strict extends EventEmitter {
  constructor(name, events) {
    super()
    this._known = new Set([...events, 'newListener', 'removeListener', 'error'])
    return new Proxy(this, guard(name))
  }
  _check(event) {
    if (!this._known.has(event)) notModelled(`event '${String(event)}'`)
  }
  on(event, listener) {
    this._check(event)
    return super.on(event, listener)
  }
  once(event, listener) {
    this._check(event)
    return super.once(event, listener)
  }
  addListener(event, listener) {
    this._check(event)
    return super.addListener(event, listener)
  }
}

const makeEvent = (extra) => ({
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true
  },
  ...extra,
})

module.exports = { Strict, strict, notModelled, makeEvent }
