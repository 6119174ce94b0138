import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isWritten } from '../store/writer-lock.ts'
import type { DataDir } from './data-dir.ts'
import { fileNameOf, freePath } from './file-name.ts'

const ending = '.kinescope'

/** Deletes a capture with what SQLite and the lock keep beside it. */
export function deleteCapture(path: string): void {
  for (const beside of ['', '-wal', '-shm', '-journal', '-lock']) rmSync(path + beside, { force: true })
}

/** Deletes the views that an earlier run left behind, but none that another running Kinescope writes. */
export function clearViews(dirs: DataDir, kept: ReadonlySet<string>): void {
  for (const file of readdirSync(dirs.views)) {
    const path = join(dirs.views, file)
    if (file.endsWith(ending) && !kept.has(path) && !isWritten(path)) deleteCapture(path)
  }
}

/** Moves a view that was kept out of `views/`, under its own name; returns where it is now. Nothing may write it. */
export function settleView(dirs: DataDir, path: string, name: string): string {
  const settled = freePath(dirs.captures, fileNameOf(name))
  renameSync(path, settled)
  return settled
}
