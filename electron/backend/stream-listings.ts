import type { Connection } from '#shared/model/connection.ts'
import type { StreamListing } from '#shared/contract/streams.ts'
import type { StreamDetail, StreamSummary } from '#shared/model/stream.ts'
import { awsFailure } from '../accounts/aws-failure.ts'
import { describeStream, listStreams } from '../kinesis/describe.ts'
import type { Connections } from './connections.ts'
import { Watched } from './watched.ts'

/** What is known of the streams of every connection. A failure keeps what was listed before. */
export class StreamListings {
  readonly #connections: Connections
  readonly #listings = new Map<string, StreamListing>()
  readonly #watched = new Watched<readonly StreamListing[]>([])
  readonly #stop = new AbortController()
  /** Nothing is asked of AWS until somebody looks: the CLI never does. */
  #following = false

  constructor(connections: Connections) {
    this.#connections = connections
  }

  async list(connectionId: string, signal?: AbortSignal): Promise<StreamSummary[]> {
    const connection = this.#connections.get(connectionId)
    try {
      return await listStreams(this.#connections.client(connectionId), signal)
    } catch (error) {
      throw awsFailure(error, contextOf(connection, 'list the streams'))
    }
  }

  async describe(connectionId: string, stream: string, signal?: AbortSignal): Promise<StreamDetail> {
    const connection = this.#connections.get(connectionId)
    try {
      return await describeStream(this.#connections.client(connectionId), stream, signal)
    } catch (error) {
      throw awsFailure(error, { ...contextOf(connection, 'describe the stream'), stream })
    }
  }

  async refresh(connectionId: string): Promise<void> {
    const before = this.#listings.get(connectionId)?.streams ?? []
    this.#put({ connectionId, state: 'loading', streams: before, failure: null })
    try {
      this.#put({ connectionId, state: 'ready', streams: await this.list(connectionId, this.#stop.signal), failure: null })
    } catch (error) {
      const { failure } = awsFailure(error, { action: 'list the streams' })
      if (this.#listings.has(connectionId)) this.#put({ connectionId, state: 'failed', streams: before, failure })
    }
  }

  /** Every listing as it is now, then each one that changes. */
  async *watch(signal?: AbortSignal): AsyncGenerator<StreamListing, void, void> {
    if (!this.#following) {
      this.#following = true
      void this.#follow()
    }
    const seen = new Map<string, StreamListing>()
    for await (const listings of this.#watched.watch(signal, 30)) {
      for (const listing of listings) {
        if (seen.get(listing.connectionId) === listing) continue
        seen.set(listing.connectionId, listing)
        yield listing
      }
    }
  }

  close(): void {
    this.#stop.abort()
    this.#watched.end()
  }

  #put(listing: StreamListing): void {
    this.#listings.set(listing.connectionId, listing)
    this.#watched.set([...this.#listings.values()])
  }

  /** Lists each connection when it is first there; forgets those that are gone. */
  async #follow(): Promise<void> {
    for await (const connections of this.#connections.watched.watch(this.#stop.signal, 0)) {
      const ids = new Set(connections.map(({ id }) => id))
      for (const id of this.#listings.keys()) if (!ids.has(id)) this.#listings.delete(id)
      for (const id of ids) if (!this.#listings.has(id)) void this.refresh(id)
    }
  }
}

export function contextOf(connection: Connection, action: string) {
  const { endpoint, region, profile } = connection
  return { action, endpoint, region, profile }
}
