/**
 * Case folding for search: per code point and without a locale, so that a text and a query fold
 * alike wherever they are cut (`toLowerCase` of a whole string treats a final sigma by its
 * neighbours). A character whose fold would be several, such as ß or İ, stays as it is: folding
 * keeps the number of UTF-16 units, and a match's place in the folded text is its place in the text.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  const units = new Uint16Array(text.length)
  for (let i = 0; i < units.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
      const pair = foldedPair(text.slice(i, i + 2))
      units[i++] = pair.charCodeAt(0)
      units[i] = pair.charCodeAt(1)
    } else {
      units[i] = foldedUnit(unit)
    }
  }
  // One flat string: one that was pieced together is ten times slower to encode.
  return Buffer.from(units.buffer).toString('utf16le')
}

/** Folds within the basic plane, computed page by page when one is first met. */
const pages: (Uint16Array | undefined)[] = []

export function foldedUnit(unit: number): number {
  const page = unit >>> 8
  const folds = (pages[page] ??= Uint16Array.from({ length: 256 }, (_, low) => {
    const character = String.fromCharCode((page << 8) | low)
    return foldCharacter(character).charCodeAt(0)
  }))
  return folds[unit & 0xff] ?? unit
}

/** Folds of what lies beyond it. */
const pairs = new Map<string, string>()

export function foldedPair(pair: string): string {
  let folded = pairs.get(pair)
  if (folded === undefined) {
    folded = foldCharacter(pair)
    if (pairs.size < 10_000) pairs.set(pair, folded)
  }
  return folded
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}

/** By way of the capital, so that σ and ς, or s and ſ, meet. */
function foldCharacter(character: string): string {
  const upper = character.toUpperCase()
  const lower = (upper.length === character.length ? upper : character).toLowerCase()
  return lower.length === character.length ? lower : character
}

function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text)
}
