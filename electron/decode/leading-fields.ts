import { unescapeJson } from '#shared/model/json-text.ts'

export interface LeadingField {
  name: string
  /** Numbers and literals as written, strings with their escapes resolved, `{…}` or `[…]` for what is nested. */
  value: string
  type: 'string' | 'number' | 'literal' | 'nested'
}

const STRING = /"((?:[^"\\]|\\.)*)"/y
const SCALAR = /(-?\d[\d.eE+-]*)|(true|false|null)/y
const MOST_FIELDS = 64

/**
 * The first fields of a JSON object from a text that may be cut off anywhere: a lenient reading that a table cell
 * can afford, where `parseJson` would have to see the whole. Null where the text doesn't begin an object.
 * `isWhole` tells that the object's end was reached.
 */
export const readFields = (head: string): { fields: LeadingField[]; isWhole: boolean } | null => {
  const start = /^\s*\{/.exec(head)
  if (start === null) return null
  const fields: LeadingField[] = []
  let at = afterSpace(head, start[0].length)
  if (head[at] === '}') return { fields, isWhole: true }
  for (;;) {
    const name = matchAt(STRING, head, at)
    if (name === null) break
    at = afterSpace(head, at + name[0].length)
    if (head[at] !== ':') break
    at = afterSpace(head, at + 1)
    const found = readValue(head, at)
    if (found === null) break
    fields.push({ name: unescapeJson(name[1]!), value: found.value, type: found.type })
    at = afterSpace(head, found.end)
    if (head[at] === '}') return { fields, isWhole: true }
    if (head[at] !== ',' || fields.length >= MOST_FIELDS) break
    at = afterSpace(head, at + 1)
  }
  // Something like `{hello}`, or a name that is cut off: better shown as text.
  return fields.length === 0 ? null : { fields, isWhole: false }
}

const readValue = (head: string, at: number): { value: string; type: LeadingField['type']; end: number } | null => {
  const sign = head[at]
  if (sign === '"') {
    const string = matchAt(STRING, head, at)
    // A long string that is cut off still shows its beginning.
    if (string === null) return { value: unescapeJson(head.slice(at + 1)), type: 'string', end: head.length }
    return { value: unescapeJson(string[1]!), type: 'string', end: at + string[0].length }
  }
  if (sign === '{' || sign === '[') return { value: sign === '{' ? '{…}' : '[…]', type: 'nested', end: afterNested(head, at) }
  const scalar = matchAt(SCALAR, head, at)
  return scalar === null ? null : { value: scalar[0], type: scalar[1] === undefined ? 'literal' : 'number', end: at + scalar[0].length }
}

const afterNested = (head: string, from: number): number => {
  let depth = 0
  for (let at = from; at < head.length; at++) {
    const sign = head[at]
    if (sign === '"') {
      const string = matchAt(STRING, head, at)
      if (string === null) return head.length
      at += string[0].length - 1
    } else if (sign === '{' || sign === '[') depth++
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1
  }
  return head.length
}

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at
  return pattern.exec(text)
}

const afterSpace = (text: string, from: number): number => {
  let at = from
  while (at < text.length && /\s/.test(text[at]!)) at++
  return at
}
