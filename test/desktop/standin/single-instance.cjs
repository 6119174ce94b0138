'use strict'
const { execFileSync } = require('node:child_process')
const crypto = require('node:crypto')
const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { encode, decode, clone } = require('./codec.cjs').makeCodec()

/** Run by a second instance, whose call must not return before the first one has its message. */
const deliver = 'require("net").connect(process.argv[1]).end(process.argv[2])'

/**
 * One instance for each profile folder. A link that names its process is the lock, as Chromium's own is.
 * @returns a function that gives the lock back, or null where another instance has it and was told
 */
function takeLock(folder, additionalData, onSecond) {
  fs.mkdirSync(folder, { recursive: true })
  const lock = path.join(folder, 'StandinLock')
  const name = crypto.createHash('sha1').update(folder).digest('hex').slice(0, 16)
  const socket = path.join(os.tmpdir(), `standin-${name}.sock`)
  if (!makeLock(lock)) {
    if (isHeld(lock)) {
      const message = JSON.stringify({ argv: process.argv, cwd: process.cwd(), data: encode(clone(additionalData)) })
      execFileSync(process.execPath, ['-e', deliver, socket, message])
      return null
    }
    fs.rmSync(lock, { force: true })
    if (!makeLock(lock)) return null
  }
  fs.rmSync(socket, { force: true })
  const server = net.createServer((client) => receive(client, onSecond)).listen(socket)
  server.unref()
  return () => {
    server.close()
    fs.rmSync(lock, { force: true })
  }
}

function makeLock(lock) {
  try {
    fs.symlinkSync(String(process.pid), lock)
    return true
  } catch {
    return false
  }
}

function isHeld(lock) {
  try {
    return process.kill(Number(fs.readlinkSync(lock)), 0)
  } catch {
    return false
  }
}

function receive(client, onSecond) {
  let text = ''
  client
    .on('data', (chunk) => (text += chunk))
    .on('end', () => {
      const { argv, cwd, data } = JSON.parse(text)
      onSecond({ argv, cwd, data: decode(data) })
    })
    .on('error', () => {})
}

module.exports = { takeLock }
