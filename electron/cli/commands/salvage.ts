import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { plural } from '../wording.ts'

export const salvage: Command = async ({ client, positionals, options, terminal, interrupted, resolvePath }) => {
  const file = options.out ?? ''
  const request = { path: resolvePath(positionals[0] ?? ''), out: resolvePath(file) }
  let result = { records: 0, lost: 0, gaps: 0 }
  for await (const { records, lost, gaps } of await client.captures.salvage(request, { signal: interrupted })) {
    result = { records, lost, gaps }
    terminal.progress(`${plural(records, 'record')} salvaged`)
  }
  if (interrupted.aborted) return exitCode.interrupted
  await terminal.print({ file, ...result })
  if (result.lost > 0) terminal.note(`${plural(result.lost, 'record')} could not be read; where they were is told by the gaps of the new capture.`)
  return exitCode.done
}
