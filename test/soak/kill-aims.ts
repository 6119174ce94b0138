/** Where in a capture's life a kill is aimed. */
export const aims = ['random', 'commit', 'checkpoint', 'folding', 'opening', 'birth', 'migration'] as const

export interface Aim {
  /**
   * `birth`: while the file is made, `migration`: while one of the first version is brought to the newest, `opening`: while it is opened again, with what the kill before
   * left in its WAL, `commit` and `checkpoint`: while records are stored, `folding`: while it becomes one file, at its end or
   * at its next start.
   */
  aim: (typeof aims)[number]
  /** On which occasion, from 1. */
  nth: number
  /** Microseconds after it; for `random`, after the capture was started. */
  delay: number
}

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * The aim of a kill: the first of a file may be at its birth, later ones are spread over the rest of its life.
 * While the file has had one version only, its birth is the one migration that there is.
 */
export function aimOf(kill: number, { isBorn, versions }: { isBorn: boolean; versions: number }, random: () => number): Aim {
  const pick = (from: number, to: number): number => Math.floor(from + random() * (to - from + 1))
  if (!isBorn && kill % 2 === 0) return { aim: 'birth', nth: pick(1, 2), delay: pick(0, 30_000) }
  if (isBorn && versions > 1 && kill % 6 === 5) return { aim: 'migration', nth: pick(2, versions), delay: pick(0, 12_000) }
  switch (kill % 5) {
    case 0:
      return { aim: 'random', nth: 1, delay: pick(0, 1_500_000) }
    case 1:
      return { aim: 'commit', nth: pick(1, 6), delay: pick(0, 10_000) }
    case 2:
      return { aim: 'checkpoint', nth: pick(2, 6), delay: pick(0, 25_000) }
    case 3:
      return { aim: 'folding', nth: pick(1, 2), delay: pick(0, 20_000) }
    default:
      return { aim: 'opening', nth: pick(1, 3), delay: pick(0, 15_000) }
  }
}
