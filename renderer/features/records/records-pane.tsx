import { useCallback, useEffect, useRef, useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode, RefObject } from 'react'
import type { CaptureInfo, CaptureProgress, Gap } from '#shared/model/capture.ts'
import { useCommand } from '../../commands/use-command.ts'
import { useCaptureProgress, useGaps } from '../../data/hooks.ts'
import type { RowSet, RowSetSnapshot } from '../../data/row-set.ts'
import { useShardSteps } from '../../data/shard-steps.ts'
import { useHistogram, useRowSet } from '../../data/use-row-set.ts'
import { SalvageButton } from '../../parts/salvage-button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SplitPane } from '../../ui/split-pane.tsx'
import { Counts } from './counts.tsx'
import { placeGaps } from './gap-placement.ts'
import type { PlacedGap } from './gap-placement.ts'
import { Volume } from './histogram.tsx'
import { Inspector } from './inspector.tsx'
import { KeepButton } from './keep-button.tsx'
import { LiveButton } from './live-button.tsx'
import { QueryLine } from './query-line.tsx'
import { EmptyRecords } from './empty-records.tsx'
import { RecordTable } from './record-table.tsx'
import type { Selection, TableHandle } from './record-table.tsx'
import './records.css'

export interface RecordsPaneProps {
  capture: CaptureInfo
  query: string
  onQuery: (query: string) => void
  /** The From menu, for a view on a stream. */
  from?: ReactNode
  /** How it is read, for a view on a stream. */
  way?: ReactNode
  /** Ways out of a view in which nothing arrived. */
  ways?: ReactNode
  onRetry?: () => void
}

const BUCKETS = 180
const NONE: readonly Gap[] = []
const NO_GAPS: readonly PlacedGap[] = []

/** Records of a capture, live or not: query, volume, table, inspector. */
export function RecordsPane({ capture, query, onQuery, from, way, ways, onRetry }: RecordsPaneProps) {
  const navigate = useNavigate()
  const progress = useCaptureProgress(capture.id)
  const counters: CaptureInfo | CaptureProgress = progress.value ?? capture
  const { rowSet, snapshot } = useRowSet(capture.id, query)
  const histogram = useHistogram(rowSet, snapshot, BUCKETS)
  const gaps = useGaps(capture.id, counters.gaps).data ?? NONE
  const placed = usePlacedGaps(rowSet, snapshot, gaps)
  const shardSteps = useShardSteps(capture)
  const [selected, setSelected] = useState<Selection | null>(null)
  const [isOpen, setOpen] = useState(false)
  const [sight, setSight] = useState<{ from: number; to: number } | null>(null)
  const onSight = useCallback((from: number, to: number) => setSight({ from, to }), [])
  const table = useRef<TableHandle>(null)
  const focusTable = useCallback(() => table.current?.focus(), [])
  // Another query is another table: the focus goes to the one that comes.
  const leftAt = useRef<string | null>(null)
  const leaveQuery = useCallback(() => {
    leftAt.current = query
    focusTable()
  }, [query, focusTable])
  useEffect(() => {
    if (leftAt.current === null || leftAt.current === query) return
    leftAt.current = null
    focusTable()
  }, [query, focusTable])
  const select = useCallback((selection: Selection | null) => setSelected(selection), [])

  const close = useCallback(() => {
    setOpen(false)
    focusTable()
  }, [focusTable])
  const openCapture = (id: string) => void navigate({ to: '/captures/$id', params: { id } })
  const replay = useCallback(() => {
    void navigate({ to: '/replays/new', search: { capture: capture.id, ...(query === '' ? {} : { q: query }) } })
  }, [navigate, capture.id, query])
  useCommand({ id: 'records.replay', title: 'Replay these records', group: 'Records', run: replay })
  useCommand({ id: 'records.table', title: 'Go to the table', group: 'Records', run: focusTable })

  useTableKeys(table)
  useCommand({ id: 'records.close', title: 'Close the inspector', key: 'escape', group: 'Records', keyOnly: true, run: () => setOpen(false), when: () => isOpen })

  const failure = snapshot.failure
  const isBadQuery = failure?.code === 'bad-query'

  return (
    <SplitPane
      id="inspector"
      label="inspector"
      side="end"
      initial={376}
      min={300}
      max={760}
      isOpen={isOpen && selected !== null}
      pane={
        selected !== null && (
          <Inspector capture={capture} recordId={selected.id} shardSteps={shardSteps} onClose={close} onQuery={onQuery} onReplay={replay} />
        )
      }
    >
      <div className="records-bar">
        <QueryLine query={query} onQuery={onQuery} failure={failure} onDone={leaveQuery} />
        <div className="records-bar-buttons">
          {from}
          {(counters.name === null || from !== undefined) && <KeepButton capture={capture} name={counters.name} onOpenCapture={openCapture} />}
          {way}
          <LiveButton captureId={capture.id} state={counters.state} />
        </div>
      </div>
      <Volume
        histogram={histogram}
        gaps={gaps}
        isQuery={query !== ''}
        sight={sight}
        onTime={(time) => void rowSet.indexOfTime(time).then((index) => table.current?.goTo(index))}
      />
      {counters.failure !== null && <ErrorNote failure={counters.failure} onRetry={onRetry} actions={<SalvageButton failure={counters.failure} path={capture.path} />} />}
      {failure !== null && !isBadQuery && <ErrorNote failure={failure} onRetry={onRetry} actions={<SalvageButton failure={failure} path={capture.path} />} />}
      {progress.value !== undefined && <ShardTroubles progress={progress.value} />}
      <RecordTable
          key={`${capture.id} ${query}`}
          rowSet={rowSet}
          snapshot={snapshot}
          gaps={placed}
          shardSteps={shardSteps}
          selected={selected}
          onSelect={select}
          onOpen={() => setOpen(true)}
          onClose={() => setOpen(false)}
          onSight={onSight}
          counts={<Counts rowSet={rowSet} progress={snapshot.progress} records={counters.records} isQuery={query !== ''} />}
          handle={table}
        >
          <EmptyRecords progress={snapshot.progress} failure={failure} state={counters.state} query={query} onQuery={onQuery} ways={ways} />
        </RecordTable>
    </SplitPane>
  )
}

