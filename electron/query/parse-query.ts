import type { KinescopeError } from '#shared/model/error.ts'
import { parseDecimal } from '#shared/model/decimal.ts'
import { checkMeta } from './check-meta.ts'
import { META_NAMES } from './query.ts'
import type { Match, MetaName, Query } from './query.ts'
import { fieldColon, QueryText } from './query-text.ts'

/** Brackets within brackets. */
const MOST_DEPTH = 100
/** Characters of a field's path. */
const MOST_PATH = 1000

/**
 * Parses a search line:
 *
 *     query  = and { "OR" and }                 AND binds tighter than OR
 *     and    = not { [ "AND" ] not }            side by side means AND
 *     not    = { "NOT" | "-" } ( "(" query ")" | clause )
 *     clause = field ":" match | phrase | word  what is no field is free text
 *     match  = value | ( ">" | ">=" | "<" | "<=" ) value | "[" end "TO" end "]"
 *
 * A phrase stands in double quotes, with `\"` and `\\` for a quote and a backslash. A word reaches to the next
 * white space; brackets that close again and quoted parts belong to it. `http://x`, `C:\dir`, `{"a":1}`, `a::b`,
 * `12:30` and ARNs are free text though they have a colon. A field name in quotes is always a JSON field. `_key`,
 * `_shard`, `_seq`, `_time` and `_size` are the record's own; any other name is a JSON field.
 *
 * Throws `bad-query` with the position in UTF-16 units.
 */
export const parseQuery = (text: string): Query => {
  const input = new QueryText(text.toWellFormed())
  input.skipSpace()
  if (input.isAtEnd()) return { kind: 'all' }
  const query = parseOr(input, 0)
  if (!input.isAtEnd()) throw input.error('This closing bracket has no opening one.', 'Remove the bracket, or put the text in quotes to find it as it is.')
  return query
}

const parseOr = (input: QueryText, depth: number): Query => {
  const of = [parseAnd(input, depth)]
  while (input.takeWord('OR')) of.push(parseAnd(input, depth))
  return of.length === 1 ? of[0]! : { kind: 'or', of }
}

const parseAnd = (input: QueryText, depth: number): Query => {
  const of = [parseNot(input, depth)]
  for (;;) {
    const isJoined = input.takeWord('AND')
    if (!isJoined && (input.isAtEnd() || input.peek() === ')' || input.isWord('OR'))) break
    of.push(parseNot(input, depth))
  }
  return of.length === 1 ? of[0]! : { kind: 'and', of }
}

const parseNot = (input: QueryText, depth: number): Query => {
  let isNegated = false
  while (input.takeWord('NOT') || input.takeMinus()) isNegated = !isNegated
  const query = parsePrimary(input, depth)
  return isNegated ? { kind: 'not', of: query } : query
}

const parsePrimary = (input: QueryText, depth: number): Query => {
  const start = input.at
  if (input.isAtEnd() || input.peek() === ')' || input.isWord('AND') || input.isWord('OR')) {
    throw input.error('Something to search for is missing here.', 'Write a term, or put AND, OR or NOT in quotes to find the word itself.')
  }
  if (!input.take('(')) return parseClause(input)
  if (depth === MOST_DEPTH) throw input.error(`Brackets are nested more than ${MOST_DEPTH} deep here.`, 'Write the query with fewer brackets.', start)
  input.skipSpace()
  const query = parseOr(input, depth + 1)
  if (!input.take(')')) throw input.error('This bracket is never closed.', 'Close the bracket, or put the text in quotes to find it as it is.', start)
  input.skipSpace()
  return query
}

const parseClause = (input: QueryText): Query => {
  const start = input.at
  if (input.peek() === '"') {
    const phrase = input.quoted()
    if (input.peek() === ':' && !input.isSpaceAt(input.at + 1) && phrase.length <= MOST_PATH) {
      input.take(':')
      const position = input.at
      return { kind: 'field', path: phrase, match: numbersOnly(parseMatch(input, phrase, start), input, position) }
    }
    input.skipSpace()
    if (phrase === '') throw input.error('There is nothing between these quotes.', 'Write what to find between the quotes, or remove them.', start)
    return { kind: 'text', text: phrase }
  }
  const colon = fieldColon(input.text, start)
  if (colon < 0) {
    const text = input.word()
    input.skipSpace()
    return { kind: 'text', text }
  }
  const path = input.text.slice(start, colon)
  if (path.length > MOST_PATH) throw input.error(`This field name is longer than ${MOST_PATH} characters.`, 'Shorten it, or put the text in quotes.', start)
  input.at = colon + 1
  const match = parseMatch(input, path, start)
  const meta: MetaName | undefined = META_NAMES.find((name) => name === path)
  if (meta === undefined) return { kind: 'field', path, match: numbersOnly(match, input, colon + 1) }
  checkMeta(meta, match, (problem, action) => input.error(problem, action, colon + 1))
  return { kind: 'meta', name: meta, match }
}

/** Behind the colon. */
const parseMatch = (input: QueryText, path: string, start: number): Match => {
  const operator = input.operator()
  if (operator !== null) {
    input.skipSpace()
    return { kind: 'compare', operator, value: parseValue(input, `${path}:${operator}`, start).value }
  }
  if (input.peek() === '[') return parseRange(input, path)
  return { kind: 'equals', ...parseValue(input, `${path}:`, start) }
}

const parseValue = (input: QueryText, before: string, start: number): { value: string; quoted: boolean } => {
  const isQuoted = input.peek() === '"'
  const value = isQuoted ? input.quoted() : input.word()
  if (value === '' && !isQuoted) {
    throw input.error(`There is no value after "${before.slice(-60)}".`, 'Write a value without a space before it, or put the text in quotes to find it as it is.', start)
  }
  input.skipSpace()
  return { value, quoted: isQuoted }
}

const parseRange = (input: QueryText, path: string): Match => {
  const start = input.at
  const wrong = (): KinescopeError => input.error('This range is not complete.', `Write it as ${path}:[1 TO 9], with * for an open end.`, start)
  input.take('[')
  const from = input.rangeEnd()
  if (from === null || !input.takeWord('TO')) throw wrong()
  const to = input.rangeEnd()
  if (to === null || !input.take(']')) throw wrong()
  input.skipSpace()
  return { kind: 'range', from: from === '*' ? null : from, to: to === '*' ? null : to }
}

/** JSON fields compare as numbers: anything else would silently match nothing. */
const numbersOnly = (match: Match, input: QueryText, position: number): Match => {
  const values = match.kind === 'compare' ? [match.value] : match.kind === 'range' ? [match.from, match.to] : []
  for (const value of values) {
    if (value !== null && parseDecimal(value) === null) {
      throw input.error(`${value.slice(0, 60)} is not a number, and fields are compared as numbers.`, 'Write a number, or use _time for the time of arrival.', position)
    }
  }
  return match
}
