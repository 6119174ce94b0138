/**
 * Case folding for search: per code point and without a locale, so that a text and a query fold
 * alike wherever they are cut (`toLowerCase` of a whole string treats a final sigma by its
 * neighbours). A character whose fold would be several, such as ß or İ, stays as it is: folding
 * keeps the number of UTF-16 units, and a match's place in the folded text is its place in the text.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  let folded = ''
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
      const pair = text.slice(i, i + 2)
      const other = foldCharacter(pair)
      if (other !== pair) {
        folded += text.slice(from, i) + other
        from = i + 2
      }
      i++
      continue
    }
    const other = foldedUnit(unit)
    if (other !== unit) {
      folded += text.slice(from, i) + String.fromCharCode(other)
      from = i + 1
    }
  }
  return from === 0 ? text : folded + text.slice(from)
}

/** Folds of the basic plane, computed page by page when one is first met. */
const pages: (Uint16Array | undefined)[] = []

function foldedUnit(unit: number): number {
  const page = unit >>> 8
  const folds = (pages[page] ??= Uint16Array.from({ length: 256 }, (_, low) => {
    const character = String.fromCharCode((page << 8) | low)
    return foldCharacter(character).charCodeAt(0)
  }))
  return folds[unit & 0xff] ?? unit
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
