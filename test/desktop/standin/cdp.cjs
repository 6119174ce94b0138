'use strict'
// Chromium over --remote-debugging-pipe: NUL-terminated JSON on fds 3 and 4.
const { spawn } = require('node:child_process')
const { EventEmitter } = require('node:events')

class Session extends EventEmitter {
  constructor(conn, id) {
    super()
    this.setMaxListeners(0)
    this.conn = conn
    this.id = id
  }
  send(method, params = {}) {
    return this.conn.send(method, params, this.id)
  }
}

class Connection {
  constructor(binary, args) {
    // stderr is inherited: Playwright reads "DevTools listening on ws://" from it.
    this.child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'] })
    this.exited = new Promise((r) => this.child.once('exit', r))
    this.pending = new Map()
    this.sessions = new Map()
    this.seq = 0
    this.browser = this.session(undefined)
    let parts = []
    this.child.stdio[4].on('data', (chunk) => {
      let from = 0,
        nul
      while ((nul = chunk.indexOf(0, from)) !== -1) {
        parts.push(chunk.subarray(from, nul))
        from = nul + 1
        const whole = Buffer.concat(parts)
        parts = []
        this.receive(JSON.parse(whole.toString('utf8')))
      }
      if (from < chunk.length) parts.push(chunk.subarray(from))
    })
    this.child.stdio[3].on('error', () => {})
    this.child.stdio[4].on('error', () => {})
    this.exited.then(() => {
      for (const p of this.pending.values()) p.reject(new Error('Chromium exited'))
      this.pending.clear()
    })
  }
  session(id) {
    let s = this.sessions.get(id)
    if (!s) this.sessions.set(id, (s = new Session(this, id)))
    return s
  }
  send(method, params, sessionId) {
    const id = ++this.seq
    const done = new Promise((resolve, reject) => this.pending.set(id, { resolve, reject, method, sessionId }))
    done.catch(() => {}) // a caller may be fire-and-forget
    this.child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0')
    return done
  }
  receive(m) {
    if (m.id !== undefined) {
      const p = this.pending.get(m.id)
      this.pending.delete(m.id)
      if (m.error) p?.reject(new Error(`${p.method}: ${m.error.message}`))
      else p?.resolve(m.result)
    } else {
      if (m.method === 'Target.detachedFromTarget')
        // commands of a closed page are never answered
        for (const [id, p] of this.pending)
          if (p.sessionId === m.params.sessionId) {
            this.pending.delete(id)
            p.reject(new Error(`${p.method}: page closed`))
          }
      this.sessions.get(m.sessionId)?.emit(m.method, m.params)
    }
  }
}
module.exports = { Connection }
