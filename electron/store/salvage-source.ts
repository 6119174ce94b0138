import { closeSync, existsSync, openSync, readSync, writeSync, fsyncSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { setImmediate as otherWork } from 'node:timers/promises'
import { KinescopeError } from '#shared/model/error.ts'
import { looksLikePages, notACapture, pageSize, sameTables } from './capture-file.ts'
import { openInMemory, openWritable, pragmaNumber, type WritableDB } from './database.ts'
import { fromTheFuture, migrate, newestVersion } from './migrate.ts'
import { captureSchema } from './migrations/capture.ts'
import { errorCode, quoted } from './store-error.ts'

/** Files that may lie beside a database. */
const endings = ['', '-wal', '-shm', '-journal']
const portion = 1 << 20
/** SQLite's file header (sqlite.org/fileformat2.html, 1.3), which is the start of page 1. */
const headerBytes = 100

export async function removeCopy(copy: string): Promise<void> {
  for (const ending of endings) await rm(copy + ending, { force: true })
}

/**
 * Copies a damaged capture and what a kill left beside it (its WAL, or the journal of a change that was cut off), to be
 * worked on; nothing ever touches the original. Nobody may write the original.
 */
export async function copyDamaged(path: string, copy: string, signal?: AbortSignal): Promise<void> {
  for (const ending of ['', '-wal', '-journal']) {
    if (ending !== '' && !existsSync(path + ending)) continue
    await using source = await open(path + ending, 'r')
    await using target = await open(copy + ending, 'wx', 0o600)
    await copyReadable(source, target, (await source.stat()).size, signal)
  }
}

/** Copies so many bytes; pages that the disk can't read (EIO) become zeros. */
export async function copyReadable(source: Pick<FileHandle, 'read'>, target: Pick<FileHandle, 'write'>, size: number, signal?: AbortSignal): Promise<void> {
  const buffer = Buffer.alloc(portion)
  for (let at = 0; at < size; ) {
    signal?.throwIfAborted()
    let length = Math.min(portion, size - at)
    try {
      length = (await source.read(buffer, 0, length, at)).bytesRead
    } catch (error) {
      if (errorCode(error) !== 'EIO') throw error
      length = Math.min(pageSize, length)
      await source.read(buffer, 0, length, at).catch(() => buffer.fill(0, 0, length))
    }
    if (length === 0) return
    await target.write(buffer, 0, length, at)
    at += length
    await otherWork()
  }
}

/**
 * Opens a private copy so that SQLite reads what it can of it. A header that is garbage is written
 * anew, and where that does not help the whole first page: it holds the tables' places, which are
 * the same in every capture of a version. Throws `damaged-capture`, `not-a-capture` or `newer-capture`.
 */
export function openDamaged(copy: string, original: string): WritableDB {
  const asItIs = tryOpening(copy, original)
  if (asItIs !== null) return asItIs
  if (!looksLikePages(copy)) throw notACapture(original)
  const first = readStart(copy)
  for (const bytes of [headerBytes, pageSize]) {
    writeStart(copy, first, bytes)
    const db = tryOpening(copy, original)
    if (db !== null) return db
  }
  throw nothingLeft(original)
}

export function nothingLeft(original: string): KinescopeError {
  return new KinescopeError('damaged-capture', `No record of ${quoted(original)} can be read any more.`, {
    action: 'Use another copy of this capture, or capture the stream again while it still has the records.',
  })
}

function tryOpening(copy: string, original: string): WritableDB | null {
  let db: WritableDB | null = null
  try {
    db = openWritable(copy)
    // Both on a private copy only: a file that is shorter than its header says is refused otherwise.
    db.unsafeMode(true)
    db.pragma('writable_schema = ON')
    db.pragma('cell_size_check = ON')
    const isOurs = pragmaNumber(db, 'application_id') === captureSchema.applicationId
    const version = pragmaNumber(db, 'user_version')
    if (isOurs && version > newestVersion(captureSchema)) throw fromTheFuture(version)
    if (sameTables(db, isOurs ? version : newestVersion(captureSchema))) return db
    if (!isOurs) throw notACapture(original)
  } catch (error) {
    if (error instanceof KinescopeError) {
      db?.close()
      throw error
    }
    // Unreadable as it is.
  }
  db?.close()
  return null
}

function readStart(copy: string): Buffer {
  const start = Buffer.alloc(pageSize)
  const fd = openSync(copy, 'r')
  try {
    readSync(fd, start, 0, pageSize, 0)
  } finally {
    closeSync(fd)
  }
  return start
}

/** Puts the first bytes of a sound capture in place of the copy's own. */
function writeStart(copy: string, first: Buffer, bytes: number): void {
  const start = Buffer.concat([soundPage().subarray(0, bytes), first.subarray(bytes)])
  const fd = openSync(copy, 'r+')
  try {
    // Left at 0, the size of the database is taken from the file (1.3.7).
    start.writeUInt32BE(0, 28)
    // Read and write version: 2 where there is a WAL to be read (1.3.3).
    start.fill(existsSync(`${copy}-wal`) ? 2 : 1, 18, 20)
    // No free pages: nothing is going to be written.
    start.fill(0, 32, 40)
    writeSync(fd, start, 0, start.length, 0)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The first page of a capture without records. */
function soundPage(): Buffer {
  const db = openInMemory()
  try {
    db.pragma(`page_size = ${pageSize}`)
    migrate(db, captureSchema)
    return db.serialize().subarray(0, pageSize)
  } finally {
    db.close()
  }
}
