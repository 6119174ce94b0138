import { Link } from '@tanstack/react-router'
import { failureOf } from '../../data/failure.ts'
import { useCapture } from '../../data/hooks.ts'
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
  if (capture.error !== null) {
    return (
      <ErrorNote
        failure={failureOf(capture.error)}
        layout="place"
        onRetry={() => void capture.refetch()}
        actions={
          <Link to="/captures" className="records-link">
            All captures
          </Link>
        }
      />
    )
  }
  if (capture.data === undefined) return <output className="records-opening">Opening the capture…</output>
  return <RecordsPane capture={capture.data} query={query} onQuery={(q) => onChange({ q })} onRetry={() => void capture.refetch()} />
}
