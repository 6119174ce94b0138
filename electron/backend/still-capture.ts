import type { CaptureProgress } from '#shared/model/capture.ts'
import { openCapture } from '../store/capture-reader.ts'

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
      createdAt: meta.createdAt,
      state: 'stopped',
      failure: null,
      recordsPerSecond: 0,
      bytesPerSecond: 0,
      millisBehind: null,
      readsPerSecond: 0,
      readBudget: 0,
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
