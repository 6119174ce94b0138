import { acceptsOrder } from './field-match.ts'
import type { Match, MetaName } from './query.ts'
import { hasWildcard } from './query.ts'
import type { SearchRecord } from './subject.ts'
import { wildcardMatch } from './text-match.ts'
import { parseTime } from './time-value.ts'

/** A predicate over what a record is besides its payload. The match has passed `checkMeta`. */
export const metaMatch = (name: MetaName, match: Match): ((record: SearchRecord) => boolean) => {
  switch (name) {
    case '_key': {
      const matches = textTest(match)
      return (record) => matches(record.partitionKey)
    }
    case '_shard': {
      const matches = shardTest(match)
      return (record) => matches(record.shardId)
    }
    case '_seq': {
      if (hasWildcard(match)) {
        const matches = textTest(match)
        return (record) => matches(record.sequenceNumber)
      }
      const matches = numberTest(match)
      return (record) => matches(BigInt(record.sequenceNumber))
    }
    case '_time': {
      const [from, to] = timeRange(match)
      return (record) => record.arrival >= from && record.arrival <= to
    }
    default: {
      const matches = numberTest(match)
      return (record) => matches(BigInt(record.data.length))
    }
  }
}

/** Exact and case-sensitive. */
const textTest = (match: Match): ((text: string) => boolean) => {
  if (match.kind !== 'equals') return () => false
  return hasWildcard(match) ? wildcardMatch(match.value) : (text) => text === match.value
}

const SHARD_NUMBER = /^(?:shardId-)?(\d+)$/i

/** The full id, or its number with or without zeros in front. */
const shardTest = (match: Match): ((shardId: string) => boolean) => {
  const number = match.kind === 'equals' ? SHARD_NUMBER.exec(match.value)?.[1] : undefined
  if (number === undefined) return textTest(match)
  const wanted = BigInt(number)
  return (shardId) => {
    const own = SHARD_NUMBER.exec(shardId)?.[1]
    return own !== undefined && BigInt(own) === wanted
  }
}

const numberTest = (match: Match): ((value: bigint) => boolean) => {
  switch (match.kind) {
    case 'equals': {
      const wanted = BigInt(match.value)
      return (value) => value === wanted
    }
    case 'compare': {
      const bound = BigInt(match.value)
      const accepts = acceptsOrder(match.operator)
      return (value) => accepts(value < bound ? -1 : value > bound ? 1 : 0)
    }
    default: {
      const from = match.from === null ? null : BigInt(match.from)
      const to = match.to === null ? null : BigInt(match.to)
      return (value) => (from === null || value >= from) && (to === null || value <= to)
    }
  }
}

const instant = (text: string | null, otherwise: number): number => (text === null ? otherwise : parseTime(text)!.first)

/**
 * First and last arrival that match, both included. Equality means the whole of what was written: a date is its
 * day. Comparisons and ranges take a date as its first instant.
 */
export const timeRange = (match: Match): [number, number] => {
  switch (match.kind) {
    case 'equals': {
      const { first, last } = parseTime(match.value)!
      return [first, last]
    }
    case 'compare': {
      const at = instant(match.value, 0)
      if (match.operator === '>') return [at + 1, Infinity]
      if (match.operator === '>=') return [at, Infinity]
      return [-Infinity, match.operator === '<' ? at - 1 : at]
    }
    default:
      return [instant(match.from, -Infinity), instant(match.to, Infinity)]
  }
}
