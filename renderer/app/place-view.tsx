import { DEFAULT_FROM } from '../data/position.ts'
import { CaptureButton } from '../features/captures/capture-button.tsx'
import { CaptureHeader } from '../features/captures/capture-header.tsx'
import { CaptureLibrary } from '../features/captures/library.tsx'
import { ConnectionPlace } from '../features/connections/connection-place.tsx'
import { CaptureRecords } from '../features/records/capture-records.tsx'
import { StreamRecords } from '../features/records/stream-records.tsx'
import { ReplayPlanView } from '../features/replays/replay-plan.tsx'
import { ReplayView } from '../features/replays/replay-progress.tsx'
import { StreamHeader } from '../features/streams/stream-header.tsx'
import type { Place } from './places.ts'

export interface PlaceViewProps {
  place: Exclude<Place, { kind: 'start' }>
  onGo: (place: Place, replace?: boolean) => void
  /** The connection of this place is gone, and so is its tab. */
  onGone: () => void
}

/** Puts the features together: which of them a place is made of, and how it changes its URL. */
export function PlaceView({ place, onGo, onGone }: PlaceViewProps) {
  switch (place.kind) {
    case 'connection':
      return (
        <ConnectionPlace
          connectionId={place.connection}
          onOpenStream={(connection, region, name) => onGo({ kind: 'stream', connection, region, name, q: '', from: '' })}
          onConnect={() => onGo({ kind: 'start' })}
          onGone={onGone}
        />
      )
    case 'stream':
      return (
        <>
          <StreamHeader connectionId={place.connection} name={place.name}>
            <CaptureButton connectionId={place.connection} stream={place.name} from={place.from === '' ? DEFAULT_FROM : place.from} query={place.q} onStarted={(id) => onGo({ kind: 'capture', id, q: '' })} />
          </StreamHeader>
          <StreamRecords
            connectionId={place.connection}
            stream={place.name}
            from={place.from === '' ? undefined : place.from}
            query={place.q === '' ? undefined : place.q}
            onChange={(search) => onGo({ ...place, ...search })}
          />
        </>
      )
    case 'captures':
      return <CaptureLibrary />
    case 'capture':
      return (
        <>
          <CaptureHeader captureId={place.id} />
          <CaptureRecords captureId={place.id} query={place.q === '' ? undefined : place.q} onChange={(search) => onGo({ ...place, ...search })} />
        </>
      )
    case 'new-replay':
      return <ReplayPlanView captureId={place.capture} query={place.q} />
    default:
      return <ReplayView replayId={place.id} />
  }
}
