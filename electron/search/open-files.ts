import { statSync } from 'node:fs'
import { openCapture } from '../store/capture-reader.ts'
import type { CaptureReader } from '../store/capture-reader.ts'

/** Readers that nobody uses at the moment and that stay open for the next question. */
const MOST_IDLE = 4

interface OpenFile {
  readonly path: string
  readonly reader: CaptureReader
  readonly identity: string
  users: number
}

/** A reader in use; `[Symbol.dispose]` gives it back. */
export interface UsedReader extends Disposable {
  readonly reader: CaptureReader
}

/** The captures that a worker has open, one reader for each however many row sets and scans use it. */
export class OpenFiles {
  readonly #files = new Map<string, OpenFile>()
  readonly #onSlow: (name: string, ms: number) => void

  constructor(onSlow: (name: string, ms: number) => void) {
    this.#onSlow = onSlow
  }

  /** Throws what `openCapture` throws. */
  use(path: string): UsedReader {
    const file = this.#current(path) ?? this.#open(path)
    file.users++
    // Most recently used last.
    this.#files.delete(path)
    this.#files.set(path, file)
    let isUsed = true
    return {
      reader: file.reader,
      [Symbol.dispose]: () => {
        if (!isUsed) return
        isUsed = false
        file.users--
        this.#closeIdle()
      },
    }
  }

  /** Closes a file, whoever uses it. */
  forget(path: string): void {
    const file = this.#files.get(path)
    this.#files.delete(path)
    file?.reader.close()
  }

  close(): void {
    for (const path of this.#files.keys()) this.forget(path)
  }

  /** A file that was deleted and made anew under its path is another file. */
  #current(path: string): OpenFile | null {
    const file = this.#files.get(path)
    if (file === undefined || file.users > 0 || file.identity === identityOf(path)) return file ?? null
    this.forget(path)
    return null
  }

  #open(path: string): OpenFile {
    const identity = identityOf(path)
    return { path, reader: openCapture(path, { onSlow: this.#onSlow }), identity, users: 0 }
  }

  #closeIdle(): void {
    const idle = [...this.#files.values()].filter(({ users }) => users === 0)
    for (const { path } of idle.slice(0, Math.max(0, idle.length - MOST_IDLE))) this.forget(path)
  }
}

const identityOf = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stat === undefined ? 'absent' : `${stat.dev}:${stat.ino}`
}
