import type { CaptureInfo, CaptureProgress, CaptureRequest } from '#shared/model/capture.ts'
import { KinescopeError } from '#shared/model/error.ts'
import type { StopCondition } from '#shared/model/stream.ts'
import type { CaptureReading } from '../store/catalog.ts'

/** What is written down while a capture is read, for the next start: should this process be killed, it is offered to read on. */
export function readingOf({ connectionId, stream, until, maxRecords, maxBytes, capBytes, fanOut }: CaptureRequest, { end }: CaptureProgress, now: number): CaptureReading {
  // "Now" is the time of the first start, also for those that follow.
  return { since: now, connectionId, streamArn: stream, until: until.type === 'now' && end !== null ? { type: 'time', at: end } : until, maxRecords, maxBytes, capBytes, fanOut }
}

/** What was not read yet of a capture that was cut off, or that is to be read on. Throws `not-found` where it does not say through which connection. */
export function restOf(reading: CaptureReading | null, info: CaptureInfo, now: number): CaptureRequest {
  const connectionId = reading?.connectionId ?? info.connectionId
  if (connectionId === null) {
    throw new KinescopeError('not-found', `${info.name ?? 'The capture'} does not say through which connection it was read.`, { action: 'Open its stream to read on.' })
  }
  return {
    connectionId,
    stream: reading?.streamArn ?? info.streamArn,
    path: info.path,
    from: null,
    until: reading === null ? { type: 'never' } : untilOf(reading, now),
    maxRecords: rest(reading?.maxRecords, info.records),
    maxBytes: rest(reading?.maxBytes, info.bytes),
    filter: null,
    capBytes: reading?.capBytes ?? null,
    fanOut: reading?.fanOut ?? false,
  }
}

/** No other connection's id begins so (see `Connections`). */
export const isOfSandbox = ({ connectionId }: CaptureReading): boolean => connectionId.startsWith('sandbox')

const rest = (limit: number | null | undefined, stored: number): number | null => (limit === null || limit === undefined ? null : Math.max(1, limit - stored))

const untilOf = ({ until, since }: CaptureReading, now: number): StopCondition =>
  until.type === 'duration' ? { type: 'duration', ms: Math.max(1000, since + until.ms - now) } : until
