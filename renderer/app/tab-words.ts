import type { CaptureInfo } from '#shared/model/capture.ts'
import type { Connection, Environment } from '#shared/model/connection.ts'
import type { ReplayProgress } from '#shared/model/replay.ts'
import type { IconName } from '../ui/icon.tsx'
import type { Place } from './places.ts'

export interface TabWords {
  title: string
  /** The small word beside it: whose it is, or what it is. */
  kind: string
  icon: IconName | null
  environment: Environment | null
}

interface Known {
  connections: readonly Connection[]
  captures: readonly CaptureInfo[]
  replays: readonly ReplayProgress[]
}

/** What a tab is called. */
export function tabWords(place: Place, { connections, captures, replays }: Known): TabWords {
  const connectionOf = (id: string): Connection | undefined => connections.find((connection) => connection.id === id)
  const captureName = (id: string): string => {
    const capture = captures.find((capture) => capture.id === id)
    return capture ? (capture.name ?? `unnamed, ${capture.streamName}`) : 'capture'
  }
  switch (place.kind) {
    case 'start':
      return { title: 'Start', kind: '', icon: null, environment: null }
    case 'connection': {
      const connection = connectionOf(place.connection)
      return { title: connection?.label ?? place.connection, kind: connection?.region ?? 'connection', icon: null, environment: connection?.environment ?? null }
    }
    case 'stream': {
      const connection = connectionOf(place.connection)
      return { title: place.name, kind: connection?.label ?? place.connection, icon: null, environment: connection?.environment ?? null }
    }
    case 'captures':
      return { title: 'Captures', kind: 'library', icon: 'file', environment: null }
    case 'capture':
      return { title: captureName(place.id), kind: 'capture', icon: 'file', environment: null }
    case 'new-replay':
      return { title: captureName(place.capture), kind: 'replay plan', icon: 'play', environment: null }
    default: {
      const replay = replays.find(({ replayId }) => replayId === place.id)
      const connection = replay && connectionOf(replay.target.connectionId)
      return { title: replay?.title ?? 'replay', kind: 'replay', icon: 'play', environment: connection?.environment ?? null }
    }
  }
}
