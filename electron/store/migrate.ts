import { KinescopeError } from '#shared/model/error.ts'
import { pragmaNumber, type ReadableDB, type WritableDB } from './database.ts'

/** One step of a schema. Numbers are consecutive from 1; a released step is never edited. */
export interface Migration {
  readonly version: number
  readonly up: (db: WritableDB) => void
}

/** What a kind of database is: its mark, and how its schema came to be. */
export interface Schema {
  /** Stands in the file's header (`PRAGMA application_id`), so that a file tells what it is. */
  readonly applicationId: number
  readonly migrations: readonly Migration[]
}

export function newestVersion(schema: Schema): number {
  return schema.migrations.at(-1)?.version ?? 0
}

/**
 * Brings a database up to the newest version, each step in its own transaction with its
 * `user_version`: a kill leaves it before or after a step. Throws `newer-capture` and touches
 * nothing if the database is from the future.
 */
export function migrate(db: WritableDB, schema: Schema): void {
  for (const { version, up } of schema.migrations) {
    db.transaction(() => {
      // Asked within the transaction: another process may have taken the step in the meantime.
      const current = pragmaNumber(db, 'user_version')
      if (current > newestVersion(schema)) throw fromTheFuture(current)
      if (current >= version) return
      if (current === 0) db.pragma(`application_id = ${schema.applicationId}`)
      up(db)
      db.pragma(`user_version = ${version}`)
    }).immediate()
  }
}

/** Every table and index of a schema, to compare a file with. */
export function schemaText(db: ReadableDB): string {
  const rows = db
    .prepare<[], { type: string; name: string; sql: string }>(
      `SELECT type, name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*' ORDER BY type, name`,
    )
    .all()
  return rows.map(({ type, name, sql }) => `${type} ${name}: ${sql}`).join('\n')
}

export function fromTheFuture(version: number): KinescopeError {
  return new KinescopeError('newer-capture', `The file was written by a newer Kinescope (its format is version ${version}).`, {
    action: 'Update Kinescope to open it. The file was not changed.',
  })
}
