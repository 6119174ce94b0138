import type { StreamListing } from '#shared/contract/streams.ts'
import type { CaptureInfo } from '#shared/model/capture.ts'
import type { Connection } from '#shared/model/connection.ts'
import type { ReplayProgress } from '#shared/model/replay.ts'
import { useConnections, useLibrary, useReplays, useStreamListings } from '../data/hooks.ts'
import type { Place } from './places.ts'

/** What the frame around a place says about it: whose it is, and which capture it reads. */
export interface InFront {
  connection: Connection | null
  streamArn: string | null
  /** The capture behind the place: a view on a stream, or the one that was opened. */
  capture: CaptureInfo | null
  replay: ReplayProgress | null
}

interface Known {
  connections: readonly Connection[]
  listings: ReadonlyMap<string, StreamListing>
  captures: readonly CaptureInfo[]
  replays: readonly ReplayProgress[]
}

const none: Known = { connections: [], listings: new Map(), captures: [], replays: [] }

export function useKnown(): Known {
  const connections = useConnections().value ?? none.connections
  const listings = useStreamListings().value ?? none.listings
  const captures = useLibrary().value ?? none.captures
  const replays = useReplays().data ?? none.replays
  return { connections, listings, captures, replays }
}

export function inFront(place: Place | null, { connections, listings, captures, replays }: Known): InFront {
  const connectionOf = (id: string | null | undefined): Connection | null => connections.find((connection) => connection.id === id) ?? null
  const captureOf = (id: string | undefined): CaptureInfo | null => captures.find((capture) => capture.id === id) ?? null
  switch (place?.kind) {
    case 'connection':
      return { connection: connectionOf(place.connection), streamArn: null, capture: null, replay: null }
    case 'stream': {
      const stream = listings.get(place.connection)?.streams.find(({ name }) => name === place.name)
      const views = captures.filter((capture) => capture.connectionId === place.connection && capture.streamName === place.name && capture.state !== 'stopped')
      const capture = views.toSorted((a, b) => b.createdAt - a.createdAt)[0] ?? null
      return { connection: connectionOf(place.connection), streamArn: stream?.arn ?? capture?.streamArn ?? null, capture, replay: null }
    }
    case 'capture': {
      const capture = captureOf(place.id)
      return { connection: connectionOf(capture?.connectionId), streamArn: capture?.streamArn ?? null, capture, replay: null }
    }
    case 'new-replay': {
      const capture = captureOf(place.capture)
      return { connection: connectionOf(capture?.connectionId), streamArn: capture?.streamArn ?? null, capture: null, replay: null }
    }
    case 'replay': {
      const replay = replays.find(({ replayId }) => replayId === place.id) ?? null
      return { connection: connectionOf(replay?.target.connectionId), streamArn: null, capture: null, replay }
    }
    default:
      return { connection: null, streamArn: null, capture: null, replay: null }
  }
}
