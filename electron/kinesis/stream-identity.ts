import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis'
import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { faultOf } from './fault.ts'
import { request } from './request.ts'
import type { Patience, RequestContext } from './request.ts'
import { serverDate } from './server-date.ts'
import type { KinesisSender } from './server-date.ts'

/** What tells a stream from its namesakes, and what reading it needs to know. */
export interface FoundStream {
  name: string
  /** Creation time in ms. */
  createdAt: number | null
  retentionMs: number | null
  /** The server's time of the answer in ms. */
  date: number | null
}

export const findStream = async (
  client: KinesisSender,
  streamArn: string,
  context: RequestContext,
  patience?: Patience,
): Promise<FoundStream> => {
  const output = await request(
    (abortSignal) => client.send(new DescribeStreamSummaryCommand({ StreamARN: streamArn }), { abortSignal }),
    context,
    patience,
  )
  const summary = output.StreamDescriptionSummary
  return {
    name: summary?.StreamName ?? streamArn,
    createdAt: summary?.StreamCreationTimestamp?.getTime() ?? null,
    retentionMs: summary?.RetentionPeriodHours === undefined ? null : summary.RetentionPeriodHours * 3_600_000,
    date: serverDate(output),
  }
}

/** Creation times travel in seconds by some ways and in milliseconds by others; null is unknown. */
export const isSameCreation = (a: number | null, b: number | null): boolean => a === null || b === null || Math.abs(a - b) < 1000

export const recreated = (name: string): KinescopeError =>
  new KinescopeError('other-stream', `The stream ${printable(name)} was deleted and created again: what is there now is another stream.`, {
    action: 'Start a new capture to read it.',
  })

const gone = (name: string, cause: unknown): KinescopeError =>
  new KinescopeError('stream-not-found', `The stream ${printable(name)} was deleted while it was being read.`, {
    action: 'What was captured until then is kept.',
    cause,
  })

/**
 * Makes sure that the stream is still the one that was found: a ResourceNotFoundException about a shard means
 * that the shard expired only if it is. Throws `stream-not-found` or `other-stream`; the SDK's error where it can't be told.
 */
export const assertSameStream = async (
  client: KinesisSender,
  streamArn: string,
  before: Pick<FoundStream, 'name' | 'createdAt'>,
  context: RequestContext,
  patience?: Patience,
): Promise<FoundStream> => {
  let now: FoundStream
  try {
    now = await findStream(client, streamArn, context, patience)
  } catch (error) {
    throw faultOf(error, context.signal) === 'not-found' ? gone(before.name, error) : error
  }
  if (!isSameCreation(before.createdAt, now.createdAt)) throw recreated(before.name)
  return now
}
