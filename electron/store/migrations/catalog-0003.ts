import type { Migration } from '../migrate.ts'

/** Consumers that Kinescope registers for enhanced fan-out, from before they are registered until they are gone; `connection` is JSON without secrets. */
export const catalog0003: Migration = {
  version: 3,
  up: (db) => {
    db.exec(`
      CREATE TABLE consumer (
        name TEXT PRIMARY KEY,
        stream_arn TEXT NOT NULL,
        connection TEXT NOT NULL,
        owner TEXT NOT NULL,
        registered_at INTEGER NOT NULL
      ) STRICT;
    `)
  },
}
