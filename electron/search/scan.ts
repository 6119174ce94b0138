import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CaptureReader } from '../store/capture-reader.ts'
import type { StoredRecord } from '../store/capture-rows.ts'
import { ArrivalHeap } from './arrival-heap.ts'
import type { Placed } from './arrival-heap.ts'
import { judgedStretches, stretchesOf } from './block-walk.ts'
import type { Order, Stretch } from './block-walk.ts'
import { compile } from '../query/compile.ts'
import { planOf } from './plan.ts'
import type { Query } from '../query/query.ts'
import type { SearchRecord } from '../query/subject.ts'

/** A scan gives way to whatever else its thread has to do after so many ms. */
const SLICE_MS = 20
/** The first slice is shorter: a common term's first matches are there at once. */
const FIRST_SLICE_MS = 5
/** Payload that waits for its turn; what waits beyond is read again when its turn comes. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024
/** Matches handed out in a step: many may be freed at once where arrival ranges overlap. */
const MOST_READY = 256

export interface Hit extends Placed {
  /** Null where only places were asked for. */
  record: StoredRecord | null
}

export interface ScanProgress {
  /** Rows looked at or ruled out, of so many. */
  scanned: number
  total: number
  blocksSkipped: number
  blocks: number
  /** The last block that was closed when the scan began, 0 if there was none. */
  lastBlock: number
  /** Arrival up to which the scan has come, ms since the epoch; null before it is known. */
  timeReached: number | null
}

export interface ScanOptions {
  order: Order
  /** Matches at most; null for all. */
  limit?: number | null
  /** Rows after this one, up to `lastRow`; the whole file as it is now by default. */
  afterRow?: number
  lastRow?: number
  /** A block that ends at `afterRow` or before: earlier ones need not be listed. */
  afterBlock?: number
  /** False: places only, which takes less memory where matches must wait for their turn. */
  withRecords?: boolean
  signal?: AbortSignal
}

export interface ScanSlice {
  /** In order, and behind those of earlier slices. */
  hits: Hit[]
  progress: ScanProgress
}

/**
 * Rows that a query matches, ordered by (arrival, id), in slices of about 20 ms; each gives the thread's other work a
 * turn. Rows do not arrive in time order: blocks are merged by their arrival ranges, and a match is handed out once
 * no block that is still to be read can hold one before it. Rows that a ring drops meanwhile are left out. Ends early,
 * without an error, when the signal aborts.
 */
export async function* scan(reader: CaptureReader, query: Query, options: ScanOptions): AsyncGenerator<ScanSlice> {
  const walk = new OrderedWalk(reader, query, options)
  const limit = options.limit ?? Infinity
  const { signal } = options
  let found = 0
  let handedOut = 0
  let hits: Hit[] = []
  let sliceEnd = performance.now() + FIRST_SLICE_MS
  for (const step of walk.steps()) {
    for (const hit of step) if (found < limit) found = hits.push(hit) + handedOut
    if (performance.now() < sliceEnd && found < limit) continue
    yield { hits, progress: { ...walk.progress } }
    handedOut += hits.length
    if (found >= limit) return
    hits = []
    await nextTurn()
    if (signal?.aborted) return
    sliceEnd = performance.now() + SLICE_MS
  }
  yield { hits, progress: { ...walk.progress } }
}

/** The work of a scan in steps of a block, so that it can pause between any two. */
class OrderedWalk {
  readonly progress: ScanProgress
  readonly #reader: CaptureReader
  readonly #order: Order
  readonly #withRecords: boolean
  readonly #stretches: Stretch[]
  readonly #plan
  readonly #matches: (record: SearchRecord) => boolean
  readonly #waiting: ArrivalHeap<Hit>
  #waitingBytes = 0

  constructor(reader: CaptureReader, query: Query, { order, afterRow = 0, lastRow = reader.lastRow(), afterBlock = 0, withRecords = true }: ScanOptions) {
    this.#reader = reader
    this.#order = order
    this.#withRecords = withRecords
    this.#stretches = stretchesOf(reader, { afterRow, lastRow, afterBlock, order })
    this.#plan = planOf(query)
    this.#matches = compile(query)
    this.#waiting = new ArrivalHeap(order === 'oldest' ? 1 : -1)
    this.progress = {
      scanned: 0,
      total: this.#stretches.reduce((sum, { firstRow, lastRow }) => sum + lastRow - firstRow + 1, 0),
      blocksSkipped: 0,
      blocks: this.#stretches.length,
      lastBlock: this.#stretches.reduce((last, { block }) => (block !== null && block.lastRow <= lastRow ? Math.max(last, block.id) : last), afterBlock),
      timeReached: null,
    }
  }

