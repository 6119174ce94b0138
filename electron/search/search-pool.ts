import { randomUUID } from 'node:crypto'
import type { KinescopeError } from '#shared/model/error.ts'
import type { RecordDetail } from '#shared/model/record.ts'
import type { Histogram, RowSetProgress } from '#shared/model/row-set.ts'
import type { Order } from './block-walk.ts'
import { noSuchRows } from './failure-of.ts'
import type { RowsPage, ScannedBatch } from './messages.ts'
import { SearchLane } from './search-lane.ts'

export type { RowsPage, ScannedBatch, ScannedRecord } from './messages.ts'

export interface SearchPoolOptions {
  /** The worker's entry: search-worker.ts, or what it was built to. */
  worker: URL | string
  /** Threads; they start when they are first needed. */
  size: number
  /** Queries of a worker's reader over 40 ms: their name, never what was asked for. */
  onSlow?: (name: string, ms: number) => void
}

export interface ScanChoices {
  order: Order
  /** Null for all. */
  limit: number | null
  /** Goes on with what comes in until aborted. */
  follow: boolean
  /** Only rows up to this one; all there are where it is left out. */
  lastRow?: number | null
  signal?: AbortSignal | undefined
}

interface RowSetEntry {
  lane: SearchLane
  progress: RowSetProgress | null
  /** Set when it has gone; `error` is null where that was asked for. */
  end: { error: KinescopeError | null } | null
  watchers: Set<() => void>
}

/**
 * Search over capture files in worker threads. A row set lives in one of them; a count uses all. Everything that
 * can fail rejects with a `KinescopeError`: `bad-query`, what opening a capture throws, `not-found` for a row set or a
 * record that has gone, `cancelled`, and `internal` where a thread died.
 */
export class SearchPool implements AsyncDisposable {
  readonly #lanes: SearchLane[]
  readonly #rowSets = new Map<string, RowSetEntry>()
  /** Files that a writer has told of. */
  readonly #live = new Set<string>()

  constructor({ worker, size, onSlow }: SearchPoolOptions) {
    const events = {
      progress: (progress: RowSetProgress) => this.#progressed(progress),
      closed: (rowSetId: string, error: KinescopeError | null) => this.#ended(rowSetId, error),
      slow: (name: string, ms: number) => onSlow?.(name, ms),
    }
    this.#lanes = Array.from({ length: size }, () => new SearchLane(worker, events))
  }

