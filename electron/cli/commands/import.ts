import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { plural } from '../wording.ts'

export const importFrom: Command = async ({ client, positionals, options, terminal, interrupted, resolvePath }) => {
  const file = options.out ?? ''
  const request = { path: resolvePath(positionals[0] ?? ''), out: resolvePath(file), keyField: options.key ?? null }
  let imported = 0
  for await (const { records } of await client.captures.importFrom(request, { signal: interrupted })) {
    imported = records
    terminal.progress(`${plural(records, 'record')} imported`)
  }
  if (!interrupted.aborted) await terminal.print({ file, records: imported })
  return exitCode.done
}
