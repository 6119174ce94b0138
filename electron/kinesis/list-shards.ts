import { ListShardsCommand } from '@aws-sdk/client-kinesis'
import type { ListShardsCommandOutput, Shard as SdkShard } from '@aws-sdk/client-kinesis'
import type { Shard } from '#shared/model/stream.ts'
import { faultOf } from './fault.ts'
import { request } from './request.ts'
import type { Patience, RequestContext } from './request.ts'
import { serverDate } from './server-date.ts'
import type { KinesisSender } from './server-date.ts'

const fromSdk = (shard: SdkShard): Shard => ({
  shardId: shard.ShardId ?? '',
  parentShardId: shard.ParentShardId ?? null,
  adjacentParentShardId: shard.AdjacentParentShardId ?? null,
  startingHashKey: shard.HashKeyRange?.StartingHashKey ?? '0',
  endingHashKey: shard.HashKeyRange?.EndingHashKey ?? '0',
  startingSequenceNumber: shard.SequenceNumberRange?.StartingSequenceNumber ?? '0',
  endingSequenceNumber: shard.SequenceNumberRange?.EndingSequenceNumber ?? null,
})

/**
 * Every shard of a stream, all pages. `date` is the server's time of the first answer. A NextToken lives for
 * 300 s: where it expired, the listing goes on after the last shard that came.
 */
export const listShards = async (
  client: KinesisSender,
  streamArn: string,
  context: RequestContext,
  patience?: Patience,
  deadline?: number,
): Promise<{ shards: Shard[]; date: number | null }> => {
  const shards = new Map<string, Shard>()
  let date: number | null = null
  let token: string | null = null
  let last: string | null = null
  let restarts = 0
  for (;;) {
    // A token stands for the stream and the place; AWS refuses both together.
    const input: ConstructorParameters<typeof ListShardsCommand>[0] =
      token === null ? { StreamARN: streamArn, ...(last === null ? {} : { ExclusiveStartShardId: last }) } : { NextToken: token }
    try {
      const output: ListShardsCommandOutput = await request((abortSignal) => client.send(new ListShardsCommand(input), { abortSignal }), context, patience, deadline)
      date ??= serverDate(output)
      for (const shard of output.Shards ?? []) {
        const made = fromSdk(shard)
        shards.set(made.shardId, made)
        last = made.shardId
      }
      token = output.NextToken || null
      if (token === null) return { shards: [...shards.values()], date }
    } catch (error) {
      if (token === null || faultOf(error, context.signal) !== 'expired-token' || restarts >= 10) throw error
      restarts += 1
      token = null
    }
  }
}
