import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { fileExists, probeCapture } from '../store/capture-file.ts'
import { openCapture } from '../store/capture-reader.ts'
import type { StreamReading } from '../kinesis/stream-reader.ts'
import type { CaptureCounters, CaptureMeta, StoredShard } from '../store/capture-rows.ts'
import type { CaptureJob } from './messages.ts'

/** What an existing file says before it is opened for writing; null where there is none to continue. */
export interface ExistingCapture {
  meta: CaptureMeta
  shards: StoredShard[]
  counters: CaptureCounters
}

/**
 * Looks at the file without touching it, so that a capture that can't begin (an unknown stream, another stream, no
 * network) leaves it byte for byte as it was. An empty file, as a kill may leave, counts as none.
 */
export const lookAtTarget = ({ path, mode }: Pick<CaptureJob, 'path' | 'mode'>): ExistingCapture | null => {
  const state = probeCapture(path)
  if (mode === 'create' && state === 'capture') throw fileExists(path)
  if (mode !== 'continue' && state !== 'capture') return null
  using reader = openCapture(path)
  return { meta: reader.meta, shards: reader.shards(), counters: reader.counters() }
}

/** The endpoint that tells local servers apart; AWS's own are told apart by the ARN. */
const localOrigin = (endpoint: string | null): string | null => {
  const url = endpoint === null ? null : URL.parse(endpoint)
  return url === null || /\.amazonaws\.com(\.cn)?$/.test(url.hostname) ? null : url.origin
}

const where = (arn: string, origin: string | null) => printable(origin === null ? arn : `${arn} at ${origin}`)

/** Throws `other-stream` unless the file is a capture of the job's stream. Its creation time is compared when the stream was found. */
export const assertSameSource = ({ meta }: ExistingCapture, { path, stream, connection }: CaptureJob): void => {
  const [theirs, ours] = [localOrigin(meta.endpoint), localOrigin(connection.endpoint)]
  if (meta.streamArn === stream.arn && theirs === ours) return
  throw new KinescopeError(
    'other-stream',
    `The file ${printable(path)} is a capture of ${where(meta.streamArn, theirs)}, not of ${where(stream.arn, ours)}.`,
    { action: 'Choose another file for this stream.' },
  )
}

/** The first lines of a new file. `createdAt` is this machine's time, ms. */
export const metaFor = (job: CaptureJob, { stream, dueFrom }: Pick<StreamReading, 'stream' | 'dueFrom'>, createdAt: number): CaptureMeta => ({
  streamArn: job.stream.arn,
  streamName: job.stream.name,
  streamCreatedAt: stream.createdAt,
  endpoint: job.connection.endpoint,
  region: job.connection.region,
  account: accountOf(job),
  connectionId: job.connection.id,
  from: job.from ?? { type: 'LATEST' },
  dueFrom,
  filter: job.filter,
  createdAt,
  tool: job.tool,
  name: job.name,
})

export const accountOf = ({ stream, connection }: Pick<CaptureJob, 'stream' | 'connection'>): string | null =>
  stream.arn.split(':')[4] || connection.accountId
