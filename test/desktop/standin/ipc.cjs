'use strict'
const { EventEmitter } = require('node:events')
const { strict } = require('./strict.cjs')
const { encode, clone } = require('./codec.cjs').makeCodec()

/** A port in the main process, over one end of a Node channel. */
class MessagePortMain extends EventEmitter {
  constructor(port) {
    super()
    this._port = port
    this._isStarted = false
    port.once('close', () => this.emit('close'))
  }
  /** Electron queues until this is called. */
  start() {
    if (this._isStarted) return
    this._isStarted = true
    this._port.on('message', ({ data, ports }) => this.emit('message', { data, ports: ports.map((port) => new MessagePortMain(port)) }))
  }
  postMessage(message, transfer = []) {
    if (transfer.length > 0) throw new Error('stand-in: transferring ports from the main process is not modelled')
    const data = clone(message)
    encode(data) // refuses what Blink would refuse
    this._port.postMessage({ data, ports: [] })
  }
  close() {
    this._port.close()
  }
}

const emitter = new EventEmitter()
const ipcMain = strict('ipcMain', {
  on: (channel, listener) => void emitter.on(channel, listener),
  once: (channel, listener) => void emitter.once(channel, listener),
  removeListener: (channel, listener) => void emitter.off(channel, listener),
  emit: (channel, ...args) => emitter.emit(channel, ...args),
})

module.exports = { ipcMain, MessagePortMain }
