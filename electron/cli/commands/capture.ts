import type { CaptureProgress } from '#shared/model/capture.ts'
import type { Command } from '../command.ts'
import { cliConnectionId as connectionId } from '../connection.ts'
import { exitCode } from '../exit-code.ts'
import { countOption } from '../numbers.ts'
import { parseFrom, parseUntil } from '../times.ts'
import { byteSize, duration, isoTime, number, plural } from '../wording.ts'

export const capture: Command = async ({ client, positionals, options, terminal, interrupted, resolvePath }) => {
  const [stream = ''] = positionals
  const file = options.out ?? ''
  const request = {
    connectionId,
    stream,
    path: resolvePath(file),
    from: options.from === undefined ? null : parseFrom(options.from),
    until: options.until === undefined ? ({ type: 'never' } as const) : parseUntil(options.until),
    maxRecords: countOption(options['max-records'], 'max-records', 'capture'),
  }
  let last: CaptureProgress | null = null
  let hasBegun = false
  let failure: unknown = null
  try {
    // An abort ends the reading, not the telling: the final state still comes.
    for await (const progress of await client.captures.record(request, { signal: interrupted })) {
      last = progress
      hasBegun ||= progress.state !== 'starting' && progress.state !== 'failed'
      terminal.progress(progressOf(progress))
    }
  } catch (error) {
    failure = error
  }
  // A file that was refused has no result to tell.
  if (last !== null && hasBegun) await terminal.print(resultOf(file, last, failure !== null && !interrupted.aborted))
  if (failure !== null) throw failure
  return last?.state === 'failed' ? exitCode.failed : exitCode.done
}

function resultOf(file: string, { records, bytes, shards, gaps, firstArrival, lastArrival, state }: CaptureProgress, hasFailed: boolean) {
  return {
    file,
    records,
    bytes,
    shards: shards.length,
    gaps,
    firstArrival: isoTime(firstArrival),
    lastArrival: isoTime(lastArrival),
    state: hasFailed ? 'failed' : state === 'complete' || state === 'failed' ? state : 'stopped',
  }
}

function progressOf({ records, bytes, recordsPerSecond, millisBehind, gaps }: CaptureProgress): string {
  const behind = millisBehind === null ? '' : millisBehind === 0 ? ', at the tip' : `, ${duration(millisBehind)} behind`
  return `${plural(records, 'record')}, ${byteSize(bytes)}, ${number(recordsPerSecond)} records/s${behind}${gaps > 0 ? `, ${plural(gaps, 'gap')}` : ''}`
}
