// Runs first in every entry point and on any Node that knows modules: so no newer syntax and no "node:" names here.
import { existsSync } from 'fs'
import { dirname, join } from 'path'
import { fileURLToPath } from 'url'

/** The folder that holds package.json. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * What stands in the way of starting, in words that say what to do; null where nothing does.
 * @param {string} version as `process.versions.node` gives it
 * @param {(path: string) => boolean} exists whether a path below the project's folder is there
 * @returns {string | null}
 */
export function obstacle(version, exists) {
  const parts = /^(\d+)\.(\d+)/.exec(version)
  const release = parts === null ? 0 : Number(parts[1]) * 1000 + Number(parts[2])
  const isOld = release < 22014
  if (isOld) {
    const hint = exists('node_modules') ? '' : ' On Linux and Windows "npm ci" brings one along, which npm scripts then use.'
    return 'Kinescope needs Node 22.14 or newer, and this is Node ' + version + '. Install a newer one from https://nodejs.org and try again.' + hint
  }
  if (!exists('node_modules/electron-vite/package.json')) return 'Kinescope\'s packages are not installed yet. Run "npm ci" in its folder first.'
  return null
}

/** Ends the process with a sentence where it can't start here. */
export function preflight() {
  const found = obstacle(process.versions.node, (path) => existsSync(join(root, path)))
  if (found === null) return
  console.error(found)
  process.exit(1)
}
