import { damagedCapture } from '#shared/model/damaged-capture.ts'
import { checkCapture } from './capture-file.ts'
import { openReadable, pragmaNumber, type ReadableDB } from './database.ts'
import { quoted, withStoreErrors } from './store-error.ts'

/** A file of so many bytes is looked at whole, which takes 0.2 s; of a larger one what is going to be written on. */
const whole = 256 * 1024 * 1024

/**
 * Throws `damaged-capture` unless a capture can be written on as far as a look can tell: what is damaged stays as it is, to be
 * salvaged, and no record goes where it might not be found again. It looks through a connection that only reads.
 */
export function refuseDamaged(path: string, wholeUpTo = whole): void {
  withStoreErrors('Opening', path, () => {
    const db = openReadable(path)
    try {
      checkCapture(db, path)
      const isSmall = pragmaNumber(db, 'page_count') * pragmaNumber(db, 'page_size') <= wholeUpTo
      const complaint = isSmall ? String(db.pragma('quick_check(1)', { simple: true })) : readWritingEnds(db)
      if (complaint !== 'ok') throw damagedCapture(`${quoted(path)} is damaged, and was not written on (SQLite: ${complaint}).`)
    } finally {
      db.close()
    }
  })
}

/** Reads the pages that the next records go to: the ends of every tree. SQLite throws where they are bad. */
function readWritingEnds(db: ReadableDB): 'ok' {
  const ends = [
    `SELECT * FROM record ORDER BY id DESC LIMIT 1`,
    `SELECT * FROM record INDEXED BY record_arrival WHERE arrival > -1 ORDER BY arrival DESC LIMIT 1`,
    `SELECT (SELECT max(sequence) FROM record INDEXED BY record_identity WHERE shard = shard.number) FROM shard`,
    `SELECT * FROM block ORDER BY id DESC LIMIT 1`,
    `SELECT * FROM filter ORDER BY block DESC LIMIT 1`,
    `SELECT shift, max(bucket) FROM tally GROUP BY shift`,
    `SELECT * FROM gap ORDER BY id DESC LIMIT 1`,
    `SELECT * FROM capture, counter`,
  ]
  for (const sql of ends) db.prepare(sql).all()
  return 'ok'
}
