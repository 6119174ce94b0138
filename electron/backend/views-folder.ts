import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { removeCapture } from '../store/capture-file.ts'
import { acquireWriterLock, isWritten, lockFile, type WriterLock } from '../store/writer-lock.ts'
import type { DataDir } from './data-dir.ts'

/**
 * This process's own folder for views. Its lock dies with the process, so that two Kinescopes on one data folder tell
 * each other's views from those that a crash left behind. Made when the first view is opened.
 */
export class ViewsFolder {
  readonly #parent: string
  #own: { path: string; lock: WriterLock } | null = null

  constructor(dirs: DataDir) {
    this.#parent = dirs.views
  }

  /** A path for a new view. */
  newPath(): string {
    return join(this.#open(), `${randomUUID()}.kinescope`)
  }

  /** What this process is called in the catalog, as long as it runs. */
  get owner(): string {
    return basename(this.#open())
  }

  /** Whether the process of this name still runs. */
  isRunning(owner: string): boolean {
    return isWritten(join(this.#parent, owner))
  }

  #open(): string {
    if (this.#own === null) {
      const path = join(this.#parent, randomUUID())
      const lock = acquireWriterLock(path)
      mkdirSync(path, { mode: 0o700 })
      this.#own = { path, lock }
    }
    return this.#own.path
  }

  /** Whether a capture lies among views, of this process or another. */
  holds(path: string): boolean {
    return path.startsWith(this.#parent + sep)
  }

  /** Whether a capture among views belongs to a Kinescope that runs, this one included. */
  isAlive(path: string): boolean {
    const folder = dirname(path)
    return folder === this.#parent ? isWritten(path) : isWritten(folder)
  }

  /** Deletes the views that a crash left behind, but none that was kept or that a running Kinescope has. */
  clear(kept: ReadonlySet<string>): void {
    for (const entry of readdirSync(this.#parent, { withFileTypes: true })) {
      const path = join(this.#parent, entry.name)
      if (entry.isDirectory()) {
        if (isWritten(path)) continue
        removeAll(path, kept)
        if (readdirSync(path).length === 0) rmSync(path, { recursive: true })
        rmSync(lockFile(path), { force: true })
      }
    }
    removeAll(this.#parent, kept)
  }

  /** Nothing is in it any more but what could not be moved away. */
  close(): void {
    if (this.#own === null) return
    const { path, lock } = this.#own
    this.#own = null
    if (existsSync(path) && readdirSync(path).length === 0) rmSync(path, { recursive: true })
    lock.release()
  }
}

/** Removes captures that nobody writes, with what lies beside them, drafts too. */
function removeAll(folder: string, kept: ReadonlySet<string>): void {
  const names = new Set(readdirSync(folder).flatMap((name) => /^.*?\.kinescope(?=-|$)/.exec(name)?.[0] ?? []))
  for (const name of names) {
    const path = join(folder, name)
    if (!kept.has(path) && !isWritten(path)) removeCapture(path)
  }
}
