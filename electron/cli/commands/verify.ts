import { salvageAction } from '#shared/model/damaged-capture.ts'
import type { Command } from '../command.ts'
import { exitCode } from '../exit-code.ts'

export const verify: Command = async ({ client, positionals, terminal, interrupted, resolvePath }) => {
  const { ok, records, integrity, problems } = await client.captures.verify({ path: resolvePath(positionals[0] ?? '') }, { signal: interrupted })
  await terminal.print({ ok, records, integrity, problems })
  for (const problem of problems) terminal.note(problem)
  if (!ok) terminal.note(`  ${salvageAction}`)
  return ok ? exitCode.done : exitCode.failed
}
