import type { Client } from '#shared/contract/contract.ts'
import type { Failure } from '#shared/model/error.ts'
import type { RecordRow } from '#shared/model/record.ts'
import type { RowSetProgress } from '#shared/model/row-set.ts'
import { failureOf } from './failure.ts'
import { createLiveStore } from './live-store.ts'
import { PAGE_ROWS, PageCache, pagesOf } from './page-cache.ts'

export interface RowSetSnapshot {
  /** Null until the set is open. */
  progress: RowSetProgress | null
  /** A query that does not parse, a capture that is gone; rows that were read stay. */
  failure: Failure | null
  /** Changes whenever a row that can be shown may have changed. */
  revision: number
}

/** Full pages of an older version are asked for again at most this often, in ms: late rows of a slow shard move them. */
const REFRESH = 1_000
/** A set that is gone again within this time, in ms, is not opened once more. */
const REOPEN = 5_000
/** Rows on either side of the screen that are fetched before they are scrolled to. */
const AHEAD = 2 * PAGE_ROWS
/** The most rows that one `records.page` gives. */
const MOST_ROWS = 500

/**
 * The rows of a capture that a query selects, as a table needs them: counters are pushed,
 * pages are pulled for what is on the screen and kept in a cache. When the table follows
 * the end, the rows at the end are fetched before the new count is told, so that a live
 * table never shows a row that it has not got.
 */
export class RowSet {
  private snapshot: RowSetSnapshot = { progress: null, failure: null, revision: 0 }
  private readonly listeners = new Set<() => void>()
  private readonly cache = new PageCache()
  private life = new AbortController()
  private readonly client: Client
  private readonly captureId: string
  private readonly query: string
  private newest: RowSetProgress | null = null
  private shown = { first: 0, last: -1 }
  /** Rows at the end that are fetched before a new count is told; 0 while not following. */
  private tail = 0
  private fetchingTail = false
  private readonly inFlight = new Set<number>()
  private refreshed = 0
  private refreshTimer: ReturnType<typeof setTimeout> | undefined
  private openedAnew = -Infinity
  private unwatch: (() => void) | null = null

  constructor(client: Client, captureId: string, query: string) {
    this.client = client
    this.captureId = captureId
    this.query = query
  }

  /** Opens the set; the returned function closes it, after which it can be started anew. */
  start(): () => void {
    this.life = new AbortController()
    const life = this.life
    void this.open(life.signal)
    return () => this.close(life)
  }

  readonly get = (): RowSetSnapshot => this.snapshot

