import type { ReactNode } from 'react'
import type { CaptureState } from '#shared/model/capture.ts'
import type { Failure } from '#shared/model/error.ts'
import type { RowSetProgress } from '#shared/model/row-set.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyPlace } from '../../ui/empty-place.tsx'
import { formatCount } from '../../ui/format.ts'

export interface EmptyRecordsProps {
  progress: RowSetProgress | null
  failure: Failure | null
  state: CaptureState
  query: string
  onQuery: (query: string) => void
  ways: ReactNode
}

/** The table without rows: why, and the next step. */
export function EmptyRecords({ progress, failure, state, query, onQuery, ways }: EmptyRecordsProps) {
  if (failure?.code === 'bad-query') {
    return (
      <EmptyPlace title="This search can’t be read" actions={<Button onPress={() => onQuery('')}>Clear the search</Button>}>
        Mend it where it is marked. <code className="mono">field.path:value</code> compares a value, quotes keep words together, AND, OR, NOT and brackets combine.
      </EmptyPlace>
    )
  }
  if (failure !== null) return null
  if (progress === null) return <p className="records-opening">Opening…</p>
  if (query !== '') {
    if (progress.state === 'scanning') return <p className="records-opening">Searching…</p>
    return (
      <EmptyPlace title="No record matches" actions={<Button onPress={() => onQuery('')}>Clear the search</Button>}>
        {formatCount(progress.scanned)} records were searched.{progress.state === 'following' && ' New ones are searched as they arrive.'}
      </EmptyPlace>
    )
  }
  if (state === 'starting') return <p className="records-opening">Asking for the shards…</p>
  if (state === 'reading') {
    return (
      <EmptyPlace title="Nothing has arrived yet" actions={ways}>
        All shards are being read. The next record appears here.
      </EmptyPlace>
    )
  }
  return (
    <EmptyPlace title={state === 'paused' ? 'Paused' : 'No records'} actions={ways}>
      {state === 'paused' ? 'Nothing was read before reading was paused.' : 'This capture holds no records.'}
    </EmptyPlace>
  )
}
