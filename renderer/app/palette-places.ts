import type { StreamListing } from '#shared/contract/streams.ts'
import type { CaptureInfo } from '#shared/model/capture.ts'
import type { Connection } from '#shared/model/connection.ts'
import type { PaletteItem } from '../commands/palette.tsx'
import { sizeOfCapture } from '../data/capture-size.ts'
import { formatBytes } from '../ui/format.ts'
import type { Place } from './places.ts'

interface Known {
  connections: readonly Connection[]
  listings: ReadonlyMap<string, StreamListing>
  captures: readonly CaptureInfo[]
}

/** Streams of all connections and captures, as the palette finds them. */
export function palettePlaces({ connections, listings, captures }: Known, go: (place: Place) => void): PaletteItem[] {
  const streams = connections.flatMap((connection) =>
    (listings.get(connection.id)?.streams ?? []).map((stream): PaletteItem => ({
      id: `stream ${connection.id} ${stream.name}`,
      title: stream.name,
      also: `${connection.label} ${connection.environment} ${connection.accountId ?? ''} ${stream.region}`,
      icon: 'stream',
      hint: `${connection.label}, ${stream.region}`,
      group: 'Streams',
      run: () => go({ kind: 'stream', connection: connection.id, region: stream.region, name: stream.name, q: '', from: '' }),
    })),
  )
  const files = captures
    .filter((capture) => capture.name !== null)
    .map((capture): PaletteItem => ({
      id: `capture ${capture.id}`,
      title: capture.name ?? '',
      also: `capture ${capture.streamName}`,
      icon: 'file',
      hint: `capture, ${formatBytes(sizeOfCapture(capture))}`,
      group: 'Captures',
      run: () => go({ kind: 'capture', id: capture.id, q: '' }),
    }))
  return [...streams, ...files]
}
