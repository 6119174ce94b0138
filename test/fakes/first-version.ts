import { copyFileSync, existsSync, rmSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { openWritable } from '../../electron/store/database.ts'
import { migrate } from '../../electron/store/migrate.ts'
import { captureSchema } from '../../electron/store/migrations/capture.ts'

/**
 * Puts in a capture's place what the first Kinescope would have made of the same records. `walled`: as if it had been
 * killed, with all of it in the WAL; otherwise it is one closed file. Nobody may have the capture open.
 */
export function toFirstVersion(path: string, { walled }: { walled: boolean }): void {
  // Brings into order what a kill left, and folds it into the one file.
  openCapture(path).close()
  const made = `${path}-first`
  const db = openWritable(made, { create: true })
  try {
    db.pragma('page_size = 16384')
    migrate(db, { ...captureSchema, migrations: captureSchema.migrations.slice(0, 1) })
    if (walled) {
      db.pragma('journal_mode = WAL')
      db.pragma('wal_autocheckpoint = 0')
    }
    db.exec(`ATTACH ${quote(path)} AS now`)
    db.transaction(() => copyTables(db)).immediate()
    db.exec('DETACH now')
    for (const ending of ['', '-wal']) {
      if (existsSync(made + ending)) copyFileSync(made + ending, path + ending)
    }
  } finally {
    db.close()
    for (const ending of ['', '-wal', '-shm']) rmSync(made + ending, { force: true })
  }
}

/** Every table of the first version has kept its name and its columns since. */
function copyTables(db: Database.Database): void {
  const tables = db.prepare<[], string>(`SELECT name FROM main.sqlite_schema WHERE type = 'table'`).pluck().all()
  for (const table of tables) {
    const columns = db.prepare<[string], string>(`SELECT name FROM pragma_table_info(?, 'main')`).pluck().all(table).join(', ')
    db.exec(`DELETE FROM main.${table}; INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM now.${table}`)
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
