import { type CaptureProgress, LEAST_RING } from '#shared/model/capture.ts'
import type { Command } from '../command.ts'
import { cliConnectionId as connectionId } from '../connection.ts'
import { exitCode } from '../exit-code.ts'
import { countOption } from '../numbers.ts'
import { sizeOption } from '../sizes.ts'
import { parseFrom, parseUntil } from '../times.ts'
import { byteSize, duration, isoTime, number, plural, pollingNote } from '../wording.ts'

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
    maxBytes: sizeOption(options['max-bytes'], 'max-bytes'),
    filter: options.filter ?? null,
    capBytes: sizeOption(options['keep-at-most'], 'keep-at-most', LEAST_RING),
    fanOut: options['fan-out'] === true,
  }
  let last: CaptureProgress | null = null
  let hasBegun = false
  let fallback: string | null = null
  let failure: unknown = null
  try {
    // An abort ends the reading, not the telling: the final state still comes.
    for await (const progress of await client.captures.record(request, { signal: interrupted })) {
      last = progress
      hasBegun ||= progress.state !== 'starting' && progress.state !== 'failed'
      if (progress.fallback !== null && progress.fallback !== fallback) terminal.note(pollingNote(progress.fallback))
      fallback = progress.fallback
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

function resultOf(file: string, { records, bytes, filtered, shards, gaps, firstArrival, lastArrival, state }: CaptureProgress, hasFailed: boolean) {
  return {
    file,
    records,
    bytes,
    filtered,
    shards: shards.length,
    gaps,
    firstArrival: isoTime(firstArrival),
    lastArrival: isoTime(lastArrival),
    state: hasFailed ? 'failed' : state === 'complete' || state === 'failed' ? state : 'stopped',
  }
}

function progressOf({ records, bytes, filter, filtered, recordsPerSecond, millisBehind, remaining, gaps, way, fallback }: CaptureProgress): string {
  const parts = [plural(records, 'record')]
  if (filter !== null) parts.push(`${number(filtered)} filtered out`)
  parts.push(byteSize(bytes), `${number(recordsPerSecond)} records/s`)
  if (millisBehind !== null) parts.push(millisBehind === 0 ? 'at the tip' : `${duration(millisBehind)} behind`)
  if (gaps > 0) parts.push(plural(gaps, 'gap'))
  if (remaining !== null) parts.push(`${duration(remaining)} left`)
  if (way === 'fan-out') parts.push(fallback === null ? 'by fan-out' : 'by fan-out and polling')
  return parts.join(', ')
}
