/** A stretch of the query line, for its drawing; the backend alone decides what it means. */
export interface QueryToken {
  text: string
  kind: 'space' | 'operator' | 'bracket' | 'term' | 'field' | 'colon' | 'value'
  /** Which term it belongs to, so that a field and its value are drawn as one; -1 for what stands between. */
  term: number
  isNegated: boolean
}

const OPERATORS = new Set(['AND', 'OR', 'NOT'])

/**
 * Cuts a query into stretches that together are exactly the query: terms with their field
 * and value, operators, brackets, spaces. Never fails: an open quote runs to the end.
 */
export function queryTokens(query: string): QueryToken[] {
  const tokens: QueryToken[] = []
  let at = 0
  let term = -1
  let isNegated = false
  const push = (text: string, kind: QueryToken['kind'], of: number) => {
    if (text !== '') tokens.push({ text, kind, term: of, isNegated: of >= 0 && isNegated })
    at += text.length
  }
  while (at < query.length) {
    const rest = query.slice(at)
    const space = /^\s+/.exec(rest)?.[0]
    if (space !== undefined) {
      push(space, 'space', -1)
      continue
    }
    if (/^[()]/.test(rest)) {
      push(rest.slice(0, 1), 'bracket', -1)
      continue
    }
    const word = /^(AND|OR|NOT)(?=[\s(]|$)/.exec(rest)?.[0]
    if (word !== undefined && OPERATORS.has(word)) {
      push(word, 'operator', -1)
      isNegated = word === 'NOT'
      continue
    }
    term += 1
    const field = /^[^\s():"[\]]+(?=:)/.exec(rest)?.[0]
    if (field !== undefined) {
      push(field, 'field', term)
      push(/^:(?:>=|<=|>|<)?/.exec(query.slice(at))?.[0] ?? ':', 'colon', term)
    }
    const value = /^(?:"(?:[^"\\]|\\.)*"?|[[{][^\]}]*[\]}]?|[^\s()"]+)/.exec(query.slice(at))?.[0]
    // A stray character belongs to a term too, so that the walk always moves on.
    if (value !== undefined) push(value, field === undefined ? 'term' : 'value', term)
    else if (field === undefined) push(query.slice(at, at + 1), 'term', term)
    isNegated = false
  }
  return tokens
}

/** A text as one quoted value of a query. */
export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
