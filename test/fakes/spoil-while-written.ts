import Database from 'better-sqlite3'
import { pagesOf, spoil } from '../unit/store/spoil.ts'

/**
 * Makes the index by arrival go bad under the writer of a capture, of which the path is the argument. In a process of its
 * own: to close the file in the writer's would drop the locks that SQLite has on it there.
 */
const path = process.argv[2] ?? ''
const db = new Database(path)
// What stands in the WAL would be read instead.
db.pragma('wal_checkpoint(TRUNCATE)')
spoil(path, pagesOf(path, 'record_arrival'))
// The writer reads again what somebody else may have changed.
db.exec(`UPDATE capture SET notes = 'seen'`)
db.close()
