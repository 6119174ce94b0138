import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useConnections, useStreamDetail } from '../../data/hooks.ts'
import { DEFAULT_FROM } from '../../data/position.ts'
import { connectionOf } from '../../data/sources.ts'
import { useStreamView } from '../../data/stream-view.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { FromMenu } from '../../parts/from-menu.tsx'
import { RecordsPane } from './records-pane.tsx'
import { WayMenu } from './way-menu.tsx'
import './records.css'

/** What the place puts in its URL; empty text takes a parameter away. */
export interface RecordsSearch {
  q?: string
  from?: string
}

export interface StreamRecordsProps {
  connectionId: string
  /** Name of the stream. */
  stream: string
  /** A position as `parseFrom` reads it; without one, the last minutes. */
  from: string | undefined
  query: string | undefined
  onChange: (search: RecordsSearch) => void
}

/** Records of a stream, live: looking at it is capturing it into a view, which goes with its tab unless it is kept. */
export function StreamRecords({ connectionId, stream, from = DEFAULT_FROM, query = '', onChange }: StreamRecordsProps) {
  const queries = useQueryClient()
  // Not in the URL: a link that is opened must not write to a stream, nor cost anything.
  const [isFanOut, setFanOut] = useState(false)
  const { capture, failure, retry } = useStreamView(connectionId, stream, from, isFanOut)
  const detail = useStreamDetail(connectionId, stream).data
  const connection = connectionOf(useConnections().value, connectionId)
  const setFrom = (from: string) => onChange({ from: from === DEFAULT_FROM ? '' : from })
  const again = () => {
    void queries.invalidateQueries({ queryKey: ['stream', connectionId, stream] })
    retry()
  }
  if (failure !== null) {
    return (
      <ErrorNote
        failure={failure}
        layout="place"
        onRetry={again}
        actions={
          <>
            {isFanOut && <Button onPress={() => setFanOut(false)}>Read by polling</Button>}
            {from !== DEFAULT_FROM && <Button onPress={() => setFrom(DEFAULT_FROM)}>Show the last minutes</Button>}
          </>
        }
      />
    )
  }
  if (capture === null) return <output className="records-opening">{isFanOut ? `Registering a consumer with ${stream}…` : `Opening ${stream}…`}</output>
  return (
    <RecordsPane
      capture={capture}
      query={query}
      onQuery={(q) => onChange({ q })}
      from={<FromMenu from={from} onFrom={setFrom} shards={detail?.shards.map((shard) => shard.shardId) ?? []} />}
      way={<WayMenu stream={stream} from={from} connection={connection} detail={detail} isFanOut={isFanOut} onFanOut={setFanOut} />}
      ways={
        <>
          {from !== '-1h' && from !== 'trim_horizon' && <Button onPress={() => setFrom('-1h')}>Show the last hour</Button>}
          {from !== 'trim_horizon' && <Button onPress={() => setFrom('trim_horizon')}>From the trim horizon</Button>}
        </>
      }
      onRetry={again}
    />
  )
}
