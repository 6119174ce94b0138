import { decodeSequence } from '#shared/model/sequence-number.ts'
import { pragmaNumber, type ReadableDB, type WritableDB } from './database.ts'
import { prepareTagDrop } from './tags.ts'
import { prepareTally, tallyRow, type TallyChanges } from './tally.ts'

interface DroppedRow {
  shard: number
  sequence: Buffer
  arrival: number
  size: number
}

/** What a ring has dropped of one shard in one go. */
interface Loss {
  records: number
  first: Buffer
  last: Buffer
  fromTime: number
  toTime: number
}

interface RingGap {
  id: number
  after_sequence: string | null
  before_sequence: string | null
  from_time: number
  to_time: number
  records: number
}

/** Bytes that a file's content takes: pages that a ring has freed are used again before it grows. */
export function liveBytes(db: ReadableDB): number {
  return (pragmaNumber(db, 'page_count') - pragmaNumber(db, 'freelist_count')) * pragmaNumber(db, 'page_size')
}

/**
 * Drops the oldest blocks, in order of writing and whole, until the content fits into `bytes` or
 * only the open tail is left. Each shard's loss is one gap, which grows with every drop. In the
 * caller's transaction. Returns the rows dropped.
 */
export function dropOldestBlocks(db: WritableDB, bytes: number): number {
  const oldest = db.prepare<[], { id: number; first_row: number; last_row: number }>(`SELECT id, first_row, last_row FROM block ORDER BY id LIMIT 1`)
  const rowsOf = db.prepare<[number, number], DroppedRow>(
    `SELECT shard, sequence, arrival, length(data) AS size FROM record WHERE id BETWEEN ? AND ?`,
  )
  const dropRows = db.prepare<[number, number]>(`DELETE FROM record WHERE id BETWEEN ? AND ?`)
  const dropTags = prepareTagDrop(db)
  const dropBlock = db.prepare<[number]>(`DELETE FROM block WHERE id = ?`)
  const dropFilter = db.prepare<[number]>(`DELETE FROM filter WHERE block = ?`)
  const losses = new Map<number, Loss>()
  const tallies: TallyChanges = new Map()
  let dropped = 0
  let droppedBytes = 0
  while (liveBytes(db) > bytes) {
    const block = oldest.get()
    if (block === undefined) break
    for (const row of rowsOf.all(block.first_row, block.last_row)) {
      addLoss(losses, row)
      tallyRow(tallies, row.arrival, -1)
      dropped++
      droppedBytes += row.size
    }
    dropRows.run(block.first_row, block.last_row)
    dropTags(block.first_row, block.last_row)
    dropBlock.run(block.id)
    dropFilter.run(block.id)
  }
  if (dropped === 0) return 0
  prepareTally(db)(tallies)
  db.prepare<[number, number]>(`UPDATE counter SET records = records - ?, bytes = bytes - ?`).run(dropped, droppedBytes)
  recordGaps(db, losses)
  return dropped
}

function addLoss(losses: Map<number, Loss>, { shard, sequence, arrival }: DroppedRow): void {
  const loss = losses.get(shard)
  if (loss === undefined) {
    losses.set(shard, { records: 1, first: sequence, last: sequence, fromTime: arrival, toTime: arrival })
    return
  }
  loss.records++
  if (Buffer.compare(sequence, loss.first) < 0) loss.first = sequence
  if (Buffer.compare(sequence, loss.last) > 0) loss.last = sequence
  loss.fromTime = Math.min(loss.fromTime, arrival)
  loss.toTime = Math.max(loss.toTime, arrival)
}

function recordGaps(db: WritableDB, losses: Map<number, Loss>): void {
  const shardId = db.prepare<[number], string>(`SELECT shard_id FROM shard WHERE number = ?`).pluck()
  const fewer = db.prepare<[number, number]>(`UPDATE shard SET records = records - ? WHERE number = ?`)
  const known = db.prepare<[string], RingGap>(`SELECT * FROM gap WHERE shard_id = ? AND reason = 'ring'`)
  const insert = db.prepare(
    `INSERT INTO gap (id, shard_id, reason, detail, after_sequence, before_sequence, from_time, to_time, records)
     VALUES (@id, @shard, 'ring', @detail, @after, @before, @fromTime, @toTime, @records)
     ON CONFLICT (id) DO UPDATE SET detail = excluded.detail, after_sequence = excluded.after_sequence, before_sequence = excluded.before_sequence,
       from_time = excluded.from_time, to_time = excluded.to_time, records = excluded.records`,
  )
  for (const [number, loss] of losses) {
    const shard = shardId.get(number) ?? ''
    const earlier = known.get(shard)
    // The bounds are exclusive: one before the first and one after the last that was dropped.
    const after = BigInt(decodeSequence(loss.first)) - 1n
    const before = BigInt(decodeSequence(loss.last)) + 1n
    const records = loss.records + (earlier?.records ?? 0)
    fewer.run(loss.records, number)
    insert.run({
      id: earlier?.id ?? null,
      shard,
      detail: `${records.toLocaleString('en')} older ${records === 1 ? 'record was' : 'records were'} dropped to keep the capture within its size.`,
      after: after < 0n ? null : String(lesser(after, earlier?.after_sequence ?? null)),
      before: String(greater(before, earlier?.before_sequence ?? null)),
      fromTime: Math.min(loss.fromTime, earlier?.from_time ?? loss.fromTime),
      toTime: Math.max(loss.toTime, earlier?.to_time ?? loss.toTime),
      records,
    })
  }
}

function lesser(a: bigint, other: string | null): bigint {
  return other !== null && BigInt(other) < a ? BigInt(other) : a
}

function greater(a: bigint, other: string | null): bigint {
  return other !== null && BigInt(other) > a ? BigInt(other) : a
}
