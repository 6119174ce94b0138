import type { Migration } from '../migrate.ts'

/**
 * - `capture.due_from`: the server's time (ms) from which on all records belong to the capture, where its start alone does not tell:
 *   a shard that could be read only long after the start has lost what had left the retention by then.
 * - `capture.filter`: the query that a record had to match to be stored; `shard.filtered`: how many did not.
 * - `tag`: the tags of a user record of a KPL aggregate, as JSON. Few records have any, so they stand apart.
 */
export const capture0002: Migration = {
  version: 2,
  up: (db) => {
    db.exec(`
      ALTER TABLE capture ADD COLUMN due_from INTEGER;
      ALTER TABLE capture ADD COLUMN filter TEXT;
      ALTER TABLE shard ADD COLUMN filtered INTEGER NOT NULL DEFAULT 0;
      CREATE TABLE tag (record INTEGER PRIMARY KEY, tags TEXT NOT NULL) STRICT;
    `)
  },
}
