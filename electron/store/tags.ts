import { z } from 'zod'
import { KinescopeError } from '#shared/model/error.ts'
import { RecordTag } from '#shared/model/record.ts'
import { pragmaNumber, type ReadableDB, type WritableDB } from './database.ts'

const Tags = z.array(RecordTag).min(1)

/** Not in a file of version 1 that is only read. */
function hasTags(db: ReadableDB): boolean {
  return pragmaNumber(db, 'user_version') >= 2
}

/** Stores the tags of a row, in the caller's transaction. Not to be called for a row without any. */
export function prepareTagInsert(db: WritableDB): (row: number, tags: readonly RecordTag[]) => void {
  const insert = db.prepare<[number, string]>(`INSERT INTO tag (record, tags) VALUES (?, ?)`)
  return (row, tags) => {
    insert.run(row, JSON.stringify(tags))
  }
}

/** Drops the tags of the rows from `firstRow` to `lastRow`, in the caller's transaction. */
export function prepareTagDrop(db: WritableDB): (firstRow: number, lastRow: number) => void {
  const drop = db.prepare<[number, number]>(`DELETE FROM tag WHERE record BETWEEN ? AND ?`)
  return (firstRow, lastRow) => {
    drop.run(firstRow, lastRow)
  }
}

/** The tags of these rows; rows without any are not in it. Throws `damaged-capture`. */
export type TagsOf = (rows: readonly number[]) => Map<number, RecordTag[]>

export function prepareTagsOf(db: ReadableDB): TagsOf {
  if (!hasTags(db)) return () => new Map()
  const some = db.prepare<[], number>(`SELECT EXISTS (SELECT 1 FROM tag)`).pluck()
  const tagsOf = db.prepare<[number], string>(`SELECT tags FROM tag WHERE record = ?`).pluck()
  return (rows) => {
    const found = new Map<number, RecordTag[]>()
    // Few files have any: those cost one look for however many rows.
    if (some.get() === 0) return found
    for (const row of rows) {
      const json = tagsOf.get(row)
      if (json === undefined) continue
      const tags = parsedTags(json)
      if (tags === null) {
        throw new KinescopeError('damaged-capture', `The tags of record ${row} in the capture can't be read.`, {
          action: 'Salvage what can be read into a new capture.',
        })
      }
      found.set(row, tags)
    }
    return found
  }
}

/** What a cell of the table says; null where it is damaged. */
function parsedTags(cell: unknown): RecordTag[] | null {
  if (typeof cell !== 'string') return null
  try {
    return Tags.safeParse(JSON.parse(cell)).data ?? null
  } catch {
    return null
  }
}

/** What is wrong with the tags of a file, as sentences. */
export function checkTags(db: ReadableDB): string[] {
  if (!hasTags(db)) return []
  const lost = db.prepare<[], number>(`SELECT count(*) FROM tag WHERE record NOT IN (SELECT id FROM record)`).pluck().get() ?? 0
  let unreadable = 0
  for (const cell of db.prepare<[]>(`SELECT tags FROM tag`).pluck().iterate()) if (parsedTags(cell) === null) unreadable += 1
  return [
    ...(lost === 0 ? [] : [`The tags of ${lost} ${lost === 1 ? 'record' : 'records'} are there without the ${lost === 1 ? 'record' : 'records'}.`]),
    ...(unreadable === 0 ? [] : [`The tags of ${unreadable} ${unreadable === 1 ? 'record' : 'records'} can't be read.`]),
  ]
}
