import { existsSync } from 'node:fs'
import type { CaptureInfo, CaptureProgress } from '#shared/model/capture.ts'
import { type Failure, KinescopeError } from '#shared/model/error.ts'
import { openCapture } from '../store/capture-reader.ts'
import type { LibraryEntry } from '../store/catalog.ts'
import { storeError } from '../store/store-error.ts'
import { isWritten } from '../store/writer-lock.ts'

/** What is to be told of a capture file that nobody writes. Throws where it can't be opened. */
export function stillCapture(id: string, path: string, name: string | null): CaptureProgress {
  const reader = openCapture(path)
  try {
    const { meta } = reader
    return {
      ...reader.counters(),
      id,
      path,
      name: name ?? meta.name,
      connectionId: meta.connectionId,
      streamName: meta.streamName,
      streamArn: meta.streamArn,
      endpoint: meta.endpoint,
      region: meta.region,
      account: meta.account,
      from: meta.from,
      filter: meta.filter,
      createdAt: meta.createdAt,
      state: 'stopped',
      failure: null,
      recordsPerSecond: 0,
      bytesPerSecond: 0,
      millisBehind: null,
      readsPerSecond: 0,
      readBudget: 0,
      way: 'polling',
      fallback: null,
      end: null,
      remaining: null,
      shards: reader.shards().map(({ shard, checkpoint, records }) => ({
        shardId: shard.shardId,
        state: checkpoint.ended ? ('ended' as const) : ('waiting' as const),
        records,
        reached: null,
        millisBehind: null,
      })),
    }
  } finally {
    reader.close()
  }
}

/** What is to be told of a kept capture whose file can't be read. */
function unreadableCapture(known: Pick<CaptureInfo, 'id' | 'path' | 'name' | 'createdAt'>, failure: Failure): CaptureInfo {
  return {
    ...known,
    connectionId: null,
    streamName: '',
    streamArn: '',
    endpoint: null,
    region: '',
    account: null,
    from: { type: 'TRIM_HORIZON' },
    filter: null,
    filtered: 0,
    state: 'failed',
    failure,
    records: 0,
    bytes: 0,
    fileSize: 0,
    gaps: 0,
    firstArrival: null,
    lastArrival: null,
  }
}

/** Whether another Kinescope writes a capture that is not open here. */
export function isElsewhere({ path }: LibraryEntry): boolean {
  return existsSync(path) && isWritten(path)
}

/** A kept capture whose file can't be read now says why, in the list. */
export function readStill({ id, path, name, addedAt }: LibraryEntry): CaptureInfo {
  try {
    return stillCapture(id, path, name)
  } catch (error) {
    return unreadableCapture({ id, path, name, createdAt: addedAt }, storeError(error, 'Opening', path).failure)
  }
}

export function heldElsewhere(name: string): KinescopeError {
  return new KinescopeError('in-use', `${name} is being written by another Kinescope.`, { action: 'Look at it there, or end that one first.', retryable: true })
}
