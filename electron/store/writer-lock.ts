import { randomInt } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { KinescopeError } from '#shared/model/error.ts'
import { openWritable, pragmaNumber, type WritableDB } from './database.ts'
import { realPath } from './file-path.ts'
import { errorCode, quoted, storeError } from './store-error.ts'

/**
 * The right to write a capture file: held by one writer at a time over all processes, and gone
 * when its process is, however that dies. It is SQLite's own write lock (an operating-system lock,
 * no pid) on a companion file, held in an open transaction: the capture itself must stay
 * unlocked between commits, so that others can read it.
 */
export interface WriterLock {
  release(): void
}

/** A rival that only looks (`isWritten`) holds the lock for a moment: that is waited for. */
const patienceMs = 250
const attempts = 20

export function lockFile(path: string): string {
  return `${path}-lock`
}

/** Takes the lock for a capture file (its real path). Throws `in-use`, or `file-system` where no file can be made. */
export function acquireWriterLock(path: string): WriterLock {
  const file = lockFile(path)
  for (let attempt = 0; attempt < attempts; attempt++) {
    let db: WritableDB | null = null
    try {
      db = openWritable(file, { create: true, timeout: patienceMs })
      if (takeLock(db, file)) return held(db, file)
      db.close()
    } catch (error) {
      db?.close()
      // The holder removed the file while it was being opened.
      if (/^SQLITE_(READONLY_DBMOVED|IOERR_FSTAT)/.test(errorCode(error))) continue
      if (isBusy(error)) throw inUse(path)
      throw storeError(error, 'Locking the capture', path)
    }
  }
  throw inUse(path)
}

/** Whether a process, this one included, holds the lock now. A lock file left by a killed process does not count. */
export function isWritten(path: string): boolean {
  const file = lockFile(realPath(path))
  if (!existsSync(file)) return false
  let db: WritableDB | null = null
  try {
    db = openWritable(file, { timeout: 0 })
    db.exec('BEGIN IMMEDIATE; ROLLBACK')
    return false
  } catch (error) {
    return isBusy(error)
  } finally {
    db?.close()
  }
}

/**
 * Locks, and finds out whether the file that was locked still lies at its path: a holder that
 * released it removed it, and a lock on a removed file would exclude nobody. So a random mark is
 * committed first and looked for, under the lock, through the path. (A look through `node:fs`
 * would drop the lock, see `openReadable`.)
 */
export function takeLock(db: WritableDB, file: string): boolean {
  const mark = randomInt(1, 2 ** 31)
  db.pragma('journal_mode = MEMORY')
  db.pragma('synchronous = OFF')
  db.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${mark}; COMMIT; BEGIN IMMEDIATE`)
  let seen: WritableDB | null = null
  try {
    seen = openWritable(file, { timeout: 0 })
    return pragmaNumber(seen, 'user_version') === mark && pragmaNumber(db, 'user_version') === mark
  } catch (error) {
    if (isBusy(error) || errorCode(error).startsWith('SQLITE_CANTOPEN')) return false
    throw error
  } finally {
    seen?.close()
  }
}

function held(db: WritableDB, file: string): WriterLock {
  return {
    release: () => {
      if (!db.open) return
      // While it is still locked: whoever waits for it notices that it is gone and makes a new one.
      if (process.platform !== 'win32') rmSync(file, { force: true })
      db.close()
      // Windows removes no open file, neither ours nor a waiting rival's: there it comes after.
      if (process.platform === 'win32') removeIfFree(file)
    },
  }
}

function removeIfFree(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // A rival has opened it, and will remove it.
  }
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(errorCode(error))
}

function inUse(path: string): KinescopeError {
  return new KinescopeError('in-use', `The capture ${quoted(path)} is being written by another Kinescope.`, {
    action: 'Stop that capture first, or choose another file.',
    retryable: true,
  })
}
