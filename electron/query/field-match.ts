import { compareParsedDecimals, parseDecimal } from '#shared/model/decimal.ts'
import type { Decimal } from '#shared/model/decimal.ts'
import { endOf, kindOf, nextOf, ROOT, sourceOf, startOf, stringOf } from '#shared/model/json-text.ts'
import type { JsonText } from '#shared/model/json-text.ts'
import { fold } from '../store/filter.ts'
import type { Comparison, Match } from './query.ts'
import { hasWildcard } from './query.ts'
import { wildcardMatch } from './text-match.ts'

type ValueTest = (json: JsonText, node: number) => boolean

/** A predicate over parsed JSON: whether the value at the path, or one of several, matches. */
export const fieldMatch = (path: string, match: Match): ((json: JsonText) => boolean) => {
  const exists = match.kind === 'equals' && !match.quoted && /^\*+$/.test(match.value)
  const test = exists ? (): boolean => true : valueTest(match)
  return (json) => anyAt(json, ROOT, path, exists, test)
}

/**
 * Follows a path through objects and arrays, where any element counts. A key may hold dots itself: `a.b` finds
 * {"a":{"b":1}} and {"a.b":1}. Duplicate keys all count. Recursion goes as deep as the path has parts.
 */
const anyAt = (json: JsonText, node: number, rest: string | null, exists: boolean, test: ValueTest): boolean => {
  const kind = kindOf(json, node)
  const end = nextOf(json, node)
  if (rest === null && (exists || kind !== 'array')) return test(json, node)
  if (kind === 'array') {
    // Arrays within arrays lie flat on the tape: stepping in is stepping on.
    for (let at = node + 1; at < end; ) {
      if (kindOf(json, at) === 'array') at++
      else {
        if (anyAt(json, at, rest, exists, test)) return true
        at = nextOf(json, at)
      }
    }
    return false
  }
  if (kind !== 'object' || rest === null) return false
  for (let at = node + 1; at < end; at = nextOf(json, at + 1)) {
    const length = keyLength(json, at, rest)
    if (length >= 0 && anyAt(json, at + 1, length === rest.length ? null : rest.slice(length + 1), exists, test)) return true
  }
  return false
}

/** The length of a key that is the path or its beginning up to a dot; else -1. */
const keyLength = (json: JsonText, keyNode: number, path: string): number => {
  const start = startOf(json, keyNode) + 1
  const first = json.text.charCodeAt(start)
  // Most keys are ruled out by their first character, unless that is an escape, or the quote of an empty key.
  if (first !== path.charCodeAt(0) && first !== 0x5c && first !== 0x22) return -1
  const key = stringOf(json, keyNode)
  const fits = path.startsWith(key) && (key.length === path.length || path.charCodeAt(key.length) === 0x2e)
  return fits ? key.length : -1
}

const valueTest = (match: Match): ValueTest => {
  switch (match.kind) {
    case 'equals':
      return hasWildcard(match) ? likeTest(match.value) : equalTest(match.value)
    case 'compare':
      return orderTest([compareWith(match.operator, match.value)])
    default:
      return orderTest([...(match.from === null ? [] : [compareWith('>=', match.from)]), ...(match.to === null ? [] : [compareWith('<=', match.to)])])
  }
}

/** JSON's own numbers: `007` is text, not 7. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Whether a value in a query can equal a JSON number that is written in another way (5 and 5.0, 1e3 and 1000). */
export const isJsonNumber = (text: string): boolean => JSON_NUMBER.test(text)

const equalTest = (value: string): ValueTest => {
  const wanted = fold(value)
  const decimal = isJsonNumber(value) ? parseDecimal(value) : null
  return (json, node) => {
    switch (kindOf(json, node)) {
      case 'string': {
        // Folding keeps the length: a string without escapes that is longer or shorter can't match.
        const length = endOf(json, node) - startOf(json, node) - 2
        return length >= wanted.length && fold(stringOf(json, node)) === wanted
      }
      case 'number': {
        const source = sourceOf(json, node)
        if (source === value) return true
        const other = decimal === null ? null : parseDecimal(source)
        return decimal !== null && other !== null && compareParsedDecimals(other, decimal) === 0
      }
      case 'true':
      case 'false':
      case 'null':
        return kindOf(json, node) === wanted
      default:
        return false
    }
  }
}

const likeTest = (pattern: string): ValueTest => {
  const isLike = wildcardMatch(fold(pattern))
  return (json, node) => {
    const kind = kindOf(json, node)
    if (kind === 'object' || kind === 'array') return false
    return isLike(fold(kind === 'string' ? stringOf(json, node) : sourceOf(json, node)))
  }
}

/** Numbers, and strings that hold nothing but a number (DynamoDB writes all its numbers so). */
const orderTest = (tests: readonly ((text: string) => boolean)[]): ValueTest => (json, node) => {
  const kind = kindOf(json, node)
  if (kind !== 'number' && kind !== 'string') return false
  const text = kind === 'string' ? stringOf(json, node) : sourceOf(json, node)
  return parseableNumber(text) && tests.every((test) => test(text))
}

const parseableNumber = (text: string): boolean => text !== '' && (isShort(text) || parseDecimal(text) !== null)

/** Up to 15 digits, decimals and doubles order alike and differ alike, and doubles are faster. */
const SHORT = /^-?\d{1,15}$|^-?(?=[\d.]{3,16}$)\d+\.\d+$/
const isShort = (text: string): boolean => text.length <= 17 && SHORT.test(text)

const compareWith = (operator: Comparison, bound: string): ((text: string) => boolean) => {
  const decimal: Decimal = parseDecimal(bound)!
  const double = isShort(bound) ? Number(bound) : null
  const accepts = acceptsOrder(operator)
  return (text) => {
    if (double !== null && isShort(text)) return accepts(Number(text) - double)
    const other = parseDecimal(text)
    return other !== null && accepts(compareParsedDecimals(other, decimal))
  }
}

/** Whether an operator accepts that its left side is below, at or above its right one. */
export const acceptsOrder = (operator: Comparison): ((order: number) => boolean) => {
  switch (operator) {
    case '>':
      return (order) => order > 0
    case '>=':
      return (order) => order >= 0
    case '<':
      return (order) => order < 0
    default:
      return (order) => order <= 0
  }
}
