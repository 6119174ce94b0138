import { fieldMatch, isJsonNumber } from './field-match.ts'
import { metaMatch } from './meta-match.ts'
import type { Match, Query } from './query.ts'
import { hasWildcard } from './query.ts'
import { Subject } from './subject.ts'
import type { SearchRecord } from './subject.ts'
import { literalsOf, textMatch } from './text-match.ts'
import type { TextMatch } from './text-match.ts'
import { fold } from '../store/filter.ts'

type Test = (subject: Subject) => boolean

/**
 * The one judge of what a query matches, for files, live views and filters alike. The predicate keeps what it works
 * out about its current record: use one per scan.
 */
export const compile = (query: Query): ((record: SearchRecord) => boolean) => {
  if (query.kind === 'all') return () => true
  const test = compileTest(query)
  let subject: Subject | null = null
  return (record) => {
    subject = subject === null ? new Subject(record) : subject.become(record)
    return test(subject)
  }
}

const compileTest = (query: Query): Test => {
  switch (query.kind) {
    case 'all':
      return () => true
    case 'and': {
      const tests = cheapestFirst(query.of)
      return (subject) => tests.every((test) => test(subject))
    }
    case 'or': {
      const tests = cheapestFirst(query.of)
      return (subject) => tests.some((test) => test(subject))
    }
    case 'not': {
      const test = compileTest(query.of)
      return (subject) => !test(subject)
    }
    case 'text':
      return compileText(query.text)
    case 'field':
      return compileField(query.path, query.match)
    default: {
      const matches = metaMatch(query.name, query.match)
      return (subject) => matches(subject.record)
    }
  }
}

const compileText = (text: string): Test => {
  const match = textMatch(text)
  return (subject) => subject.payloadHolds(match) || match.inFolded(fold(subject.record.partitionKey))
}

const compileField = (path: string, match: Match): Test => {
  const matches = fieldMatch(path, match)
  const needed = textsNeeded(path, match).map((text) => textMatch(text))
  return (subject) => {
    if (!needed.every((text: TextMatch) => subject.jsonMayHold(text))) return false
    const json = subject.json()
    return json !== null && matches(json)
  }
}

/** Texts that a record must hold, as written or behind JSON's escapes, for this field to match. */
export const textsNeeded = (path: string, match: Match): string[] => [...valueLiterals(match), ...path.split('.')].filter((text) => text !== '')

/** A number is needed in none of its ways of writing: 1000 may stand there as 1e3. */
const valueLiterals = (match: Match): string[] => {
  if (match.kind !== 'equals') return []
  if (hasWildcard(match)) return literalsOf(match.value)
  return isJsonNumber(match.value) ? [] : [match.value]
}

const cheapestFirst = (queries: readonly Query[]): Test[] =>
  queries
    .map((query) => ({ cost: costOf(query), test: compileTest(query) }))
    .toSorted((a, b) => a.cost - b.cost)
    .map(({ test }) => test)

const costOf = (query: Query): number => {
  switch (query.kind) {
    case 'all':
    case 'meta':
      return 0
    case 'text':
      return 1
    case 'field':
      return 4
    case 'not':
      return costOf(query.of)
    default:
      return query.of.reduce((sum, part) => sum + costOf(part), 1)
  }
}
