import type { Histogram, RowSetProgress } from '#shared/model/row-set.ts'
import type { RowsPage } from './messages.ts'
import type { UsedReader } from './open-files.ts'
import type { Query } from '../query/query.ts'
import { ROW_HEAD, rowOf } from './record-view.ts'
import { scan } from './scan.ts'
import { SortedRows } from './sorted-rows.ts'
import { bucketsOver } from './time-buckets.ts'

/** Progress at most ten times a second; the first after a pause, and a change of state, at once. */
const PUBLISH_MS = 100

export interface RowSetOptions {
  rowSetId: string
  file: UsedReader
  query: Query
  isLive: boolean
  publish: (progress: RowSetProgress) => void
}

/**
 * The rows of a capture that a query matches, or all of them. Without a query it keeps nothing and asks the reader;
 * with one it keeps the places of the matches, scans oldest first so that offsets stay what they are, and follows the
 * file from where the scan ended. A scan that fails ends the set: `failed` says why with every later question.
 */
export class RowSet implements Disposable {
  readonly #options: RowSetOptions
  readonly #rows: SortedRows | null
  readonly #abort = new AbortController()
  #progress: RowSetProgress
  #isLive: boolean
  /** Rows up to this one were looked at, and blocks up to that. */
  #seenRow = 0
  #seenBlock = 0
  #hasChanged = false
  #isScanning = false
  #failure: unknown = null
  #published = -Infinity
  #timer: NodeJS.Timeout | null = null

  constructor(options: RowSetOptions) {
    this.#options = options
    this.#isLive = options.isLive
    this.#rows = options.query.kind === 'all' ? null : new SortedRows()
    this.#progress = {
      rowSetId: options.rowSetId,
      version: 0,
      matched: 0,
      scanned: 0,
      total: 0,
      blocksSkipped: 0,
      blocks: 0,
      timeReached: null,
      state: 'scanning',
    }
  }

  /** Starts the scan and resolves with how far its first slice came. Throws what went wrong in it. */
  async open(): Promise<RowSetProgress> {
    const first = Promise.withResolvers<void>()
    void this.#catchUp(first.resolve).then(first.resolve)
    await first.promise
    this.#check()
    return this.#progress
  }

  /** The file has grown, or a ring has dropped rows. */
  changed(): void {
    this.#isLive = true
    if (this.#progress.state === 'stopped' || this.#failure !== null) return
    this.#hasChanged = true
    if (!this.#isScanning) void this.#catchUp(() => {})
  }

  page(offset: number, limit: number): RowsPage {
    this.#check()
    const { version, matched } = this.#progress
    const most = Math.max(0, Math.min(limit, matched - offset))
    const { reader } = this.#options.file
    const records = this.#rows === null ? reader.page(offset, most, { head: ROW_HEAD }) : reader.recordsById(this.#rows.ids(offset, most), { head: ROW_HEAD })
    return { version, matched, rows: records.map(rowOf) }
  }

  histogram(most: number): Histogram {
    this.#check()
    const { reader } = this.#options.file
    const { firstArrival, lastArrival } = reader.counters()
    if (firstArrival === null || lastArrival === null) return { from: 0, width: 1_000, counts: [], matches: [] }
    const { from, width, buckets } = bucketsOver(firstArrival, lastArrival, most)
    const counts = reader.histogram(from, width, buckets)
    return { from, width, counts, matches: this.#rows === null ? counts : this.#rows.histogram(from, width, buckets) }
  }

  stop(): void {
    this.#abort.abort()
    this.#update({ state: 'stopped' })
  }

  [Symbol.dispose](): void {
    this.#abort.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#options.file[Symbol.dispose]()
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure
  }

  async #catchUp(onSlice: () => void): Promise<void> {
    this.#isScanning = true
    try {
      do {
        this.#hasChanged = false
        if (this.#rows === null) this.#count()
        else await this.#scan(this.#rows, onSlice)
      } while (this.#hasChanged && !this.#abort.signal.aborted)
      if (!this.#abort.signal.aborted) this.#update({ state: this.#isLive ? 'following' : 'done' })
    } catch (error) {
      this.#failure = error
      if (!this.#abort.signal.aborted) this.stop()
    } finally {
      this.#isScanning = false
    }
  }

  #count(): void {
    const { records, lastArrival } = this.#options.file.reader.counters()
    this.#update({ matched: records, scanned: records, total: records, timeReached: lastArrival })
  }

  async #scan(rows: SortedRows, onSlice: () => void): Promise<void> {
    const { file, query } = this.#options
    const { signal } = this.#abort
    const lastRow = file.reader.lastRow()
    this.#dropRows(rows, lastRow)
    const before = this.#progress
    let seenBlock = this.#seenBlock
    for await (const { hits, progress } of scan(file.reader, query, { order: 'oldest', afterRow: this.#seenRow, afterBlock: this.#seenBlock, lastRow, withRecords: false, signal })) {
      if (signal.aborted) return
      rows.add(hits)
      seenBlock = progress.lastBlock
      this.#update({
        matched: rows.length,
        scanned: before.scanned + progress.scanned,
        total: before.scanned + progress.total,
        blocksSkipped: before.blocksSkipped + progress.blocksSkipped,
        blocks: before.blocks + progress.blocks,
        timeReached: progress.timeReached ?? before.timeReached,
      })
      onSlice()
    }
    if (signal.aborted) return
    this.#seenRow = lastRow
    this.#seenBlock = seenBlock
  }

  /** A ring drops its oldest rows, and ids have no holes: so many records end at the last row. */
  #dropRows(rows: SortedRows, lastRow: number): void {
    const firstRow = lastRow - this.#options.file.reader.counters().records + 1
    const gone = Math.min(this.#seenRow, firstRow - 1) - (this.#seenRow - this.#progress.scanned)
    if (gone <= 0) return
    rows.dropBefore(firstRow)
    this.#update({ matched: rows.length, scanned: this.#progress.scanned - gone, total: this.#progress.total - gone })
  }

  #update(change: Partial<RowSetProgress>): void {
    const next = { ...this.#progress, ...change }
    const isSame = (Object.keys(change) as (keyof RowSetProgress)[]).every((name) => next[name] === this.#progress[name])
    if (isSame) return
    const isUrgent = next.state !== this.#progress.state
    this.#progress = { ...next, version: this.#progress.version + 1 }
    this.#publish(isUrgent)
  }

  #publish(isUrgent: boolean): void {
    const wait = this.#published + PUBLISH_MS - performance.now()
    if (isUrgent || wait <= 0) {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#timer = null
      this.#published = performance.now()
      this.#options.publish(this.#progress)
    } else this.#timer ??= setTimeout(() => this.#publish(true), wait)
  }
}
