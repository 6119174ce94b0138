import type { NewRecord } from './capture-rows.ts'
import { FILTER_BYTES, FULL_AT, GramSet } from './filter.ts'
import { maxBlockBytes, maxBlockRows } from './open-block.ts'

/** Rows that are to be a block, by where their data lie in the memory of their page: one behind the other, from `from` to `to`. */
export interface PreparedBlock {
  from: number
  to: number
  rows: number
  filter: Uint8Array
}

/** Blocks of a page, for rows that are stored as they came. */
export interface PreparedBlocks {
  /** By threes: where a block's data begin, where they end, and how many rows it has. */
  extents: Uint32Array
  /** One behind the other. */
  filters: Uint8Array
}

/** A page's records in columns; see `RecordColumns`, which is one. */
interface Columns {
  data: ArrayBuffer
  dataEnds: Uint32Array
  text: Uint8Array
  sequenceEnds: Uint32Array
  keyEnds: Uint32Array
}

const grams = new GramSet()

/**
 * The filters of a page's records, cut into blocks as the writer would cut them if a block began with the page. Filling filters is a fifth of
 * what storing costs, and can so be done by whoever has time for it. Holds only for records whose data are all that is searched in them: the
 * writer sees whether they are.
 */
export const prepareBlocks = ({ data, dataEnds, text, sequenceEnds, keyEnds }: Columns): PreparedBlocks => {
  const extents: number[] = []
  const filters: Uint8Array[] = []
  let begin = 0
  let from = 0
  let rows = 0
  /** Such a record can't be told from another by its place. */
  let hasEmpty = false
  const close = (to: number) => {
    if (rows > 0 && !hasEmpty) {
      extents.push(begin, to, rows)
      filters.push(grams.filter())
    }
    begin = to
    rows = 0
    hasEmpty = false
    grams.clear()
  }
  for (let at = 0; at < dataEnds.length; at++) {
    const end = dataEnds[at] as number
    if (end - begin > maxBlockBytes) close(from)
    if (end - from > maxBlockBytes) {
      // It stands alone, without a filter, and is the writer's business.
      close(end)
    } else {
      grams.addPlain(new Uint8Array(data, from, end - from), text.subarray(sequenceEnds[at], keyEnds[at]))
      rows++
      hasEmpty ||= end === from
      if (rows >= maxBlockRows || grams.count >= FULL_AT) close(end)
    }
    from = end
  }
  close(from)
  const all = new Uint8Array(filters.length * FILTER_BYTES)
  for (const [at, filter] of filters.entries()) all.set(filter, at * FILTER_BYTES)
  return { extents: Uint32Array.from(extents), filters: all }
}

const prepared = new WeakMap<ArrayBufferLike, PreparedBlocks>()

/** Leaves the blocks of records whose data lie in `data` for the writer. */
export const leavePrepared = (data: ArrayBuffer, blocks: PreparedBlocks): void => {
  prepared.set(data, blocks)
}

/** Finds the block that begins with a row's data; rows come in the order of their page. */
export const createPreparedLookup = () => {
  let buffer: ArrayBufferLike | null = null
  let blocks: PreparedBlocks | undefined
  let next = 0
  return ({ buffer: own, byteOffset, length }: Uint8Array): PreparedBlock | null => {
    if (own !== buffer) {
      buffer = own
      blocks = prepared.get(own)
      next = 0
    }
    if (blocks === undefined || length === 0) return null
    const { extents, filters } = blocks
    while (next < extents.length && (extents[next] as number) < byteOffset) next += 3
    if (extents[next] !== byteOffset) return null
    const at = (next / 3) * FILTER_BYTES
    return { from: byteOffset, to: extents[next + 1] as number, rows: extents[next + 2] as number, filter: filters.subarray(at, at + FILTER_BYTES) }
  }
}

/** Whether the rows from `at` on are exactly those of the block, and their data and keys are all that is searched in them. */
export const isWholeBlock = (batch: readonly NewRecord[], at: number, { from, to, rows }: PreparedBlock): boolean => {
  if (at + rows > batch.length) return false
  const { buffer } = (batch[at] as NewRecord).data
  let place = from
  for (let next = at; next < at + rows; next++) {
    const { data, text, subsequence } = batch[next] as NewRecord
    if (text !== null || subsequence !== 0 || data.length === 0 || data.byteOffset !== place || data.buffer !== buffer) return false
    place += data.length
  }
  return place === to
}
