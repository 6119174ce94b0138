import type { Client } from '#shared/contract/contract.ts'
import { KinescopeError } from '#shared/model/error.ts'
import type { Command } from '../command.ts'
import { cliConnectionId as connectionId } from '../connection.ts'
import { exitCode } from '../exit-code.ts'
import type { Terminal } from '../terminal.ts'
import { parseFrom } from '../times.ts'
import { plural, pollingNote } from '../wording.ts'

/** A view like the console's own, printed instead of shown, and gone at the end. */
export const tail: Command = async ({ client, positionals, options, terminal, interrupted }) => {
  const [stream = ''] = positionals
  const from = parseFrom(options.from ?? 'latest')
  const { id } = await client.captures.openView({ connectionId, stream, from, fanOut: options['fan-out'] === true }, { signal: interrupted })
  const ended = new AbortController()
  const signal = AbortSignal.any([interrupted, ended.signal])
  const watching = watch(client, id, terminal, signal).finally(() => ended.abort())
  watching.catch(() => {})
  try {
    for await (const { records } of await client.captures.scan({ captureId: id, query: '', order: 'oldest', limit: null, follow: true }, { signal })) {
      await terminal.print(...records)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    ended.abort()
    await client.captures.close({ id })
  }
  await watching
  return exitCode.done
}

/** Says what was lost, and where polling stands in for fan-out; throws when the reading fails. */
async function watch(client: Client, id: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  let told = 0
  let toldOf: string | null = null
  try {
    for await (const { state, failure, gaps, fallback } of await client.captures.watch({ id }, { signal })) {
      if (failure !== null) throw KinescopeError.from(failure)
      if (state === 'failed') throw new KinescopeError('internal', 'The reading ended.')
      if (fallback !== null && fallback !== toldOf) terminal.note(pollingNote(fallback))
      toldOf = fallback
      if (gaps === told) continue
      told = gaps
      const latest = (await client.captures.gaps({ id })).at(-1)
      terminal.note(`Records are missing (${plural(gaps, 'gap')}): ${latest?.detail ?? ''}`)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
