import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { root } from './preflight.mjs'
import { sourceStamp } from './source-stamp.mjs'
import { runTied } from './tied-process.mjs'

/*
 * A build is made in `out.<pid>` and gets its stamp last: a folder with a stamp is whole. Putting it in place takes two
 * renames, as no system replaces a full folder in one; a kill between them leaves a whole `out.<pid>`, which the next
 * one to come puts in place without building. While a build goes on, its builder touches the folder every second:
 * others wait for it, and a folder that nobody touches any more belongs to a builder that was killed.
 */
const heartbeatMs = 1000
const deadAfterMs = 10_000
const stampFile = 'stamp'

/**
 * Makes `out` a build of the sources as they are. Messages go to standard error only.
 * @param {{ folder?: string, stamp?: () => string, make?: (out: string) => Promise<void>, log?: (line: string) => void, alive?: typeof isAlive }} [options]
 * @returns {Promise<'built' | 'fresh'>}
 */
export async function ensureBuilt({
  folder = root,
  stamp = () => sourceStamp(folder),
  make = electronViteBuild,
  log = (line) => void process.stderr.write(`${line}\n`),
  alive = isAlive,
} = {}) {
  const wanted = stamp()
  for (;;) {
    if (stampOf(join(folder, 'out')) === wanted) return 'fresh'
    const builders = others(folder)
    const whole = builders.find((name) => !alive(join(folder, name)) && stampOf(join(folder, name)) === wanted)
    if (whole !== undefined && putInPlace(folder, whole, wanted)) return 'fresh'
    const busy = builders.find((name) => alive(join(folder, name)))
    if (busy === undefined) break
    log(`Kinescope is being built by another process (${busy.slice('out.'.length)}): waiting for it…`)
    while (alive(join(folder, busy))) await delay(200)
  }

  const own = `out.${process.pid}`
  const target = join(folder, own)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  // Two that began in the same moment: the one with the lower number goes on, the other waits for it.
  const rival = others(folder).find((name) => name < own && alive(join(folder, name)))
  if (rival !== undefined) {
    rmSync(target, { recursive: true, force: true })
    return ensureBuilt({ folder, stamp, make, log, alive })
  }

  log('Building Kinescope (the first time and after a change of its source)…')
  const started = performance.now()
  const heartbeat = setInterval(() => touch(target), heartbeatMs)
  try {
    await make(target)
    writeFileSync(join(target, stampFile), wanted)
    if (!putInPlace(folder, own, wanted)) throw new Error('The build could not be put in place of `out`: end what runs from it, and try again.')
  } finally {
    clearInterval(heartbeat)
    rmSync(target, { recursive: true, force: true })
  }
  clean(folder, alive)
  log(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
  return 'built'
}

/**
 * @param {string} folder
 * @param {string} name the folder of the whole build
 * @param {string} wanted
 * @returns {boolean} whether `out` is a build of the wanted sources now
 */
function putInPlace(folder, name, wanted) {
  const out = join(folder, 'out')
  for (let turn = 0; turn < 20; turn++) {
    if (stampOf(out) === wanted) return true
    moved(out, join(folder, `${name}.old-${turn}`))
    if (moved(join(folder, name), out)) {
      for (let old = 0; old <= turn; old++) rmSync(join(folder, `${name}.old-${old}`), { recursive: true, force: true })
      return true
    }
  }
  return stampOf(out) === wanted
}

/**
 * @param {string} from
 * @param {string} to
 */
function moved(from, to) {
  try {
    renameSync(from, to)
    return true
  } catch {
    return false
  }
}

/**
 * What killed builders left.
 * @param {string} folder
 * @param {typeof isAlive} alive
 */
function clean(folder, alive) {
  for (const name of others(folder)) if (!alive(join(folder, name))) rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 })
  for (const name of readdirSync(folder)) if (/^out\.\d+\.old-\d+$/.test(name)) rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 3 })
}

/** @param {string} folder */
const others = (folder) => readdirSync(folder).filter((name) => /^out\.\d+$/.test(name) && name !== `out.${process.pid}`)

/**
 * The stamp of a whole build; null where there is none.
 * @param {string} out
 */
function stampOf(out) {
  try {
    return readFileSync(join(out, stampFile), 'utf8')
  } catch {
    return null
  }
}

/**
 * Whether a builder still works on its folder: it exists as a process and has touched the folder a moment ago.
 * @param {string} out
 */
function isAlive(out) {
  try {
    return isRunning(Number(/\.(\d+)$/.exec(out)?.[1])) && Date.now() - statSync(out).mtimeMs < deadAfterMs
  } catch {
    return false
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {
    // Gone: the build itself will say so.
  }
}

/**
 * Builds main, preload, workers and renderer into `out`. What the tool prints is shown only when it fails.
 * @param {string} out
 * @returns {Promise<void>}
 */
async function electronViteBuild(out) {
  const manifest = createRequire(import.meta.url).resolve('electron-vite/package.json')
  const { code, printed } = await runTied([join(dirname(manifest), 'bin', 'electron-vite.js'), 'build'], {
    cwd: root,
    env: { ...process.env, KINESCOPE_OUT: out, NODE_ENV: 'production' },
  })
  if (code !== 0) throw new Error(`${printed}\nKinescope could not be built (exit code ${code}).`)
}
