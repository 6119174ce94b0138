import { moveCapture } from '../store/capture-file.ts'
import type { DataDir } from './data-dir.ts'
import { fileNameOf, freePath } from './file-name.ts'

/** A free path for a new capture of this name. */
export const newCapturePath = (dirs: DataDir, name: string): string => freePath(dirs.captures, fileNameOf(name))

/** Moves a view that was kept out of `views/`, under its own name; returns where it is now. Nobody may have it open. */
export function settleView(dirs: DataDir, path: string, name: string): string {
  const settled = newCapturePath(dirs, name)
  moveCapture(path, settled)
  return settled
}
