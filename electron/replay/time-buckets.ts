/** Counts over time without knowing the range beforehand: the buckets widen as it grows. */
export class TimeBuckets {
  readonly #limit: number
  #from: number | null = null
  #width = 1
  #counts: number[] = []

  /** @param limit how many buckets there are at most */
  constructor(limit = 200) {
    this.#limit = limit
  }

  /** @param time ms since the epoch; a time before the first one counts as the first. */
  add(time: number): void {
    this.#from ??= time
    const offset = Math.max(0, time - this.#from)
    while (offset >= this.#width * this.#limit) this.#fold()
    const at = Math.floor(offset / this.#width)
    while (this.#counts.length <= at) this.#counts.push(0)
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
  }

  /** Counts from the first time on, each `width` ms wide. */
  read(): { counts: number[]; width: number } {
    return { counts: [...this.#counts], width: this.#width }
  }

  #fold(): void {
    this.#width *= 2
    const folded: number[] = []
    for (let at = 0; at < this.#counts.length; at += 2) folded.push((this.#counts[at] ?? 0) + (this.#counts[at + 1] ?? 0))
    this.#counts = folded
  }
}
