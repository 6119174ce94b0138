import Database from 'better-sqlite3'
import { resolve } from 'node:path'
import { plainPath } from './file-path.ts'

declare const access: unique symbol

/** A connection that can only read; what readers and verification are given. */
export type ReadableDB = Database.Database & { readonly [access]: 'read' | 'write' }
/** A connection that may write; it can be used wherever a readable one can. */
export type WritableDB = Database.Database & { readonly [access]: 'write' }

interface OpenOptions {
  /** How long a statement waits for another connection's lock, ms. */
  timeout?: number
}

/**
 * Opens a file for reading. Nothing in this program may open a capture file in any other way
 * (`node:fs` included): on POSIX, closing any descriptor of a file drops all locks that this
 * process holds on it, SQLite's too, and another process could then fold the WAL under a
 * running writer (sqlite.org/howtocorrupt.html, 2.2).
 */
export function openReadable(path: string, { timeout = 5000 }: OpenOptions = {}): ReadableDB {
  const open = () => harden(new Database(plainPath(resolve(path)), { readonly: true, timeout })) as ReadableDB
  const db = open()
  if (!needsRollback(db)) return db
  db.close()
  // The first read of a connection that may write rolls the journal back; where it may not, the reader's own error tells.
  const writer = openWritable(path, { timeout })
  try {
    pragmaNumber(writer, 'schema_version')
  } finally {
    writer.close()
  }
  return open()
}

/** A process that was killed while it changed the journal mode leaves a journal that only a writer can roll back. */
function needsRollback(db: Database.Database): boolean {
  try {
    db.pragma('schema_version', { simple: true })
    return false
  } catch (error) {
    return error instanceof Database.SqliteError && /^SQLITE_READONLY_(ROLLBACK|RECOVERY)$/.test(error.code)
  }
}

/** Opens an existing file for writing, or makes it (`create`). */
export function openWritable(path: string, { timeout = 5000, create = false }: OpenOptions & { create?: boolean } = {}): WritableDB {
  return harden(new Database(plainPath(resolve(path)), { fileMustExist: !create, timeout })) as WritableDB
}

/** A database that lives in memory only: for the reference schema. */
export function openInMemory(): WritableDB {
  return new Database(':memory:') as WritableDB
}

/** A file may come from a stranger: its schema must not run functions, and damaged cells are to be noticed. */
function harden(db: Database.Database): Database.Database {
  try {
    db.pragma('trusted_schema = OFF')
    db.pragma('cell_size_check = ON')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Pragmas that answer one number. */
export function pragmaNumber(db: ReadableDB, name: string): number {
  return Number(db.pragma(name, { simple: true }))
}

/** Called with the name of a query (never with payloads) that took longer than 40 ms. */
export type OnSlow = (name: string, ms: number) => void

export const SLOW_QUERY_MS = 40

/** Runs a query and tells `onSlow` if it was slow. */
export function timed<T>(name: string, onSlow: OnSlow | undefined, run: () => T): T {
  if (onSlow === undefined) return run()
  const start = performance.now()
  try {
    return run()
  } finally {
    const ms = performance.now() - start
    if (ms > SLOW_QUERY_MS) onSlow(name, ms)
  }
}
