import { failureOf } from '#shared/contract/failure-of.ts'
import type { StreamDetail, StreamSummary } from '#shared/model/stream.ts'
import type { Command } from '../command.ts'
import { cliConnectionId as connectionId } from '../connection.ts'
import { exitCode } from '../exit-code.ts'
import { number, plural } from '../wording.ts'

/** Describes at a time: DescribeStreamSummary may be called 20 times a second in an account. */
const parallel = 4

export const streams: Command = async ({ client, terminal, interrupted }) => {
  const listed = await client.streams.list({ connectionId }, { signal: interrupted })
  const describe = async ({ name, arn }: StreamSummary): Promise<StreamDetail | null> => {
    try {
      return await client.streams.describe({ connectionId, stream: arn }, { signal: interrupted })
    } catch (error) {
      // Deleted since it was listed: then there is nothing to tell of it.
      if (failureOf(error).code !== 'stream-not-found') throw error
      terminal.note(`${name} was deleted meanwhile.`)
      return null
    }
  }
  for (let at = 0; at < listed.length && !interrupted.aborted; at += parallel) {
    const details = await Promise.all(listed.slice(at, at + parallel).map(describe))
    await terminal.print(...details.filter((detail) => detail !== null).map(lineOf))
    if (at + parallel < listed.length) terminal.progress(`${number(at + parallel)} of ${plural(listed.length, 'stream')}`)
  }
  if (listed.length === 0) terminal.note('There are no streams here.')
  return exitCode.done
}

function lineOf({ account, region, name, arn, status, mode, openShards, retentionHours, encryption }: StreamDetail) {
  return { account, region, name, arn, status, mode, openShards, retentionHours, encryption }
}
