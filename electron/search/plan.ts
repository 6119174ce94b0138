import { fold, gramsOf, mayContain } from '../store/filter.ts'
import { textsNeeded } from '../query/compile.ts'
import { timeRange } from '../query/meta-match.ts'
import type { Query } from '../query/query.ts'
import { hasWildcard } from '../query/query.ts'
import { literalsOf } from '../query/text-match.ts'

/**
 * What a block must be like to hold a match: it narrows to a superset, and the predicate decides. `any` rules
 * nothing out; grams come from a block's filter; times from its range of arrivals, ends included.
 */
export type Plan =
  | { kind: 'any' }
  | { kind: 'grams'; grams: readonly number[] }
  | { kind: 'time'; from: number; to: number }
  | { kind: 'and' | 'or'; of: readonly Plan[] }

const ANY: Plan = { kind: 'any' }

/**
 * Filters cover, folded, all of the payload as UTF-8, the decoded text, both without JSON's escapes, and the key. So
 * free text, keys, strings in JSON and the names of fields must be there; numbers needn't (1e3 is 1000), and nothing
 * that is negated.
 */
export const planOf = (query: Query): Plan => {
  switch (query.kind) {
    case 'text':
      return gramsPlan([query.text])
    case 'field':
      return gramsPlan(textsNeeded(query.path, query.match))
    case 'meta': {
      if (query.name === '_time') {
        const [from, to] = timeRange(query.match)
        return { kind: 'time', from, to }
      }
      if (query.name !== '_key' || query.match.kind !== 'equals') return ANY
      return gramsPlan(hasWildcard(query.match) ? literalsOf(query.match.value) : [query.match.value])
    }
    case 'and':
      return both(query.of.map(planOf))
    case 'or':
      return either(query.of.map(planOf))
    default:
      return ANY
  }
}

const gramsPlan = (texts: readonly string[]): Plan => {
  const grams = [...new Set(texts.flatMap((text) => gramsOf(fold(text))))]
  return grams.length === 0 ? ANY : { kind: 'grams', grams }
}

const both = (plans: readonly Plan[]): Plan => {
  const of = plans.filter((plan) => plan.kind !== 'any')
  return of.length > 1 ? { kind: 'and', of } : (of[0] ?? ANY)
}

const either = (plans: readonly Plan[]): Plan => (plans.some((plan) => plan.kind === 'any') ? ANY : { kind: 'or', of: plans })

/** A block as far as a plan asks about it; without a filter it can only be ruled out by time. */
export interface PlannedBlock {
  firstArrival: number
  lastArrival: number
  filter: Uint8Array | null
}

/** Whether a block may hold a match. False is certain. */
export const mayMatch = (plan: Plan, block: PlannedBlock): boolean => {
  switch (plan.kind) {
    case 'any':
      return true
    case 'grams':
      return block.filter === null || mayContain(block.filter, plan.grams)
    case 'time':
      return block.lastArrival >= plan.from && block.firstArrival <= plan.to
    case 'and':
      return plan.of.every((part) => mayMatch(part, block))
    default:
      return plan.of.some((part) => mayMatch(part, block))
  }
}

/** Whether a plan asks for grams at all: reading the filters costs. */
export const usesFilters = (plan: Plan): boolean => plan.kind === 'grams' || ((plan.kind === 'and' || plan.kind === 'or') && plan.of.some(usesFilters))
