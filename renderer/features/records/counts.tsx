import type { RowSetProgress } from '#shared/model/row-set.ts'
import type { RowSet } from '../../data/row-set.ts'
import { Button } from '../../ui/button.tsx'
import { formatCount, formatShare, formatTime } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { useZone } from '../../ui/time-zone.ts'

/** How many there are, and how far a search has come: "18,402 matches in 1,912,377 records". */
export function Counts({ rowSet, progress, records, isQuery }: { rowSet: RowSet; progress: RowSetProgress | null; records: number; isQuery: boolean }) {
  const zone = useZone()
  if (progress === null) return <span className="records-counts" />
  const total = Math.max(progress.total, progress.matched, isQuery ? records : 0)
  if (!isQuery) {
    return (
      <output className="records-counts num">
        <strong>{formatCount(progress.matched)}</strong> records
      </output>
    )
  }
  const share = progress.total === 0 ? null : progress.scanned / progress.total
  return (
    <output className="records-counts num">
      <strong>{formatCount(progress.matched)} matches</strong> in {formatCount(progress.state === 'scanning' || progress.state === 'stopped' ? progress.scanned : total)}
      {progress.state === 'stopped' && ` of ${formatCount(total)}`} records
      {progress.state === 'stopped' && ', stopped'}
      {progress.state === 'scanning' && (
        <>
          <ProgressBar label="Search" value={share} />
          {share !== null && <span>{formatShare(Math.floor(share * 100) / 100)}</span>}
          {progress.timeReached !== null && <span>at {formatTime(progress.timeReached, zone, 'second')}</span>}
          <Button variant="plain" onPress={() => void rowSet.stop()}>
            Stop
          </Button>
        </>
      )}
    </output>
  )
}
