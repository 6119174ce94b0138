type Weighted = readonly [value: unknown, weight: number]

/** A stream of pseudo-random values: the same seed gives the same ones. Not for secrets. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  /** True in this share of the calls. */
  chance(share: number): boolean
  /** One of the values, of which there is at least one. */
  pick<const Values extends readonly [unknown, ...unknown[]]>(values: Values): Values[number]
  /** A value by its weight; weights are above 0 and need not add up to anything. */
  weighted<const Pairs extends readonly [Weighted, ...Weighted[]]>(pairs: Pairs): Pairs[number][0]
  /** Lower-case hex digits. */
  hex(digits: number): string
  /** In the shape of a version 4 UUID. */
  uuid(): string
  /** A count around `mean`, Poisson distributed, so that arrivals look like arrivals. For means up to some hundreds. */
  count(mean: number): number
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough for demo data. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const hex = (digits: number): string => {
    let text = ''
    while (text.length < digits) text += int(0, 0xffff).toString(16).padStart(4, '0')
    return text.slice(0, digits)
  }
  return {
    next,
    int,
    hex,
    chance: (share) => next() < share,
    pick: (values) => values[int(0, values.length - 1)] ?? values[0],
    weighted: (pairs) => {
      let left = next() * pairs.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [value, weight] of pairs) {
        left -= weight
        if (left < 0) return value
      }
      return pairs[0][0]
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(int(0, 3))}${hex(3)}-${hex(12)}`,
    count: (mean) => {
      // In parts of at most 32, because e^-mean runs out of bits (Knuth's method).
      let total = 0
      for (let rest = mean; rest > 0; rest -= 32) {
        const limit = Math.exp(-Math.min(rest, 32))
        for (let product = next(); product > limit; product *= next()) total++
      }
      return total
    },
  }
}
