import { z } from 'zod'

/** Who reads: a view that is looked at, a capture that nobody looks at now, a capture that was asked for by name. */
export const ReadRank = z.enum(['screen', 'background', 'named'])
export type ReadRank = z.infer<typeof ReadRank>

/** Reads a second and shard that a person may allow for what is on the screen: all of a shard's 5 at most. */
export const readsSetting = { least: 0.2, most: 5, usual: 2 } as const

/** How this process uses what a stream's shards give to all their readers. */
export const StreamReadUse = z.object({
  streamArn: z.string(),
  streamName: z.string(),
  connectionId: z.string().nullable(),
  /** GetRecords calls a second on the busiest shard, over all readers of this process. */
  readsPerSecond: z.number(),
  /** Bytes a second on the busiest shard. */
  bytesPerSecond: z.number(),
  /** What all its readers together may take of an undisturbed shard, calls a second. */
  budget: z.number(),
  /** Shards on which another consumer was noticed, and the smallest share of the budget that we take of one of them. */
  disturbed: z.object({ shards: z.number().int(), smallestShare: z.number() }).nullable(),
  readers: z.array(
    z.object({
      captureId: z.string(),
      /** Null for a view that was not kept. */
      name: z.string().nullable(),
      rank: ReadRank,
      readsPerSecond: z.number(),
      /** What it gets while all others ask all the time, calls a second and shard. */
      fair: z.number(),
    }),
  ),
})
export type StreamReadUse = z.infer<typeof StreamReadUse>

export const ReadUse = z.object({
  /** Reads a second and shard for what is on the screen; a capture in the background gets half of it. */
  readsPerSecond: z.number(),
  streams: z.array(StreamReadUse),
})
export type ReadUse = z.infer<typeof ReadUse>
