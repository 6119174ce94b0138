import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { compile } from '../query/compile.ts'
import { parseQuery } from '../query/parse-query.ts'
import type { NewRecord } from '../store/capture-rows.ts'

/** The filter of a capture: what its file was begun with, or else what is asked for. Throws `bad-query`, and `invalid-argument` where a file has another. */
export const filterOf = (wanted: string | null, existing: { filter: string | null } | null): string | null => {
  const asked = wanted === null || wanted.trim() === '' ? null : wanted
  if (asked !== null) parseQuery(asked)
  if (existing === null || asked === null || asked === existing.filter) return existing === null ? asked : existing.filter
  const begun = existing.filter === null ? 'without a filter' : `with the filter ${printable(existing.filter)}`
  throw new KinescopeError('invalid-argument', `The file was begun ${begun}: a capture keeps what it was begun for.`, {
    action: 'Leave the filter out to go on as before, or choose another file.',
  })
}

/** Whether a row is to be stored; null where all are. The same judge as a search's. */
export const accepting = (filter: string | null): ((shardId: string) => (row: NewRecord) => boolean) | null => {
  if (filter === null) return null
  const matches = compile(parseQuery(filter))
  return (shardId) => ({ data, text, partitionKey, sequenceNumber, arrival }) => matches({ data, text, partitionKey, shardId, sequenceNumber, arrival })
}
