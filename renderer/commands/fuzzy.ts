export interface Match {
  score: number
  /** Offsets of the letters that matched, for emphasis. */
  at: readonly number[]
}

const isBoundary = (text: string, index: number): boolean => {
  if (index === 0) return true
  const before = text.charAt(index - 1)
  const here = text.charAt(index)
  return /[\s\-_./:]/.test(before) || (/[a-z]/.test(before) && /[A-Z]/.test(here))
}

/**
 * How well letters, in their order but with gaps, are found in a text; null where they are not.
 * Runs and starts of words count most, then an early start and a short text. Spaces in the query
 * part it into pieces that are each found anywhere.
 */
export function fuzzy(query: string, text: string): Match | null {
  const pieces = query.toLowerCase().split(/\s+/).filter((piece) => piece !== '')
  const at = new Set<number>()
  let score = 0
  for (const piece of pieces) {
    const found = fuzzyPiece(piece, text)
    if (!found) return null
    score += found.score
    for (const index of found.at) at.add(index)
  }
  return { score: score - text.length / 100, at: [...at].toSorted((a, b) => a - b) }
}

function fuzzyPiece(piece: string, text: string): Match | null {
  const lower = text.toLowerCase()
  // Folding can change a text's length (İ): such a text is matched as it is written.
  const folded = lower.length === text.length ? lower : text
  const whole = bestWhole(piece, folded, text)
  if (whole !== null) return whole
  const at: number[] = []
  let score = 0
  let from = 0
  for (const letter of piece) {
    let index = folded.indexOf(letter, from)
    if (index < 0) return null
    // A start of a word further on is what people mean by an initial.
    for (let next = index; next >= 0; next = folded.indexOf(letter, next + 1)) {
      if (next === from && at.length > 0) break
      if (isBoundary(text, next)) {
        if (restFits(piece, at.length + 1, folded, next + 1)) index = next
        break
      }
    }
    score += isBoundary(text, index) ? 8 : index === from && at.length > 0 ? 5 : 1
    at.push(index)
    from = index + letter.length
  }
  return { score, at }
}

function restFits(piece: string, done: number, folded: string, from: number): boolean {
  let index = from
  for (const letter of Array.from(piece).slice(done)) {
    const next = folded.indexOf(letter, index)
    if (next < 0) return false
    index = next + 1
  }
  return true
}

/** The piece as it stands in the text, preferably at the start of a word. */
function bestWhole(piece: string, folded: string, text: string): Match | null {
  let index = folded.indexOf(piece)
  if (index < 0) return null
  for (let next = index; next >= 0; next = folded.indexOf(piece, next + 1)) {
    if (isBoundary(text, next)) {
      index = next
      break
    }
  }
  const bonus = index === 0 ? 12 : isBoundary(text, index) ? 8 : 0
  return { score: piece.length * 8 + bonus + (piece.length === text.length ? 20 : 0), at: Array.from({ length: piece.length }, (_, offset) => index + offset) }
}
