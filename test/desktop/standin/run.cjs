'use strict'
// What `electron [options] <app> [args]` does, under plain Node.
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const electron = pathToFileURL(path.join(__dirname, 'electron.cjs')).href
Module.registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron' || specifier === 'electron/main') return { url: electron, format: 'commonjs', shortCircuit: true }
    return next(specifier, context)
  },
})

process.argv.splice(1, 1) // as Electron: [executable, ...arguments]
const given = process.argv.slice(1)
const preloads = []
let appArg
for (let at = 0; at < given.length && appArg === undefined; at++) {
  if (given[at] === '-r' || given[at] === '--require') preloads.push(given[++at])
  else if (!given[at].startsWith('-')) appArg = given[at]
}
if (!appArg) {
  console.error('stand-in: no app given')
  process.exit(2)
}

const root = path.resolve(appArg)
const { main } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
const entry = path.resolve(root, main)

Object.defineProperty(process.versions, 'electron', { value: require('./version.json').electron, enumerable: true })
process.type = 'browser'
process.resourcesPath = path.join(root, 'resources')

const { prepare, launch } = require('./life.cjs')
prepare({ root, entry, args: given })
for (const preload of preloads) require(preload)
try {
  require(entry)
} catch (error) {
  console.error('stand-in: main process failed\n', error)
  process.exit(1)
}
launch().catch((error) => {
  console.error('stand-in: main process failed\n', error)
  process.exit(1)
})
