/** From here on memory is used again. */
const LARGE = 1024 * 1024
/** It is taken in these steps, so that what one page leaves fits another. */
const STEP = 256 * 1024
const MOST_SPARE = 4

/** Memory of pages that were stored, for pages to come: a fresh one for each would be cleared, counted by the collector and given back to the system. */
export interface SparePages {
  take(size: number): Buffer
  giveBack(data: ArrayBuffer): void
}

export const sparePages = (): SparePages => {
  const spare: ArrayBuffer[] = []
  return {
    take(size) {
      if (size < LARGE) return Buffer.allocUnsafeSlow(size)
      const at = spare.findIndex(({ byteLength }) => byteLength >= size)
      const [found] = at < 0 ? [] : spare.splice(at, 1)
      return found === undefined ? Buffer.allocUnsafeSlow(Math.ceil(size / STEP) * STEP) : Buffer.from(found)
    },
    giveBack(data) {
      if (data.byteLength < LARGE) return
      spare.push(data)
      if (spare.length > MOST_SPARE) spare.shift()
    },
  }
}
