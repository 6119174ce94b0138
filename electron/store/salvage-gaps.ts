import type { NewGap } from './capture-rows.ts'
import type { ReadableDB } from './database.ts'
import { readable, type SalvagedRow } from './salvage-rows.ts'
import { encodeSequence } from '#shared/model/sequence-number.ts'

/** A shard's rows on both sides of one or more holes; null where there is none. */
interface Breach {
  shard: number
  before: SalvagedRow | null
  after: SalvagedRow | null
}

/** Finds out, shard by shard, between which records something is missing. */
export interface GapFinder {
  readonly holes: number
  hole(): void
  row(row: SalvagedRow): void
  /** The gaps of all shards: `counted` is how many records the file says it had of a shard (null: it can't say), `salvaged` how many came out. */
  gaps(shards: readonly { shard: number; shardId: string; counted: number | null; salvaged: number }[]): NewGap[]
}

export function createGapFinder(db: ReadableDB): GapFinder {
  let holes = 0
  const last = new Map<number, { row: SalvagedRow; holes: number }>()
  const breaches: Breach[] = []
  return {
    get holes() {
      return holes
    },
    hole: () => {
      holes += 1
    },
    row: (row) => {
      const previous = last.get(row.shard)
      if ((previous?.holes ?? 0) !== holes) breaches.push({ shard: row.shard, before: previous?.row ?? null, after: row })
      // Without the payload: it is only its place that counts.
      last.set(row.shard, { row: { ...row, record: { ...row.record, data: nothing, text: null } }, holes })
    },
    gaps: (shards) => {
      for (const { shard } of shards) {
        const previous = last.get(shard)
        if ((previous?.holes ?? 0) !== holes) breaches.push({ shard, before: previous?.row ?? null, after: null })
      }
      return shards.flatMap(({ shard, shardId, counted, salvaged }) => {
        const missing = counted === null ? null : Math.max(0, counted - salvaged)
        if (missing === 0) return []
        const found = breaches.filter((breach) => breach.shard === shard).map((breach) => ({ breach, records: lostIn(db, breach) }))
        const real = found.filter(({ records }) => records !== 0)
        if (real.length === 0) return missing === null ? [] : [gapOf(shardId, { shard, before: null, after: null }, missing)]
        return real.map(({ breach, records }) => gapOf(shardId, breach, records ?? (real.length === 1 ? missing : null)))
      })
    },
  }
}

const nothing = new Uint8Array()

/** How many records of a shard the index of identities knows between two rows; null where it can't be read. */
function lostIn(db: ReadableDB, { shard, before, after }: Breach): number | null {
  const from = encodeSequence(before?.record.sequenceNumber ?? '0')
  const to = after === null ? Buffer.alloc(from.length, 0xff) : encodeSequence(after.record.sequenceNumber)
  // An import may hold records out of order; there the ids alone tell.
  const isOrdered = Buffer.compare(from, to) <= 0
  return readable(
    () =>
      db
        .prepare<[number, number, number, Uint8Array, Uint8Array], number>(
          `SELECT count(*) FROM record INDEXED BY record_identity WHERE shard = ? AND id > ? AND id < ? AND sequence >= ? AND sequence <= ?`,
        )
        .pluck()
        .get(shard, before?.id ?? 0, after?.id ?? Number.MAX_SAFE_INTEGER, isOrdered ? from : nothing, isOrdered ? to : Buffer.alloc(from.length, 0xff)) ?? 0,
    null,
  )
}

function gapOf(shardId: string, { before, after }: Breach, records: number | null): NewGap {
  const what = records === null ? 'Records' : records === 1 ? '1 record' : `${records.toLocaleString('en')} records`
  return {
    shardId,
    reason: 'lost',
    detail: `${what} could not be read from the damaged capture that this one was salvaged from.`,
    afterSequence: before?.record.sequenceNumber ?? null,
    beforeSequence: after?.record.sequenceNumber ?? null,
    fromTime: before?.record.arrival ?? null,
    toTime: after?.record.arrival ?? null,
  }
}
