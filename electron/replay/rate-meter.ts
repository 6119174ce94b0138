/** Events per second over the last few seconds, from samples of a running total. */
export class RateMeter {
  readonly #windowMs: number
  readonly #samples: { at: number; total: number }[] = []

  constructor(windowMs = 5000) {
    this.#windowMs = windowMs
  }

  /** @param at monotonic ms */
  sample(total: number, at: number): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && at - last.at < 50) last.total = total
    else this.#samples.push({ at, total })
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= this.#windowMs) this.#samples.shift()
  }

  /** At `now`, which is not before the last sample. */
  perSecond(now: number): number {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || now <= first.at || now - last.at > this.#windowMs) return 0
    return ((last.total - first.total) * 1000) / (now - first.at)
  }
}