  readonly subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed)
    return () => this.listeners.delete(changed)
  }

  row(index: number): RecordRow | undefined {
    return this.cache.row(index)
  }

  indexOf(id: number, hint: number): number | null {
    return this.cache.indexOf(id, hint)
  }

  /** Tells which rows are on the screen, and how many at the end to have ready when following it. */
  show(first: number, last: number, tail: number): void {
    this.shown = { first, last }
    this.tail = tail
    this.cache.touch(first, last)
    this.pull()
  }

  /** Index of the first row that arrived at `time` or later; the count where there is none. Asks log₂ n times. */
  async indexOfTime(time: number): Promise<number> {
    let low = 0
    let high = this.newest?.matched ?? 0
    while (low < high && !this.life.signal.aborted) {
      const middle = (low + high) >>> 1
      const row = this.cache.row(middle) ?? (await this.fetchOne(middle))
      if (row !== undefined && row.arrival < time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** A row wherever it is. */
  async rowAt(index: number): Promise<RecordRow | undefined> {
    return this.cache.row(index) ?? (await this.fetchOne(index))
  }

  /** Stops the scan; what was found stays. */
  async stop(): Promise<void> {
    if (this.newest !== null) await this.client.records.stopRows({ rowSetId: this.newest.rowSetId })
  }

  private close(life: AbortController): void {
    clearTimeout(this.refreshTimer)
    this.refreshTimer = undefined
    life.abort()
    this.unwatch?.()
    const id = this.newest?.rowSetId
    this.newest = null
    this.inFlight.clear()
    this.cache.clear()
    this.snapshot = { progress: null, failure: null, revision: 0 }
    if (id !== undefined) this.client.records.closeRows({ rowSetId: id }).catch(() => undefined)
  }

  private async open(signal: AbortSignal): Promise<void> {
    let opened: RowSetProgress
    try {
      opened = await this.client.records.openRows({ captureId: this.captureId, query: this.query })
    } catch (error) {
      if (!signal.aborted) this.fail(error)
      return
    }
    if (signal.aborted) {
      await this.client.records.closeRows({ rowSetId: opened.rowSetId }).catch(() => undefined)
      return
    }
    this.take(opened)
    const progress = createLiveStore<RowSetProgress>(
      (signal) => this.client.records.watchRows({ rowSetId: opened.rowSetId }, { signal }),
      0,
    )
    this.unwatch = progress.subscribe(() => {
      const { value, failure, state } = progress.get()
      if (state === 'failed' && failure?.code === 'not-found' && !signal.aborted) void this.openAnew(signal, failure)
      else if (state === 'failed' && failure !== null) this.publish({ failure })
      else if (value !== undefined && value !== this.newest) this.take(value)
    })
  }

  /** The set is gone, as after the backend was started again: the same rows are opened as a new set. */
  private async openAnew(signal: AbortSignal, failure: Failure): Promise<void> {
    this.unwatch?.()
    const now = performance.now()
    const isAgain = now - this.openedAnew < REOPEN
    this.openedAnew = now
    if (isAgain) return this.publish({ failure })
    this.cache.clear()
    this.newest = null
    await this.open(signal)
  }

  private take(progress: RowSetProgress): void {
    const grew = progress.matched !== this.snapshot.progress?.matched
    this.newest = progress
    if (this.tail > 0 && grew && progress.matched > 0) void this.pullTail()
    else if (!this.fetchingTail) this.publish({ progress, failure: null })
    this.pull()
  }

  /** Fetches the rows at the end in one request, so that they fit each other, and tells the count with them. */
  private async pullTail(): Promise<void> {
    if (this.fetchingTail) return
    this.fetchingTail = true
    try {
      let told = -1
      while (this.newest !== null && told !== this.newest.version && !this.life.signal.aborted) {
        const { rowSetId, matched, version } = this.newest
        told = version
        const first = Math.floor(Math.max(0, matched - this.tail) / PAGE_ROWS)
        const offset = first * PAGE_ROWS
        const answer = await this.ask(rowSetId, offset, Math.min(MOST_ROWS, Math.max(PAGE_ROWS, matched - offset)))
        this.keep(first, answer)
        const progress = { ...this.newest, matched: Math.min(this.newest.matched, answer.matched) }
        this.publish({ progress, failure: null, revision: this.snapshot.revision + 1 })
      }
    } catch (error) {
      this.fail(error)
    } finally {
      this.fetchingTail = false
      if (this.newest !== null && this.snapshot.progress?.version !== this.newest.version) this.publish({ progress: this.newest })
    }
  }

  private pull(): void {
    const { newest } = this
    if (newest === null) return
    const last = Math.min(this.shown.last, newest.matched - 1)
    for (const number of this.cache.wanted(this.shown.first, last, newest.version)) {
      const page = this.cache.page(number)
      const end = (number + 1) * PAGE_ROWS
      const isFull = page !== undefined && page.rows.length === PAGE_ROWS
      if (this.inFlight.has(number)) continue
      if (isFull) this.refreshLater()
      // The pages at the end come with the tail.
      else if (!(this.fetchingTail && end > newest.matched - this.tail)) void this.pullPage(newest.rowSetId, number)
    }
    if (last < this.shown.first) return
    // What a wheel reaches next; an older version of it will do until it is in sight.
    const around = this.cache.wanted(Math.max(0, this.shown.first - AHEAD), Math.min(newest.matched - 1, last + AHEAD), newest.version)
    for (const number of around) {
      if (this.cache.page(number) === undefined && !this.inFlight.has(number)) void this.pullPage(newest.rowSetId, number)
    }
  }

  private refreshLater(): void {
    if (this.refreshTimer !== undefined) return
    const wait = Math.max(0, this.refreshed + REFRESH - performance.now())
    this.refreshTimer = setTimeout(() => {
      this.refreshTimer = undefined
      this.refreshed = performance.now()
      if (this.newest === null) return
      const { matched, version, rowSetId } = this.newest
      for (const number of this.cache.wanted(this.shown.first, Math.min(this.shown.last, matched - 1), version)) {
        if (!this.inFlight.has(number)) void this.pullPage(rowSetId, number)
      }
    }, wait)
  }

  private async pullPage(rowSetId: string, number: number): Promise<void> {
    this.inFlight.add(number)
    try {
      this.keep(number, await this.ask(rowSetId, number * PAGE_ROWS, PAGE_ROWS))
      this.publish({ revision: this.snapshot.revision + 1 })
    } catch (error) {
      this.fail(error)
    } finally {
      this.inFlight.delete(number)
    }
    const isShown = pagesOf(this.shown.first, this.shown.last).includes(number)
    const page = this.cache.page(number)
    if (isShown && page !== undefined && this.newest !== null && page.version < this.newest.version) this.pull()
  }

  private keep(first: number, answer: { version: number; rows: RecordRow[] }): void {
    for (let at = 0; at < answer.rows.length; at += PAGE_ROWS) {
      this.cache.put(first + at / PAGE_ROWS, { rows: answer.rows.slice(at, at + PAGE_ROWS), version: answer.version })
    }
  }

  private async fetchOne(index: number): Promise<RecordRow | undefined> {
    if (this.newest === null) return undefined
    try {
      return (await this.ask(this.newest.rowSetId, index, 1)).rows[0]
    } catch (error) {
      this.fail(error)
      return undefined
    }
  }

  private ask(rowSetId: string, offset: number, limit: number) {
    return this.client.records.page({ rowSetId, offset, limit }, { signal: this.life.signal })
  }

  private fail(error: unknown): void {
    if (!this.life.signal.aborted) this.publish({ failure: failureOf(error) })
  }

  private publish(change: Partial<RowSetSnapshot>): void {
    if (this.life.signal.aborted) return
    this.snapshot = { ...this.snapshot, ...change }
    for (const changed of this.listeners) changed()
  }
}