  *steps(): Generator<Hit[]> {
    let done = 0
    for (const { stretch, isSkipped } of judgedStretches(this.#reader, this.#stretches, this.#plan)) {
      if (isSkipped) this.progress.blocksSkipped++
      else this.#read(stretch)
      this.progress.scanned += stretch.lastRow - stretch.firstRow + 1
      const next = this.#stretches[++done]
      this.#reach(next, stretch)
      for (let ready = this.#ready(next); ; ready = this.#ready(next)) {
        yield ready
        if (ready.length < MOST_READY) break
      }
    }
  }

  #read({ firstRow, lastRow }: Stretch): void {
    const kept: StoredRecord[] = []
    for (const record of this.#reader.rows(firstRow, lastRow)) {
      if (!this.#matches(record)) continue
      const keeps = this.#withRecords && this.#waitingBytes < MOST_WAITING_BYTES
      if (keeps) {
        this.#waitingBytes += record.data.length
        kept.push(record)
      }
      this.#waiting.push({ arrival: record.arrival, id: record.id, record: keeps ? record : null })
    }
    if (kept.length === 0) return
    const tags = this.#reader.tagsOf(kept.map(({ id }) => id))
    if (tags.size === 0) return
    for (const record of kept) {
      const its = tags.get(record.id)
      if (its !== undefined) record.tags = its
    }
  }

  #reach(next: Stretch | undefined, last: Stretch): void {
    const isOldest = this.#order === 'oldest'
    const time = next === undefined ? (isOldest ? last.lastArrival : last.firstArrival) : isOldest ? next.firstArrival : next.lastArrival
    if (Number.isFinite(time)) this.progress.timeReached = time
  }

  /** Waiting matches that stand before everything in the stretches to come, `MOST_READY` at once. */
  #ready(next: Stretch | undefined): Hit[] {
    const ready: Hit[] = []
    while (ready.length < MOST_READY) {
      const top = this.#waiting.peek()
      if (top === undefined || !isBefore(top, next, this.#order)) break
      this.#waiting.pop()
      if (top.record !== null) this.#waitingBytes -= top.record.data.length
      else if (this.#withRecords) top.record = this.#reader.record(top.id)
      if (top.record !== null || !this.#withRecords) ready.push(top)
    }
    return ready
  }
}

const isBefore = (hit: Placed, next: Stretch | undefined, order: Order): boolean => {
  if (next === undefined) return true
  if (order === 'oldest') return hit.arrival < next.firstArrival || (hit.arrival === next.firstArrival && hit.id < next.firstRow)
  return hit.arrival > next.lastArrival || (hit.arrival === next.lastArrival && hit.id > next.lastRow)
}

/** Counts without ordering. `part` of `parts` takes every so manieth block, for several threads at one file as it was at `lastRow`. */
export async function* countMatches(
  reader: CaptureReader,
  query: Query,
  { lastRow, lastBlock, part, parts, signal }: { lastRow: number; lastBlock: number; part: number; parts: number; signal?: AbortSignal },
): AsyncGenerator<{ count: number; scanned: number }> {
  const matches = compile(query)
  // What was not in a block when the parts were set is one part's, though it may be in one by now.
  const tail = lastBlock === 0 ? 0 : (reader.blocks(lastBlock - 1).find(({ id }) => id === lastBlock)?.lastRow ?? 0)
  const closed = stretchesOf(reader, { lastRow: Math.min(tail, lastRow) }).filter(({ block }) => block !== null && block.id % parts === part)
  const rest = part === 0 ? stretchesOf(reader, { afterRow: tail, lastRow }) : []
  let count = 0
  let scanned = 0
  let sliceEnd = performance.now() + SLICE_MS
  for (const { stretch, isSkipped } of judgedStretches(reader, [...closed, ...rest], planOf(query))) {
    if (!isSkipped) for (const record of reader.rows(stretch.firstRow, stretch.lastRow)) if (matches(record)) count++
    scanned += stretch.lastRow - stretch.firstRow + 1
    if (performance.now() < sliceEnd) continue
    yield { count, scanned }
    await nextTurn()
    if (signal?.aborted) return
    sliceEnd = performance.now() + SLICE_MS
  }
  yield { count, scanned }
}
