import type { CaptureRequest } from '#shared/model/capture.ts'
import { filterOf } from '../capture/capture-filter.ts'
import { type CaptureSession, startCapture } from '../capture/capture-session.ts'
import { namedReads } from '../kinesis/shared-budget.ts'
import type { Kind } from './capture-kind.ts'
import type { Connections } from './connections.ts'
import type { CaptureConsumer, FanOutConsumers } from './fan-out-consumers.ts'
import type { ReadBudget, ReadSeat } from './read-budget.ts'
import type { StreamListings } from './stream-listings.ts'

export interface ReadingParts {
  readonly connections: Connections
  readonly streams: StreamListings
  readonly worker: URL
  readonly log: (line: string) => void
}

/** A capture that is being read, with what belongs to it as long as it is. */
export interface Reading {
  readonly session: CaptureSession
  /** Its place at the read budget. */
  readonly seat: ReadSeat
  readonly consumer: CaptureConsumer | null
  /** What was asked for, with the stream's ARN: as the next start would need it. */
  readonly request: CaptureRequest
}

/**
 * Finds the stream, takes a seat at the read budget, registers a consumer where one is asked for, and starts the capture's worker.
 * Throws where the stream or a consumer can't be had; what becomes of the file is told by the session. `nameOf` is what the capture is called when it is asked.
 */
export async function startReading(
  { connections, streams, worker, log }: ReadingParts,
  { reads: budget, consumers }: { reads: ReadBudget; consumers: FanOutConsumers },
  wanted: { id: string; request: CaptureRequest; kind: Kind; nameOf: () => string | null },
  signal?: AbortSignal,
): Promise<Reading> {
  const { id, nameOf, kind } = wanted
  const connection = connections.get(wanted.request.connectionId)
  // Before anything is asked of the stream, and above all before a consumer is paid for.
  filterOf(wanted.request.filter, null)
  const { name, arn } = await streams.describe(connection.id, wanted.request.stream, signal)
  const { path, from, until, maxRecords, maxBytes, filter, capBytes, fanOut } = wanted.request
  const consumer = fanOut ? await consumers.register(connection, arn, signal) : null
  const subject = { streamArn: arn, streamName: name, connectionId: connection.id, endpoint: connection.endpoint }
  const seat = budget.seat(id, subject, kind.reads, nameOf)
  const session = startCapture({
    path,
    from,
    until,
    maxRecords,
    maxBytes,
    filter,
    capBytes,
    worker,
    turns: seat,
    mode: kind.mode,
    durable: kind.durable,
    isView: kind.reads === 'screen',
    connection,
    credentials: connections.credentials(connection),
    stream: { name, arn },
    fanOut: consumer === null ? null : { consumerArn: consumer.consumerArn },
    readsPerSecond: kind.reads === 'screen' ? budget.readsPerSecond : namedReads,
    name: kind.name ?? null,
    log,
  })
  return { session, seat, consumer, request: { ...wanted.request, stream: arn } }
}
