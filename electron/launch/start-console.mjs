import { spawn } from 'node:child_process'
import { ensureBuilt } from './ensure-built.mjs'
import { root } from './preflight.mjs'
import { runBuilt } from './run-command.mjs'
import { installedRuntime, noDesktop, obtainRuntime } from './runtime.mjs'

/** A desktop that fails within this time never came up: the browser host takes over. */
const comesUpMs = 15_000

/** Options that only the browser host has: who gives one wants that host. */
const browserOnly = /^--(port(=.*)?|no-open)$/

/**
 * Starts the console: on the desktop where it can run, else in the browser host, saying why.
 * @param {readonly string[]} args passed through to the host
 */
export async function startConsole(args) {
  const reason = await whyNotDesktop(args)
  await runBuilt('browser', [`--reason=${sentence(reason)}`, ...args])
}

/**
 * Runs the desktop if it can be run, and ends with it.
 * @param {readonly string[]} args
 * @returns {Promise<string>} why there is no desktop
 */
async function whyNotDesktop(args) {
  const option = args.find((arg) => browserOnly.test(arg))
  const reason = option === undefined ? noDesktop({ platform: process.platform, uid: process.getuid?.(), env: process.env }) : `${option} was given`
  if (reason !== null) {
    await ensureBuilt()
    return reason
  }
  const [, failure] = await Promise.all([ensureBuilt(), installedRuntime() === null ? obtainRuntime() : null])
  const runtime = installedRuntime()
  if (runtime === null) return failure ?? 'the Electron runtime could not be unpacked'
  const code = await runDesktop(runtime, args)
  return `the Electron runtime does not start here (${code})`
}

/**
 * Runs the desktop until it ends and exits with its code; returns only when it never came up.
 * @param {string} runtime
 * @param {readonly string[]} args
 * @returns {Promise<string>} how it ended
 */
async function runDesktop(runtime, args) {
  const started = performance.now()
  const child = spawn(runtime, [root, ...args], { stdio: 'inherit', windowsHide: false })
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  let isAsked = false
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    isAsked = true
    child.kill(signal)
  }
  for (const signal of signals) process.on(signal, forward)
  const { code, signal, failure } = await new Promise((resolve) =>
    child
      .once('error', (error) => resolve({ code: 1, signal: null, failure: error.message }))
      .once('exit', (code, signal) => resolve({ code, signal, failure: null })),
  )
  for (const signal of signals) process.off(signal, forward)
  const isBroken = !isAsked && code !== 0 && performance.now() - started < comesUpMs
  if (isBroken) return failure ?? (signal === null ? `exit code ${code}` : `ended by ${signal}`)
  if (signal !== null) process.kill(process.pid, signal)
  return process.exit(code ?? 1)
}

/** @param {string} reason */
const sentence = (reason) => `The browser shows the console, because ${reason}.`
