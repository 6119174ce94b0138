import { fuzzy } from './fuzzy.ts'

export interface Ranked<Item> {
  item: Item
  /** Offsets of matching letters in the title. */
  at: readonly number[]
}

/**
 * The best matches first, at most `limit`; without a query everything in its own order. Words that are not
 * in the title may stand in `also`, as in "orders prod", for less.
 */
export function rank<Item extends { title: string; also?: string }>(query: string, items: readonly Item[], limit: number): Ranked<Item>[] {
  const words = query.trim().split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return items.slice(0, limit).map((item) => ({ item, at: [] }))
  const scored: { item: Item; at: readonly number[]; score: number }[] = []
  for (const item of items) {
    let score = 0
    const at = new Set<number>()
    const all = words.every((word) => {
      const inTitle = fuzzy(word, item.title)
      const beside = !inTitle && item.also?.toLowerCase().includes(word.toLowerCase()) === true
      for (const index of inTitle?.at ?? []) at.add(index)
      score += inTitle?.score ?? word.length
      return inTitle !== null || beside
    })
    if (all) scored.push({ item, at: [...at].toSorted((a, b) => a - b), score })
  }
  return scored.toSorted((a, b) => b.score - a.score).slice(0, limit)
}
