import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { CaptureInfo } from '#shared/model/capture.ts'
import { shardStep } from '#shared/model/shard-ramp.ts'
import { useClient } from '../platform/client.ts'

/** Places of the shards on the colour ramp, where the stream can still be asked. */
export function useShardSteps(capture: Pick<CaptureInfo, 'connectionId' | 'streamArn' | 'streamName'>): ReadonlyMap<string, number> {
  const client = useClient()
  const { connectionId, streamArn, streamName } = capture
  const detail = useQuery({
    queryKey: ['stream', connectionId, streamName],
    queryFn: ({ signal }) => client.streams.describe({ connectionId: connectionId ?? '', stream: streamName }, { signal }),
    enabled: connectionId !== null,
    staleTime: 30_000,
    retry: false,
  }).data
  return useMemo(() => {
    // A namesake in another account would colour the wrong shards.
    if (detail === undefined || detail.arn !== streamArn) return new Map()
    return new Map(detail.shards.map((shard) => [shard.shardId, shardStep(shard.startingHashKey, shard.endingHashKey)]))
  }, [detail, streamArn])
}
