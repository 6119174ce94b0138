import type { Placed } from './arrival-heap.ts'

/** Matches of a row set as two columns in order of (arrival, id): 16 bytes a match, a million of them in 16 MB. */
export class SortedRows {
  #arrivals = new Float64Array(1024)
  #ids = new Float64Array(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Adds rows that are in order among themselves; those that come behind the present ones, as most do, cost little. */
  add(rows: readonly Placed[]): void {
    if (rows.length === 0) return
    this.#reserve(this.#length + rows.length)
    let from = this.#length - 1
    let next = rows.length - 1
    let to = this.#length + rows.length - 1
    while (next >= 0) {
      const row = rows[next]!
      if (from >= 0 && this.#isBehind(from, row)) {
        this.#arrivals[to] = this.#arrivals[from]!
        this.#ids[to] = this.#ids[from]!
        from--
      } else {
        this.#arrivals[to] = row.arrival
        this.#ids[to] = row.id
        next--
      }
      to--
    }
    this.#length += rows.length
  }

  /** Forgets rows with ids below `firstRow`, which a ring has dropped. */
  dropBefore(firstRow: number): void {
    let kept = 0
    for (let at = 0; at < this.#length; at++) {
      if (this.#ids[at]! < firstRow) continue
      this.#arrivals[kept] = this.#arrivals[at]!
      this.#ids[kept] = this.#ids[at]!
      kept++
    }
    this.#length = kept
  }

  ids(offset: number, limit: number): number[] {
    return Array.from(this.#ids.subarray(Math.min(offset, this.#length), Math.min(offset + limit, this.#length)))
  }

  /** Rows per bucket [from + i·width, from + (i+1)·width). */
  histogram(from: number, width: number, buckets: number): number[] {
    const edges = Array.from({ length: buckets + 1 }, (_, bucket) => this.#firstAt(from + bucket * width))
    return edges.slice(1).map((edge, bucket) => edge - edges[bucket]!)
  }

  #isBehind(at: number, row: Placed): boolean {
    const arrival = this.#arrivals[at]!
    return arrival > row.arrival || (arrival === row.arrival && this.#ids[at]! > row.id)
  }

  /** The place of the first row that arrived at a time or later. */
  #firstAt(arrival: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#arrivals[middle]! < arrival) low = middle + 1
      else high = middle
    }
    return low
  }

  #reserve(length: number): void {
    if (length <= this.#ids.length) return
    const size = Math.max(length, this.#ids.length * 2)
    const grown = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const copy = new Float64Array(size)
      copy.set(column)
      return copy
    }
    this.#arrivals = grown(this.#arrivals)
    this.#ids = grown(this.#ids)
  }
}
