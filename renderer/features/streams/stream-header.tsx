import type { ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { StreamSummary } from '#shared/model/stream.ts'
import { failureOf } from '../../data/failure.ts'
import { useStreamDetail } from '../../data/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { formatCount, formatDuration } from '../../ui/format.ts'
import { Popover } from '../../ui/popover.tsx'
import './stream-header.css'

const words: Record<StreamSummary['status'], string> = { ACTIVE: 'Active', CREATING: 'Creating', DELETING: 'Deleting', UPDATING: 'Updating' }

/** Which stream this is and how it is set up; `children` is what can be done with it. */
export function StreamHeader({ connectionId, name, children }: { connectionId: string; name: string; children?: ReactNode }) {
  const detail = useStreamDetail(connectionId, name)
  const queries = useQueryClient()
  const { data } = detail
  return (
    <header className="stream-header">
      <h1 className="stream-name ellipsis" title={name}>{name}</h1>
      <div className="stream-facts num" aria-busy={detail.isPending}>
        {data && (
          <>
            <span className={`stream-state stream-state-${data.status.toLowerCase()}`}>{words[data.status]}</span>
            <span>{formatCount(data.openShards)} open {data.openShards === 1 ? 'shard' : 'shards'}{data.closedShards > 0 && `, ${formatCount(data.closedShards)} closed`}</span>
            <span>{retention(data.retentionHours)} retention</span>
            <span className="ellipsis">{data.encryption === 'KMS' ? `KMS ${data.encryptionKey ?? ''}` : 'not encrypted'}</span>
            {data.mode === 'ON_DEMAND' && <span>on-demand</span>}
          </>
        )}
        {detail.error && (
          <Popover label="What went wrong" trigger={<Button variant="plain" icon="warn" className="stream-failed">Its shards are not known</Button>}>
            <div className="stream-failure"><ErrorNote failure={failureOf(detail.error)} layout="line" onRetry={() => void queries.invalidateQueries({ queryKey: ['stream', connectionId, name] })} /></div>
          </Popover>
        )}
        {detail.isPending && <span className="stream-waiting">Asking for its shards…</span>}
      </div>
      <div className="stream-actions">{children}</div>
      <nav className="stream-views" aria-label="Views of this stream">
        <span className="stream-view" aria-current="page">Records</span>
      </nav>
    </header>
  )
}

/** Kinesis keeps records for 24 to 8,760 hours. */
function retention(hours: number): string {
  return hours <= 48 ? `${hours} h` : formatDuration(hours * 3_600_000)
}
