import { Link } from '@tanstack/react-router'
import { failureOf } from '../../data/failure.ts'
import { useCapture, useLibrary } from '../../data/hooks.ts'
import { SalvageButton } from '../../parts/salvage-button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { RecordsPane } from './records-pane.tsx'
import type { RecordsSearch } from './stream-records.tsx'
import './records.css'

export interface CaptureRecordsProps {
  captureId: string
  query: string | undefined
  onChange: (search: Pick<RecordsSearch, 'q'>) => void
}

/** Records of a kept capture: the same table, offline or still growing. */
export function CaptureRecords({ captureId, query = '', onChange }: CaptureRecordsProps) {
  const capture = useCapture(captureId)
  const path = useLibrary().value?.find(({ id }) => id === captureId)?.path
  if (capture.error !== null) {
    return (
      <ErrorNote
        failure={failureOf(capture.error)}
        layout="place"
        onRetry={() => void capture.refetch()}
        actions={
          <>
            <SalvageButton failure={failureOf(capture.error)} path={path} />
          <Link to="/captures" className="records-link">
            All captures
          </Link>
          </>
        }
      />
    )
  }
  if (capture.data === undefined) return <output className="records-opening">Opening the capture…</output>
  return <RecordsPane capture={capture.data} query={query} onQuery={(q) => onChange({ q })} onRetry={() => void capture.refetch()} />
}
