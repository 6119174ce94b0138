import { accessSync, constants } from 'node:fs'
import { damagedCapture } from '#shared/model/damaged-capture.ts'
import { checkCapture, setDurability } from './capture-file.ts'
import { openReadable, openWritable, pragmaNumber, type ReadableDB, type WritableDB } from './database.ts'
import { migrate } from './migrate.ts'
import { captureSchema } from './migrations/capture.ts'
import { errorCode, quoted } from './store-error.ts'

/** Frames in the WAL that make a commit copy them into the file: 32 MiB. */
const checkpointPages = 2048
/** The same where somebody else copies most of them meanwhile: what is left is copied, and the file synced, half as often. */
export const helpedCheckpointPages = 3584
/** Rows come at the end, so few pages are met again; a commit has 4 MiB of new ones. */
const cacheKiB = 8 * 1024
/** A WAL that readers have kept from being copied is waited for at this size. */
export const walLimit = 64 * 1024 * 1024

/** The connection of a capture's writer, who holds its lock: brings the file to the newest version, and into WAL mode. */
export function openForWriting(path: string, durable: boolean): WritableDB {
  const db = openWritable(path)
  try {
    checkCapture(db, path)
    migrate(db, captureSchema)
    db.pragma('journal_mode = WAL')
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`)
    db.pragma(`journal_size_limit = ${walLimit}`)
    db.pragma(`cache_size = -${cacheKiB}`)
    setDurability(db, durable)
    return db
  } catch (error) {
    db.close()
    // SQLite only reads what says in its header that a later SQLite wrote it: no version of ours ever does.
    if (errorCode(error) === 'SQLITE_READONLY' && mayWrite(path)) throw damagedCapture(`The header of ${quoted(path)} is damaged.`, error)
    throw error
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Who closes a database last copies its WAL into the file: so that a damaged one is left alone, somebody else stays until then. */
export function openBystander(path: string): ReadableDB | null {
  let db: ReadableDB | null = null
  try {
    db = openReadable(path, { timeout: 0 })
    // A connection takes part from its first look on.
    pragmaNumber(db, 'schema_version')
    return db
  } catch {
    db?.close()
    return null
  }
}
