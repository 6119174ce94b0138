/** Where a row stands in a row set: by arrival, and by id among those that arrived in the same millisecond. */
export interface Placed {
  arrival: number
  id: number
}

export const byPlace = (a: Placed, b: Placed): number => a.arrival - b.arrival || a.id - b.id

/** Matches that wait until nothing that is still to be read can stand before them: a binary heap, first in order on top. */
export class ArrivalHeap<T extends Placed> {
  readonly #items: T[] = []
  /** 1 for oldest first, -1 for newest first. */
  readonly #direction: 1 | -1

  constructor(direction: 1 | -1) {
    this.#direction = direction
  }

  get size(): number {
    return this.#items.length
  }

  peek(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let at = items.length
    items.push(item)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#inOrder(items[parent]!, item)) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const top = items[0]
    const last = items.pop()
    if (top === undefined || last === undefined || items.length === 0) return top
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#inOrder(items[child + 1]!, items[child]!)) child++
      if (this.#inOrder(last, items[child]!)) break
      items[at] = items[child]!
      at = child
    }
    items[at] = last
    return top
  }

  #inOrder(a: T, b: T): boolean {
    return byPlace(a, b) * this.#direction <= 0
  }
}