/** The table's keys, wherever the focus is: a person who just opened a stream has put it nowhere yet. */
function useTableKeys(table: RefObject<TableHandle | null>): void {
  const press = (key: string) => {
    table.current?.focus()
    table.current?.press(key)
  }
  useCommand({ id: 'records.next', title: 'Next record', key: ['j', 'arrowdown'], group: 'Records', keyOnly: true, run: () => press('j') })
  useCommand({ id: 'records.previous', title: 'Previous record', key: ['k', 'arrowup'], group: 'Records', keyOnly: true, run: () => press('k') })
  useCommand({ id: 'records.inspect', title: 'Open the record', key: 'enter', group: 'Records', keyOnly: true, run: () => press('Enter') })
  useCommand({ id: 'records.first', title: 'First record', key: 'home', group: 'Records', keyOnly: true, run: () => press('Home') })
  useCommand({ id: 'records.last', title: 'Last record, and follow', key: 'end', group: 'Records', keyOnly: true, run: () => press('End') })
}

/** Gaps and the rows before which they stand; found anew when either changes, for a growing set ever more rarely. */
function usePlacedGaps(rowSet: RowSet, snapshot: RowSetSnapshot, gaps: readonly Gap[]): readonly PlacedGap[] {
  const progress = snapshot.progress
  // A gap at the end moves when rows come after it, so a few looks at first and rare ones later are enough.
  const look = progress === null || progress.state === 'scanning' ? 0 : Math.ceil(Math.log2(progress.matched + 1) * 4)
  const places = useQuery({
    queryKey: ['gap-places', progress?.rowSetId, gaps.map((gap) => gap.id).join(' '), look],
    queryFn: () => placeGaps(gaps, (time) => rowSet.indexOfTime(time)),
    enabled: progress !== null && gaps.length > 0,
    staleTime: Infinity,
    gcTime: 5_000,
    placeholderData: keepPreviousData,
  })
  return gaps.length === 0 ? NO_GAPS : (places.data ?? NO_GAPS)
}

/** Shards that are not read, or not as fast as they could be: said, not hidden. */
function ShardTroubles({ progress }: { progress: CaptureProgress }) {
  const leftOut = progress.shards.filter((shard) => shard.state === 'left-out').length
  const throttled = progress.shards.filter((shard) => shard.state === 'throttled').length
  if (leftOut === 0 && throttled === 0 && progress.fallback === null) return null
  const words = [
    progress.fallback ?? '',
    leftOut > 0 ? `${leftOut} of ${progress.shards.length} shards are not read: a view reads 64 at a time.` : '',
    throttled > 0 ? `${throttled} ${throttled === 1 ? 'shard is' : 'shards are'} throttled: other consumers take their reads, so records come late.` : '',
  ]
  return (
    <output className="records-trouble">
      <Icon name="warn" size={14} />
      {words.filter((word) => word !== '').join(' ')}
    </output>
  )
}
