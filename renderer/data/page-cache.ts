import type { RecordRow } from '#shared/model/record.ts'

export const PAGE_ROWS = 64
/** Pages kept: about 6,000 rows, a few megabytes. */
export const PAGES_KEPT = 100

export interface CachedPage {
  rows: readonly RecordRow[]
  /** Version of the row set that the page shows. */
  version: number
}

/**
 * Pages of one row set, the least recently shown dropped first. A page of an older
 * version stays on the screen until its successor is here: never blank, at most late.
 */
export class PageCache {
  private readonly pages = new Map<number, CachedPage>()
  private readonly limit: number

  constructor(limit = PAGES_KEPT) {
    this.limit = limit
  }

  /** The row at an index of the set, or undefined while its page is not here. */
  row(index: number): RecordRow | undefined {
    return this.pages.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS]
  }

  page(number: number): CachedPage | undefined {
    return this.pages.get(number)
  }

  /** Marks the pages of a range of rows as the ones that are shown. */
  touch(first: number, last: number): void {
    for (const number of pagesOf(first, last)) {
      const page = this.pages.get(number)
      if (page === undefined) continue
      this.pages.delete(number)
      this.pages.set(number, page)
    }
  }

  /** Stores an answer; one that is older than what is here is ignored. */
  put(number: number, page: CachedPage): void {
    const present = this.pages.get(number)
    if (present !== undefined && present.version > page.version) return
    this.pages.delete(number)
    this.pages.set(number, page)
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= this.limit) break
      this.pages.delete(oldest)
    }
  }

  /**
   * Pages of a range that have to be asked for: those that are missing first, then those
   * that an older version of the set filled.
   */
  wanted(first: number, last: number, version: number): number[] {
    const missing: number[] = []
    const stale: number[] = []
    for (const number of pagesOf(first, last)) {
      const page = this.pages.get(number)
      if (page === undefined) missing.push(number)
      else if (page.version < version) stale.push(number)
    }
    return [...missing, ...stale]
  }

  /** Index of a row among the cached pages, or null. Looks near `hint` first. */
  indexOf(id: number, hint: number): number | null {
    const near = Math.floor(hint / PAGE_ROWS)
    const numbers = [...this.pages.keys()].toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near))
    for (const number of numbers) {
      const at = this.pages.get(number)?.rows.findIndex((row) => row.id === id) ?? -1
      if (at >= 0) return number * PAGE_ROWS + at
    }
    return null
  }

  clear(): void {
    this.pages.clear()
  }

  get size(): number {
    return this.pages.size
  }
}

/** Numbers of the pages that hold rows `first` to `last`, both included; none of an empty range. */
export function pagesOf(first: number, last: number): number[] {
  if (last < first) return []
  const from = Math.floor(Math.max(0, first) / PAGE_ROWS)
  const to = Math.floor(Math.max(0, last) / PAGE_ROWS)
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}
