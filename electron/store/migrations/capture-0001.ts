import type { Migration } from '../migrate.ts'

/**
 * The first capture file. Rows get their ids in the order in which they are written, and never
 * again, also after a ring has dropped some. There is no index on the partition key: it costs
 * 3.6 times the insert rate; filters find keys as well.
 *
 * - `record.sequence`: 24 bytes, big-endian (shared/model/sequence-number.ts). Payload and text come
 *   last, so that the other columns are read without their overflow pages.
 * - `block`, `filter`: see filter.ts; a block without a filter row must be read.
 * - `tally`: rows per 2^shift ms of arrival at several sizes, see tally.ts.
 * - `counter`: one row, kept in the transaction of the records that it counts.
 */
export const capture0001: Migration = {
  version: 1,
  up: (db) => {
    db.exec(`
      CREATE TABLE capture (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        stream_arn TEXT NOT NULL,
        stream_name TEXT NOT NULL,
        stream_created_at INTEGER,
        endpoint TEXT,
        region TEXT NOT NULL,
        account TEXT,
        connection_id TEXT,
        start TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        tool TEXT NOT NULL,
        name TEXT,
        notes TEXT
      ) STRICT;
      CREATE TABLE shard (
        number INTEGER PRIMARY KEY,
        shard_id TEXT NOT NULL UNIQUE,
        parent_shard_id TEXT,
        adjacent_parent_shard_id TEXT,
        starting_hash_key TEXT NOT NULL,
        ending_hash_key TEXT NOT NULL,
        starting_sequence TEXT NOT NULL,
        ending_sequence TEXT,
        checkpoint BLOB,
        ended INTEGER NOT NULL DEFAULT 0,
        held_from INTEGER,
        records INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE TABLE record (
        id INTEGER PRIMARY KEY,
        shard INTEGER NOT NULL,
        sequence BLOB NOT NULL,
        subsequence INTEGER NOT NULL,
        arrival INTEGER NOT NULL,
        partition_key TEXT NOT NULL,
        explicit_hash_key TEXT,
        data BLOB NOT NULL,
        text TEXT
      ) STRICT;
      CREATE UNIQUE INDEX record_identity ON record (shard, sequence, subsequence);
      CREATE INDEX record_arrival ON record (arrival);
      CREATE TABLE block (
        id INTEGER PRIMARY KEY,
        first_row INTEGER NOT NULL,
        last_row INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        first_arrival INTEGER NOT NULL,
        last_arrival INTEGER NOT NULL,
        filtered INTEGER NOT NULL,
        generation INTEGER NOT NULL DEFAULT 1
      ) STRICT;
      CREATE TABLE filter (block INTEGER PRIMARY KEY, bits BLOB NOT NULL) STRICT;
      CREATE TABLE tally (
        shift INTEGER NOT NULL,
        bucket INTEGER NOT NULL,
        records INTEGER NOT NULL,
        PRIMARY KEY (shift, bucket)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE gap (
        id INTEGER PRIMARY KEY,
        shard_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        after_sequence TEXT,
        before_sequence TEXT,
        from_time INTEGER,
        to_time INTEGER,
        records INTEGER
      ) STRICT;
      CREATE TABLE counter (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        records INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        next_row INTEGER NOT NULL,
        next_block INTEGER NOT NULL
      ) STRICT;
      INSERT INTO counter VALUES (1, 0, 0, 1, 1);
    `)
  },
}
