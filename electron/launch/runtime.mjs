import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { runTied } from './tied-process.mjs'

/** How long the first start waits for the Electron runtime, about 110 MB, before it goes on without. */
const downloadMs = 60_000

/**
 * Why the desktop can't be shown here, whatever is installed; null where it can.
 * @param {{ platform: NodeJS.Platform, uid: number | undefined, env: NodeJS.ProcessEnv }} where
 * @returns {string | null} the rest of a sentence that begins with "The browser shows the console, because …"
 */
export function noDesktop({ platform, uid, env }) {
  if (platform === 'linux' && uid === 0) return 'Electron does not run as root'
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display here'
  return null
}

/**
 * The Electron executable of the installed version, if its runtime was downloaded completely.
 * Read from the files that the package's own installer writes: its module would start a download by itself.
 * @returns {string | null}
 */
export function installedRuntime() {
  try {
    const folder = electronFolder()
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (readFileSync(join(folder, 'dist', 'version'), 'utf8').trim().replace(/^v/, '') !== version) return null
    const executable = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return existsSync(executable) ? executable : null
  } catch {
    return null
  }
}

/**
 * Downloads the runtime with the installer of the `electron` package.
 * @param {{ script?: string, limitMs?: number, log?: (line: string) => void }} [options]
 * @returns {Promise<string | null>} why it could not be had; null when it is there
 */
export async function obtainRuntime({
  script = join(electronFolder(), 'install.js'),
  limitMs = downloadMs,
  log = (line) => void process.stderr.write(`${line}\n`),
} = {}) {
  log('Getting the Electron runtime (once, about 110 MB)…')
  const late = AbortSignal.timeout(limitMs)
  const { code } = await runTied([script], { signal: late })
  if (late.aborted && code !== 0) return `the Electron runtime could not be downloaded within ${limitMs / 1000} s`
  return code === 0 ? null : 'the Electron runtime could not be downloaded'
}

function electronFolder() {
  return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
}
