import type { CaptureInfo } from '#shared/model/capture.ts'
import type { StreamListing } from '#shared/contract/streams.ts'
import type { Connection } from '#shared/model/connection.ts'
import { subscription } from './use-subscription.ts'

/** Everything that the backend tells by itself. Each is one subscription, however many show it. */

export const connectionList = subscription((client, _none: Record<string, never>, signal) => client.connections.watch(undefined, { signal }))

/** One listing per connection: each event replaces the listing of its connection. */
export const streamListings = subscription(async (client, _none: Record<string, never>, signal) =>
  gather(await client.streams.watch(undefined, { signal })),
)

export const library = subscription((client, _none: Record<string, never>, signal) => client.captures.watchLibrary(undefined, { signal }))

export const captureProgress = subscription((client, { id }: { id: string }, signal) => client.captures.watch({ id }, { signal }))

/** Who reads what, once a second while anybody reads. */
export const readUse = subscription((client, _none: Record<string, never>, signal) => client.reads.watch(undefined, { signal }))

export const replayProgress = subscription((client, { replayId }: { replayId: string }, signal) =>
  client.replays.watch({ replayId }, { signal }),
)

async function* gather(events: AsyncIterable<StreamListing>): AsyncGenerator<ReadonlyMap<string, StreamListing>> {
  let all: ReadonlyMap<string, StreamListing> = new Map()
  for await (const listing of events) {
    all = new Map(all).set(listing.connectionId, listing)
    yield all
  }
}

/** What a capture is called where it has no name: the stream that it shows. */
export function titleOf(capture: Pick<CaptureInfo, 'name' | 'streamName'>): string {
  return capture.name ?? capture.streamName
}

/** A connection of the list by its id. */
export function connectionOf(connections: readonly Connection[] | undefined, id: string | null): Connection | undefined {
  return connections?.find((connection) => connection.id === id)
}
