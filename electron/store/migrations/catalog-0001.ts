import type { Migration } from '../migrate.ts'

/** The first catalog: what this person's Kinescope knows beyond the files themselves. No secrets. */
export const catalog0001: Migration = {
  version: 1,
  up: (db) => {
    db.exec(`
      CREATE TABLE connection (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        label TEXT NOT NULL,
        environment TEXT NOT NULL,
        region TEXT NOT NULL,
        endpoint TEXT,
        profile TEXT,
        account_id TEXT,
        read_only INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE library (
        id TEXT PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        added_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE replay (
        id TEXT PRIMARY KEY,
        header TEXT NOT NULL,
        state TEXT NOT NULL,
        failure TEXT,
        started_at INTEGER NOT NULL,
        finished_at INTEGER
      ) STRICT;
      CREATE TABLE replay_batch (
        replay_id TEXT NOT NULL REFERENCES replay (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        state TEXT NOT NULL,
        records INTEGER NOT NULL,
        sent INTEGER NOT NULL,
        acknowledged INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        unknown INTEGER NOT NULL,
        detail TEXT,
        PRIMARY KEY (replay_id, number)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    `)
  },
}
