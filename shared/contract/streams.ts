import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Failure } from '../model/error.ts'
import { StreamDetail, StreamSummary } from '../model/stream.ts'
import { procedure } from './base.ts'

/** The streams of one connection as far as they are known; a failure stands beside what was listed before. */
export const StreamListing = z.object({
  connectionId: z.string(),
  state: z.enum(['loading', 'ready', 'failed']),
  streams: z.array(StreamSummary),
  failure: Failure.nullable(),
})
export type StreamListing = z.infer<typeof StreamListing>

export const streams = {
  /** All streams of one connection, asked for anew. */
  list: procedure.input(z.object({ connectionId: z.string() })).output(z.array(StreamSummary)),
  /** The listing of every connection, as it comes in and when it changes. */
  watch: procedure.output(eventIterator(StreamListing)),
  /** Asks one connection again. */
  refresh: procedure.input(z.object({ connectionId: z.string() })).output(z.void()),
  /** `stream` is a name or an ARN. */
  describe: procedure.input(z.object({ connectionId: z.string(), stream: z.string().min(1).max(2048) })).output(StreamDetail),
}
