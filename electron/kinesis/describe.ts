import { DescribeStreamSummaryCommand, ListStreamsCommand } from '@aws-sdk/client-kinesis'
import type { ListStreamsCommandOutput, StreamDescriptionSummary, StreamSummary as SdkStreamSummary } from '@aws-sdk/client-kinesis'
import type { StreamDetail, StreamSummary } from '#shared/model/stream.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import { faultOf } from './fault.ts'
import { listShards } from './list-shards.ts'
import { request } from './request.ts'
import type { RequestContext } from './request.ts'
import type { KinesisSender } from './server-date.ts'
import { parseStream } from './stream-name.ts'
import { isOpen } from './topology.ts'

export { parseStream } from './stream-name.ts'
export type { StreamRef } from './stream-name.ts'

/** DescribeStreamSummary allows 20 calls a second and account: this many at a time stay below it. */
const DESCRIBE_AT_A_TIME = 5
const EXPIRED_TOKENS = 10

const partsOfArn = (arn: string): { account: string; region: string } => {
  const [, , , region = '', account = ''] = arn.split(':')
  return { account, region }
}

const summaryOf = (stream: SdkStreamSummary | StreamDescriptionSummary): StreamSummary => ({
  name: stream.StreamName ?? '',
  arn: stream.StreamARN ?? '',
  ...partsOfArn(stream.StreamARN ?? ''),
  status: stream.StreamStatus ?? 'ACTIVE',
  mode: stream.StreamModeDetails?.StreamMode ?? null,
})

const describeSummary = async (client: KinesisSender, stream: string, context: RequestContext): Promise<StreamDescriptionSummary> => {
  const { name, arn } = parseStream(stream)
  const output = await request(
    (abortSignal) => client.send(new DescribeStreamSummaryCommand(arn === null ? { StreamName: name } : { StreamARN: arn }), { abortSignal }),
    context,
  )
  return output.StreamDescriptionSummary ?? ({} as StreamDescriptionSummary)
}

/** Servers that list names only are asked about each one; a stream that is deleted meanwhile is left out. */
const describeNames = async (client: KinesisSender, names: readonly string[], context: RequestContext): Promise<StreamSummary[]> => {
  const found: (StreamSummary | null)[] = []
  for (let at = 0; at < names.length; at += DESCRIBE_AT_A_TIME) {
    const some = names.slice(at, at + DESCRIBE_AT_A_TIME).map(async (name) => {
      try {
        return summaryOf(await describeSummary(client, name, context))
      } catch (error) {
        if (faultOf(error, context.signal) === 'not-found') return null
        throw error
      }
    })
    found.push(...(await Promise.all(some)))
  }
  return found.filter((stream) => stream !== null)
}

/** All streams of the client's account and region, by name. Throws the SDK's errors. */
export const listStreams = async (client: KinesisSender, signal?: AbortSignal, clock: Clock = systemClock): Promise<StreamSummary[]> => {
  const context = { clock, signal }
  const summaries = new Map<string, StreamSummary>()
  const names = new Set<string>()
  let token: string | null = null
  let last: string | null = null
  let expired = 0
  for (;;) {
    const place: { NextToken?: string; ExclusiveStartStreamName?: string } =
      token !== null ? { NextToken: token } : last !== null ? { ExclusiveStartStreamName: last } : {}
    try {
      const output: ListStreamsCommandOutput = await request(
        (abortSignal) => client.send(new ListStreamsCommand({ Limit: 1000, ...place }), { abortSignal }),
        context,
      )
      const before = names.size
      for (const name of output.StreamNames ?? []) names.add(name)
      for (const stream of output.StreamSummaries ?? []) if (stream.StreamName) summaries.set(stream.StreamName, summaryOf(stream))
      last = output.StreamNames?.at(-1) ?? last
      token = output.NextToken || null
      // A page that brings nothing new would be asked for again and again.
      if (!output.HasMoreStreams || (token === null && names.size === before)) break
    } catch (error) {
      expired += 1
      if (token === null || expired > EXPIRED_TOKENS || faultOf(error, signal) !== 'expired-token') throw error
      token = null
    }
  }
  const unknown = [...names].filter((name) => !summaries.has(name))
  const described = await describeNames(client, unknown, context)
  return [...summaries.values(), ...described].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/**
 * One stream with all its shards, by name or ARN. Throws `invalid-argument` for what is neither, and the SDK's errors.
 */
export const describeStream = async (
  client: KinesisSender,
  stream: string,
  signal?: AbortSignal,
  clock: Clock = systemClock,
): Promise<StreamDetail> => {
  const context = { clock, signal }
  const summary = await describeSummary(client, stream, context)
  const { shards } = await listShards(client, summary.StreamARN ?? stream, context)
  const openShards = shards.filter(isOpen).length
  return {
    ...summaryOf(summary),
    createdAt: summary.StreamCreationTimestamp?.getTime() ?? 0,
    openShards,
    closedShards: shards.length - openShards,
    retentionHours: summary.RetentionPeriodHours ?? 24,
    encryption: summary.EncryptionType ?? 'NONE',
    encryptionKey: summary.KeyId ?? null,
    consumers: summary.ConsumerCount ?? 0,
    maxRecordBytes: (summary.MaxRecordSizeInKiB ?? 1024) * 1024,
    shards,
  }
}
