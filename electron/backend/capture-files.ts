import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { moveCapture, removeCapture } from '../store/capture-file.ts'
import { isWritten } from '../store/writer-lock.ts'
import type { DataDir } from './data-dir.ts'
import { fileNameOf, freePath } from './file-name.ts'

const ending = '.kinescope'

/** Deletes the views that an earlier run left behind, but none that another running Kinescope writes. */
export function clearViews(dirs: DataDir, kept: ReadonlySet<string>): void {
  for (const file of readdirSync(dirs.views)) {
    const path = join(dirs.views, file)
    if (file.endsWith(ending) && !kept.has(path) && !isWritten(path)) removeCapture(path)
  }
}

/** Moves a view that was kept out of `views/`, under its own name; returns where it is now. Nobody may have it open. */
export function settleView(dirs: DataDir, path: string, name: string): string {
  const settled = freePath(dirs.captures, fileNameOf(name))
  moveCapture(path, settled)
  return settled
}
