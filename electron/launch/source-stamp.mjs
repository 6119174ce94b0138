import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Everything that a build is made of; packages are in by their lockfile. */
const parts = ['electron', 'renderer', 'shared', 'electron.vite.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json']

/**
 * A hash over the names and contents of what a build is made of. Contents and not times: a fresh checkout or a
 * touched file needs no new build, and a file put back with an old time does.
 * @param {string} root
 * @returns {string} 64 hex digits
 */
export function sourceStamp(root) {
  const hash = createHash('sha256')
  const files = parts.flatMap((part) => filesOf(root, part)).toSorted()
  for (const file of files) {
    const content = readFileSync(join(root, file))
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * @param {string} root
 * @param {string} part
 * @returns {string[]} paths below root
 */
function filesOf(root, part) {
  if (/\.\w+$/.test(part)) return [part]
  return readdirSync(join(root, part), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1).replaceAll('\\', '/'))
}
