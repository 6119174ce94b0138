import { failureOf } from '#shared/contract/failure-of.ts'
import { type Failure, KinescopeError } from '#shared/model/error.ts'
import type { Pace, ReplayPlan, ReplayProgress } from '#shared/model/replay.ts'
import type { Command, CommandContext } from '../command.ts'
import { type Options, usageError } from '../command-line.ts'
import { cliConnectionId as connectionId } from '../connection.ts'
import { exitCode } from '../exit-code.ts'
import { positiveOption } from '../numbers.ts'
import { byteSize, duration, number, plural } from '../wording.ts'

export const replay: Command = async (context) => {
  const { client, connection, positionals, options, resolvePath } = context
  const pace = paceOf(options)
  const name = (options.to ?? '').split('/').at(-1) ?? ''
  if (connection?.environment === 'production' && options['dry-run'] !== true && options.confirm !== name) {
    throw usageError(`${name} is a stream of the production profile "${connection.label}": add --confirm ${name} to write into it.`, 'replay')
  }
  const { id: captureId } = await client.captures.openFile({ path: resolvePath(positionals[0] ?? '') })
  const request = { captureId, query: options.query ?? '', target: { connectionId, stream: options.to ?? '' }, pace }
  return options['dry-run'] === true ? dryRun(context, request) : send(context, { ...request, confirm: options.confirm ?? null })
}

async function dryRun({ client, options, terminal, interrupted }: CommandContext, request: Parameters<typeof client.replays.plan>[0]): Promise<number> {
  const plan = await client.replays.plan(request, { signal: interrupted })
  for (const line of describePlan(plan)) terminal.note(line)
  await terminal.print({ planned: plan.records, sent: 0, acknowledged: 0, failed: 0, unknown: 0 })
  // A dry run ends as the replay itself would.
  if (plan.sourceIsTarget && options.confirm !== plan.target.name) throw sourceIsTarget(plan.target.name)
  return exitCode.done
}

async function send({ client, terminal, interrupted }: CommandContext, request: Parameters<typeof client.replays.start>[0]): Promise<number> {
  let last = await client.replays.start(request, { signal: interrupted }).catch((error: unknown) => {
    const { code }: Failure = failureOf(error)
    throw code === 'source-is-target' ? sourceIsTarget(request.target.stream.split('/').at(-1) ?? '') : error
  })
  const { replayId } = last
  const stop = () => void client.replays.stop({ replayId }).catch(() => {})
  interrupted.addEventListener('abort', stop, { once: true })
  if (interrupted.aborted) stop()
  for await (const progress of await client.replays.watch({ replayId })) {
    last = progress
    terminal.progress(progressOf(progress))
  }
  const { planned, sent, acknowledged, failed, unknown } = last
  await terminal.print({ planned, sent, acknowledged, failed, unknown })
  if (last.failure !== null) throw KinescopeError.from(last.failure)
  if (failed > 0) terminal.note(`${plural(failed, 'record')} could not be stored; the first because ${last.firstReason ?? 'it was refused'}.`)
  if (unknown > 0) terminal.note(`${plural(unknown, 'record')} went out without an answer and may or may not be stored.`)
  return last.state === 'done' && failed === 0 && unknown === 0 ? exitCode.done : exitCode.failed
}

function sourceIsTarget(name: string): KinescopeError {
  return new KinescopeError('source-is-target', `${name} is the stream that this capture was read from: its records would be in it twice.`, {
    action: `Choose another target, or add --confirm ${name} to replay into it all the same.`,
  })
}

function paceOf({ rate, speed }: Options): Pace {
  const recordsPerSecond = positiveOption(rate, 'rate', 'replay')
  const factor = positiveOption(speed, 'speed', 'replay')
  if (recordsPerSecond !== null && factor !== null) throw usageError('Give --rate or --speed, not both.', 'replay')
  if (recordsPerSecond !== null) return { type: 'rate', recordsPerSecond }
  return factor === null ? { type: 'fastest' } : { type: 'speed', factor }
}

function describePlan({ records, bytes, durationMs, oversize, shards, target }: ReplayPlan): string[] {
  const lines = [
    `Dry run: ${plural(records, 'record')}, ${byteSize(bytes)}, to ${target.name} in ${target.region}, account ${target.account}; about ${duration(durationMs)}.`,
  ]
  for (const shard of shards) {
    const key = shard.busiestKey === null ? '' : `; busiest key ${shard.busiestKey} (${Math.round(shard.busiestKeyShare * 100)} %)`
    lines.push(`  ${shard.shardId}: ${plural(shard.records, 'record')}, ${byteSize(shard.bytes)}, up to ${Math.round(shard.peak * 100)} % of its write limit${key}`)
  }
  if (oversize > 0) lines.push(`  ${plural(oversize, 'record')} will be refused: too large for the target, or with a key that Kinesis does not take.`)
  return lines
}

function progressOf({ planned, acknowledged, recordsPerSecond, retried, timeLeftMs }: ReplayProgress): string {
  const left = timeLeftMs === null ? '' : `, ${duration(timeLeftMs)} left`
  return `${number(acknowledged)} of ${plural(planned, 'record')}, ${number(recordsPerSecond)} records/s${retried > 0 ? `, ${retried} sent again` : ''}${left}`
}
