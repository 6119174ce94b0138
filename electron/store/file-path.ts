import { closeSync, fsyncSync, openSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { KinescopeError } from '#shared/model/error.ts'
import { errorCode, quoted, withStoreErrors } from './store-error.ts'

/** Bytes of the file at `path`; null where there is none. */
export function sizeOf(path: string): number | null {
  const stats = withStoreErrors('Opening', path, () => statSync(path, { throwIfNoEntry: false }))
  if (stats === undefined) return null
  if (!stats.isFile()) {
    throw new KinescopeError('file-system', `${quoted(path)} is not a file.`, { action: 'Choose a file.' })
  }
  return stats.size
}

/** The path by which all who mean this file know it: absolute, links followed. */
export function realPath(path: string): string {
  const full = plainPath(resolve(path))
  return withStoreErrors('Opening', full, () => {
    try {
      return realpathSync(full)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      return join(realpathSync(dirname(full)), basename(full))
    }
  })
}

/** Makes a rename or a new file in a folder survive power loss. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** better-sqlite3 trims names, and C ends them at NUL: either would open another file than the one that was meant. */
export function plainPath(path: string): string {
  if (path === path.trim() && !path.includes('\0')) return path
  throw new KinescopeError('invalid-argument', 'A file name cannot end in a blank or contain a NUL character.', { action: 'Choose another name.' })
}
