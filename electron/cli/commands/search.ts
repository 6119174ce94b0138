import type { Command } from '../command.ts'
import { usageError } from '../command-line.ts'
import { exitCode } from '../exit-code.ts'
import { choiceOption, countOption } from '../numbers.ts'
import { number, plural } from '../wording.ts'

export const search: Command = async ({ client, positionals, options, terminal, interrupted, resolvePath }) => {
  const [file = '', query = ''] = positionals
  const limit = countOption(options.limit, 'limit', 'search')
  const order = choiceOption(options.order ?? 'oldest', ['oldest', 'newest'], 'order', 'search')
  if (options.count === true && (limit !== null || options.order !== undefined)) {
    throw usageError('--count counts every match: it goes with neither --limit nor --order.', 'search')
  }
  const { id, records: total } = await client.captures.openFile({ path: resolvePath(file) })
  if (options.count === true) {
    await terminal.print(await client.captures.count({ captureId: id, query }, { signal: interrupted }))
    return exitCode.done
  }
  let found = 0
  for await (const { records, scanned } of await client.captures.scan({ captureId: id, query, order, limit, follow: false }, { signal: interrupted })) {
    found += records.length
    await terminal.print(...records)
    if (interrupted.aborted) break
    terminal.progress(`${plural(found, 'match', 'matches')}, ${number(scanned)} of ${plural(total, 'record')} searched`)
  }
  return exitCode.done
}
