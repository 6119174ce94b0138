import { closeSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { damagedCapture } from '#shared/model/damaged-capture.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { openInMemory, openReadable, openWritable, pragmaNumber, type ReadableDB, type WritableDB } from './database.ts'
import { realPath, sizeOf, syncFolder } from './file-path.ts'
import { fromTheFuture, migrate, newestVersion, schemaText } from './migrate.ts'
import { captureSchema } from './migrations/capture.ts'
import { errorCode, quoted, storeError, withStoreErrors } from './store-error.ts'
import { isWritten } from './writer-lock.ts'

export { realPath } from './file-path.ts'

/** 16 KiB: two filters fit on a page, and a page of the table needs few reads. */
export const pageSize = 16 * 1024

/** What lies at a path. */
export type FileState = 'absent' | 'empty' | 'capture'

/**
 * What lies at `path`. Throws `not-a-capture`, `newer-capture`, `damaged-capture` or
 * `file-system` for what is none of the three; the file is left byte for byte as it was.
 */
export function probeCapture(path: string): FileState {
  const size = sizeOf(path)
  if (size === null) return 'absent'
  if (size === 0) return 'empty'
  let db: ReadableDB | null = null
  try {
    db = openReadable(path)
    checkMark(db, path)
    return 'capture'
  } catch (error) {
    if (errorCode(error) === 'SQLITE_NOTADB' && looksLikePages(path)) throw withoutHeader(path)
    if (needsFolder.test(errorCode(error)) && sizeOf(`${path}-wal`) !== null) throw unclosed(path)
    throw storeError(error, 'Opening', path)
  } finally {
    db?.close()
  }
}

/** What SQLite says where it can't make what it needs beside a file in WAL mode. */
const needsFolder = /^SQLITE_(CANTOPEN|READONLY_(CANTINIT|DIRECTORY|RECOVERY))$/

function unclosed(path: string): KinescopeError {
  return new KinescopeError('file-system', `${quoted(path)} was left unclosed, and can't be read in a folder that may not be written to.`, {
    action: 'Copy it into another folder, together with the file beside it that ends in -wal, and open it there.',
  })
}

/** Throws unless an open connection's file is a capture that this version can read. */
export function checkCapture(db: ReadableDB, path: string): void {
  checkMark(db, path)
  // A capture may come from a stranger: views or triggers in place of our tables are refused.
  if (!sameTables(db, pragmaNumber(db, 'user_version'))) {
    throw damagedCapture(`The tables in ${quoted(path)} are not those of a Kinescope capture: it is damaged, or was made to look like one.`)
  }
}

function checkMark(db: ReadableDB, path: string): void {
  if (pragmaNumber(db, 'application_id') !== captureSchema.applicationId) {
    throw notACapture(path)
  }
  const version = pragmaNumber(db, 'user_version')
  if (version > newestVersion(captureSchema)) throw fromTheFuture(version)
}

export function notACapture(path: string): KinescopeError {
  return new KinescopeError('not-a-capture', `${quoted(path)} is not a Kinescope capture.`, { action: 'Choose a .kinescope file.' })
}

function withoutHeader(path: string): KinescopeError {
  return damagedCapture(`${quoted(path)} looks like a capture whose beginning is damaged.`)
}

/** How many pages are looked at to tell a capture without a header from any other file. */
const sampled = 32

/**
 * Whether what has no header of a database holds its pages all the same: of a sample, more than half begin
 * as a page of a tree does, or as one of an overflow chain (sqlite.org/fileformat2.html, 1.6). SQLite has
 * refused the file, and so has no lock on it that this look could drop (see `openReadable`).
 */
export function looksLikePages(path: string): boolean {
  const pages = Math.floor((sizeOf(path) ?? 0) / pageSize)
  if (pages < 2) return false
  const fd = openSync(path, 'r')
  try {
    const head = Buffer.alloc(12)
    let [seen, fitting] = [0, 0]
    for (let page = 1; page < pages; page += Math.max(1, Math.floor(pages / sampled))) {
      readSync(fd, head, 0, head.length, page * pageSize)
      seen += 1
      const isTree = [2, 5, 10, 13].includes(head[0] ?? 0) && head.readUInt16BE(5) <= pageSize && head.readUInt16BE(3) * 4 <= pageSize
      if (isTree || head.readUInt32BE(0) <= pages) fitting += 1
    }
    return fitting * 2 > seen
  } finally {
    closeSync(fd)
  }
}

const schemas = new Map<number, string>()

/** Whether a file's tables are those of a capture of this version. */
export function sameTables(db: ReadableDB, version: number): boolean {
  let expected = schemas.get(version)
  if (expected === undefined) {
    const model = openInMemory()
    migrate(model, { ...captureSchema, migrations: captureSchema.migrations.slice(0, version) })
    expected = schemaText(model)
    model.close()
    schemas.set(version, expected)
  }
  return schemaText(db) === expected
}

/**
 * Makes a new capture file at a path that is absent or empty; the caller holds its writer lock.
 * It is built beside and renamed into place, so that a kill leaves nothing or all of it.
 */
export function layOutCapture(path: string, durable: boolean, fill: (db: WritableDB) => void): void {
  const draft = `${path}-new`
  withStoreErrors('Making the capture', path, () => {
    removeDatabase(draft)
    try {
      const db = openWritable(draft, { create: true })
      try {
        db.pragma(`page_size = ${pageSize}`)
        setDurability(db, durable)
        migrate(db, captureSchema)
        db.transaction(() => fill(db)).immediate()
      } finally {
        db.close()
      }
      if ((sizeOf(path) ?? 0) > 0) throw fileExists(path)
      renameSync(draft, path)
      if (durable) syncFolder(dirname(path))
    } catch (error) {
      removeDatabase(draft)
      throw error
    }
  })
}

export function fileExists(path: string): KinescopeError {
  return new KinescopeError('file-exists', `There is already a file at ${quoted(path)}.`, { action: 'Choose another name.' })
}

/**
 * FULL makes a commit survive power loss; better-sqlite3 opens WAL databases with NORMAL. macOS
 * needs `fullfsync` for it. OFF survives the death of the process, which is all a view asks for.
 */
export function setDurability(db: WritableDB, durable: boolean): void {
  db.pragma(`synchronous = ${durable ? 'FULL' : 'OFF'}`)
  db.pragma(`fullfsync = ${durable ? 1 : 0}`)
  db.pragma(`checkpoint_fullfsync = ${durable ? 1 : 0}`)
}

/** Bytes of a capture on disk, what is still in its WAL included. */
export function captureFileSize(path: string): number {
  return (sizeOf(path) ?? 0) + (sizeOf(`${path}-wal`) ?? 0)
}

/**
 * Folds what a capture has in its WAL into the one file, if nobody else has it open; called by
 * everyone who closes it, so that the last one does it. Failing to is no error: the next will.
 */
export function foldCapture(path: string): void {
  if (sizeOf(`${path}-wal`) === null) return
  let db: WritableDB | null = null
  try {
    db = openWritable(path, { timeout: 0 })
    if (pragmaNumber(db, 'user_version') <= newestVersion(captureSchema)) fold(db)
  } catch {
    // Another reader or writer has it open, or nothing can be written here.
  } finally {
    db?.close()
  }
}

/** Leaves WAL mode, which checkpoints and removes the -wal and -shm files. Fails while others have the file open. */
export function fold(db: WritableDB): void {
  db.pragma('busy_timeout = 0')
  db.pragma('journal_mode = DELETE')
}

/** Deletes a capture file and what may lie beside it. Throws `in-use` while something writes it. */
export function removeCapture(path: string): void {
  const full = realPath(path)
  refuseWhileWritten(full)
  withStoreErrors('Deleting', full, () => {
    removeDatabase(`${full}-new`)
    removeDatabase(full)
    rmSync(`${full}-lock`, { force: true })
  })
}

/** Moves a capture that nobody has open. Throws `in-use` or `file-exists`. */
export function moveCapture(from: string, to: string): void {
  const source = realPath(from)
  const target = realPath(to)
  refuseWhileWritten(source)
  foldCapture(source)
  if (sizeOf(`${source}-wal`) !== null) {
    throw new KinescopeError('in-use', `${quoted(source)} is still open.`, { action: 'Close its tabs and searches, then try again.', retryable: true })
  }
  if (sizeOf(target) !== null) throw fileExists(target)
  withStoreErrors('Moving', source, () => {
    renameSync(source, target)
    syncFolder(dirname(target))
  })
}

function refuseWhileWritten(path: string): void {
  if (!isWritten(path)) return
  throw new KinescopeError('in-use', `The capture ${quoted(path)} is being written.`, { action: 'Stop it first.', retryable: true })
}

function removeDatabase(path: string): void {
  for (const suffix of ['-journal', '-wal', '-shm', '']) rmSync(`${path}${suffix}`, { force: true })
}
