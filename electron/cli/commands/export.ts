import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { choiceOption } from '../numbers.ts'
import { plural } from '../wording.ts'

export const exportTo: Command = async ({ client, positionals, options, terminal, interrupted, resolvePath }) => {
  const format = choiceOption(options.format ?? '', ['ndjson', 'csv'], 'format', 'export')
  const file = options.out ?? ''
  const { id: captureId } = await client.captures.openFile({ path: resolvePath(positionals[0] ?? '') })
  const request = { captureId, query: options.query ?? '', format, path: resolvePath(file) }
  let records = 0
  for await (const { written } of await client.captures.exportTo(request, { signal: interrupted })) {
    records = written
    terminal.progress(`${plural(written, 'record')} written`)
  }
  if (!interrupted.aborted) await terminal.print({ file, records })
  return exitCode.done
}
