import type { KinescopeError } from '#shared/model/error.ts'
import type { Match, MetaName } from './query.ts'
import { hasWildcard } from './query.ts'
import { parseTime } from './time-value.ts'

/** Refuses what a metadata field can't be compared with, so that nothing silently matches nothing. */
export const checkMeta = (name: MetaName, match: Match, error: (problem: string, action: string) => KinescopeError): void => {
  const values = valuesOf(match)
  switch (name) {
    case '_key':
    case '_shard':
      if (match.kind !== 'equals') throw error(`${name} has no order, so that it can't be compared.`, `Write ${name}:value, with * and ? as wildcards.`)
      return
    case '_seq':
      if (hasWildcard(match) ? !/^[\d*?]+$/.test(values[0] ?? '') : values.some((value) => !/^\d+$/.test(value))) {
        throw error('_seq takes sequence numbers, which are digits only.', 'Write it as _seq:49590338, _seq:>49590338 or _seq:[1 TO 9].')
      }
      return
    case '_size':
      if (values.some((value) => !/^\d+$/.test(value))) {
        throw error('_size takes whole numbers of bytes.', 'Write it as _size:>1024 or _size:[100 TO 200].')
      }
      return
    case '_time':
      if (values.some((value) => parseTime(value) === null)) {
        throw error('_time takes ISO times, in UTC where they name no zone.', 'Write it as _time:>2026-01-31T14:30:00Z or _time:[2026-01-30 TO 2026-01-31].')
      }
      return
  }
}

const valuesOf = (match: Match): string[] =>
  match.kind === 'range' ? [match.from, match.to].filter((value) => value !== null) : [match.value]
