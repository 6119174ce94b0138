import { KinescopeError } from '#shared/model/error.ts'
import { type CaptureReader, openCapture } from './capture-reader.ts'
import { readCounters } from './capture-rows.ts'
import { buildFilter } from './filter.ts'
import { storeError } from './store-error.ts'
import { checkTags } from './tags.ts'

export interface Verification {
  ok: boolean
  records: number
  /** SQLite's own answer: "ok" or its first complaint. */
  integrity: string
  problems: string[]
}

/** A person reads them: the first few of each kind say enough. */
const enough = 10

/**
 * Checks a capture from the pages up: SQLite's own check, then that what is counted is what is
 * there, that blocks cover the rows, that no filter hides a record of its block, that every
 * checkpoint is past its shard's records, and that no tags are without their record. A damaged file is an answer; throws only for what is
 * no capture of this version (`not-a-capture`, `newer-capture`, `file-system`).
 */
export function verifyCapture(path: string): Verification {
  let reader: CaptureReader
  try {
    reader = openCapture(path)
  } catch (error) {
    if (error instanceof KinescopeError && error.code === 'damaged-capture') {
      return { ok: false, records: 0, integrity: 'unreadable', problems: [error.message] }
    }
    throw error
  }
  try {
    const verification = verified(reader)
    if (!verification.ok) reader.leaveAsItIs()
    return verification
  } finally {
    reader.close()
  }
}

function verified(reader: CaptureReader): Verification {
  const problems: string[] = []
  let records = 0
  let integrity = 'unreadable'
  try {
    integrity = String(reader.database.pragma('integrity_check(20)', { simple: true }))
    if (integrity !== 'ok') problems.push(`SQLite finds the file damaged: ${integrity}`)
    records = checkCounts(reader, problems)
    checkShards(reader, problems)
    checkBlocks(reader, problems)
    problems.push(...checkTags(reader.database))
  } catch (error) {
    problems.push(storeError(error, 'Reading', reader.path).message)
  }
  return { ok: problems.length === 0, records, integrity, problems }
}

function checkCounts(reader: CaptureReader, problems: string[]): number {
  const db = reader.database
  const found = db
    .prepare<[], { records: number; bytes: number; last: number }>(
      `SELECT count(*) AS records, coalesce(sum(length(data)), 0) AS bytes, coalesce(max(id), 0) AS last FROM record`,
    )
    .get() ?? { records: 0, bytes: 0, last: 0 }
  const counters = readCounters(db)
  if (counters.records !== found.records) problems.push(`The file counts ${counters.records} records and holds ${found.records}.`)
  if (counters.bytes !== found.bytes) problems.push(`The file counts ${counters.bytes} bytes of payload and holds ${found.bytes}.`)
  const next = db.prepare<[], number>(`SELECT next_row FROM counter`).pluck().get() ?? 0
  if (next <= found.last) problems.push(`The next row would be ${next}, but row ${found.last} is there already.`)
  const tallies = db.prepare<[], { shift: number; records: number }>(`SELECT shift, sum(records) AS records FROM tally GROUP BY shift`).all()
  for (const { shift, records } of tallies) {
    if (records !== found.records) problems.push(`The counts by time (2^${shift} ms) add up to ${records} of ${found.records} records.`)
  }
  if (tallies.length === 0 && found.records > 0) problems.push('The counts by time are missing.')
  return found.records
}

function checkShards(reader: CaptureReader, problems: string[]): void {
  const rows = reader.database
    .prepare<[], { shard: string | null; counted: number | null; records: number; behind: number | null }>(
      `SELECT shard.shard_id AS shard, shard.records AS counted, found.records, found.last > shard.checkpoint AS behind
       FROM (SELECT shard AS number, count(*) AS records, max(sequence) AS last FROM record GROUP BY shard) AS found LEFT JOIN shard USING (number)`,
    )
    .all()
  for (const { shard, counted, records, behind } of rows) {
    if (shard === null) problems.push(`${records} records belong to a shard that the file does not know.`)
    else if (counted !== records) problems.push(`Shard ${JSON.stringify(shard)} counts ${counted} records and holds ${records}.`)
    if (behind === 1) problems.push(`Shard ${JSON.stringify(shard)} has records after its checkpoint.`)
  }
}

function checkBlocks(reader: CaptureReader, problems: string[]): void {
  let found = 0
  const tell = (problem: string): void => {
    if (found++ < enough) problems.push(problem)
  }
  const filters = filterOf(reader)
  let previous: number | null = null
  for (const block of reader.blocks()) {
    if (previous !== null && block.firstRow !== previous + 1) tell(`Block ${block.id} starts at row ${block.firstRow}, after row ${previous}.`)
    previous = block.lastRow
    const rows = reader.rows(block.firstRow, block.lastRow)
    if (rows.length !== block.rows) tell(`Block ${block.id} has ${rows.length} of its ${block.rows} rows.`)
    if (rows.some(({ arrival }) => arrival < block.firstArrival || arrival > block.lastArrival)) tell(`Block ${block.id} holds records from outside its time.`)
    if (!block.filtered) continue
    const filter = filters(block.id)
    if (filter === null) tell(`Block ${block.id} has lost its filter.`)
    else if (!covers(filter, buildFilter(rows))) tell(`The filter of block ${block.id} hides records.`)
  }
  const first = reader.database.prepare<[], number | null>(`SELECT min(id) FROM record`).pluck().get() ?? null
  const firstBlock = reader.blocks()[0]
  if (first !== null && firstBlock !== undefined && first < firstBlock.firstRow) tell(`Row ${first} belongs to no block.`)
}

function filterOf(reader: CaptureReader): (block: number) => Uint8Array | null {
  return (block) => reader.filters(block, block).next().value?.filter ?? null
}

function covers(filter: Uint8Array, needed: Uint8Array): boolean {
  return needed.every((byte, i) => (byte & ~(filter[i] ?? 0)) === 0)
}