  /** Opens the rows of a capture that match; resolves when the first slice of the scan is done, with its progress. */
  async openRows(path: string, query: string): Promise<RowSetProgress> {
    const rowSetId = randomUUID()
    const lane = this.#leastBusy()
    const entry: RowSetEntry = { lane, progress: null, end: null, watchers: new Set() }
    this.#rowSets.set(rowSetId, entry)
    lane.rowSets.add(rowSetId)
    try {
      const opened = await lane.call('openRows', { rowSetId, path, query, isLive: this.#live.has(path) })
      // Progress may have overtaken the answer.
      if (entry.progress === null || entry.progress.version < opened.version) this.#progressed(opened)
      return entry.progress ?? opened
    } catch (error) {
      this.#drop(rowSetId)
      throw error
    }
  }

  /** Progress now and after changes, at most ten times a second, the latest only. Ends when the set is closed or the signal aborts. */
  async *watchRows(rowSetId: string, signal?: AbortSignal): AsyncGenerator<RowSetProgress, void, undefined> {
    const entry = this.#entry(rowSetId)
    let changed = Promise.withResolvers<void>()
    const wake = (): void => changed.resolve()
    entry.watchers.add(wake)
    signal?.addEventListener('abort', wake, { once: true })
    try {
      let version = -1
      for (;;) {
        if (signal?.aborted) return
        const { progress, end } = entry
        if (progress !== null && progress.version !== version) {
          version = progress.version
          yield progress
        } else if (end !== null) {
          if (end.error !== null) throw end.error
          return
        } else {
          await changed.promise
          changed = Promise.withResolvers<void>()
        }
      }
    } finally {
      entry.watchers.delete(wake)
      signal?.removeEventListener('abort', wake)
    }
  }

  /** Rows `offset` to `offset + limit` of the set in order of (arrival, id). */
  async page(rowSetId: string, offset: number, limit: number): Promise<RowsPage> {
    return this.#entry(rowSetId).lane.call('page', { rowSetId, offset, limit })
  }

  async histogram(rowSetId: string, buckets: number): Promise<Histogram> {
    return this.#entry(rowSetId).lane.call('histogram', { rowSetId, buckets })
  }

  /** Ends the scan and keeps what it found. */
  async stopRows(rowSetId: string): Promise<void> {
    await this.#entry(rowSetId).lane.call('stopRows', { rowSetId })
  }

  /** Also of a set that has gone already. */
  async closeRows(rowSetId: string): Promise<void> {
    const entry = this.#rowSets.get(rowSetId)
    if (entry === undefined) return
    this.#ended(rowSetId, null)
    if (entry.lane.isRunning) await entry.lane.call('closeRows', { rowSetId })
    entry.lane.rowSets.delete(rowSetId)
  }

  /** The writer of a file has committed: row sets and scans that follow it go on. */
  changed(path: string): void {
    this.#live.add(path)
    for (const lane of this.#lanes) lane.changed(path)
  }

  async detail(path: string, id: number): Promise<RecordDetail> {
    return this.#leastBusy().call('detail', { path, id })
  }

  /** Bytes of a record's data from `offset` on; `size` is that of all its data. */
  async bytes(path: string, id: number, offset: number, length: number): Promise<{ dataBase64: string; size: number }> {
    return this.#leastBusy().call('bytes', { path, id, offset, length })
  }

  /** Whole records that match, in order, in batches of at most 256 records or 1 MiB; `records` may be empty for progress' sake. */
  async *scan(path: string, query: string, { signal, order, limit, follow, lastRow = null }: ScanChoices): AsyncGenerator<ScannedBatch, void, undefined> {
    yield* this.#leastBusy().scan({ path, query, order, limit, follow, lastRow }, signal)
  }

  /** How many records match, of how many: those in the file now. */
  async count(path: string, query: string, { signal, lastRow }: { signal?: AbortSignal | undefined; lastRow?: number } = {}): Promise<{ count: number; scanned: number }> {
    const now = await this.#leastBusy().call('extent', { path, query }, signal)
    const extent = { ...now, lastRow: lastRow ?? now.lastRow }
    const parts = this.#lanes.length
    const counts = await Promise.all(this.#lanes.map((lane, part) => lane.call('count', { path, query, ...extent, part, parts }, signal)))
    return counts.reduce((sum, { count, scanned }) => ({ count: sum.count + count, scanned: sum.scanned + scanned }), { count: 0, scanned: 0 })
  }

  /** The file's last row now: what a scan up to it finds stays the same, however the file grows. */
  async lastRow(path: string): Promise<number> {
    return (await this.#leastBusy().call('extent', { path, query: '' })).lastRow
  }

  /** Closes all that is open of a file, before it is moved or deleted. */
  async forget(path: string): Promise<void> {
    this.#live.delete(path)
    await Promise.all(this.#lanes.map((lane) => (lane.isRunning ? lane.call('forget', { path }) : Promise.resolve(null))))
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #leastBusy(): SearchLane {
    return this.#lanes.reduce((best, lane) => (lane.load < best.load ? lane : best))
  }

  #entry(rowSetId: string): RowSetEntry {
    const entry = this.#rowSets.get(rowSetId)
    if (entry === undefined) throw noSuchRows()
    return entry
  }

  #progressed(progress: RowSetProgress): void {
    const entry = this.#rowSets.get(progress.rowSetId)
    if (entry === undefined) return
    entry.progress = progress
    for (const wake of entry.watchers) wake()
  }

  #ended(rowSetId: string, error: KinescopeError | null): void {
    const entry = this.#rowSets.get(rowSetId)
    if (entry === undefined) return
    entry.end = { error }
    this.#rowSets.delete(rowSetId)
    for (const wake of entry.watchers) wake()
  }

  #drop(rowSetId: string): void {
    this.#rowSets.get(rowSetId)?.lane.rowSets.delete(rowSetId)
    this.#rowSets.delete(rowSetId)
  }
}
