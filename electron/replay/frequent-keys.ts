/**
 * The heaviest keys of a stream of any length in bounded memory: the space-saving sketch in
 * the form of Anderson et al., "A High-Performance Algorithm for Identifying Frequent Items
 * in Data Streams" (2017), which pays for its evictions in bulk. A key's weight is known
 * to within `offset`, which stays below total weight / (capacity / 2).
 */
export class FrequentKeys {
  readonly #capacity: number
  readonly #weights = new Map<string, number>()
  #offset = 0

  constructor(capacity = 256) {
    this.#capacity = capacity
  }

  add(key: string, weight: number): void {
    this.#weights.set(key, (this.#weights.get(key) ?? 0) + weight)
    if (this.#weights.size > this.#capacity) this.#purge()
  }

  /** The heaviest key with the weight that it has at least; null before the first key. */
  busiest(): { key: string; atLeast: number } | null {
    let best: { key: string; atLeast: number } | null = null
    for (const [key, atLeast] of this.#weights) if (best === null || atLeast > best.atLeast) best = { key, atLeast }
    return best
  }

  /** How much more than `atLeast` a key may weigh. */
  get offset(): number {
    return this.#offset
  }

  /** Takes the median off every key: half of them go. */
  #purge(): void {
    const sorted = [...this.#weights.values()].toSorted((a, b) => a - b)
    const median = sorted[sorted.length >>> 1] ?? 0
    this.#offset += median
    for (const [key, weight] of this.#weights) {
      if (weight <= median) this.#weights.delete(key)
      else this.#weights.set(key, weight - median)
    }
  }
}
