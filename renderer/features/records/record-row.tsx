import { memo } from 'react'
import { printable } from '#shared/model/printable.ts'
import type { RecordRow as Row } from '#shared/model/record.ts'
import { formatCount, formatTime } from '../../ui/format.ts'
import type { Zone } from '../../ui/format.ts'
import { ShardChip } from '../../ui/shard-chip.tsx'
import { role } from './aria.ts'
import { SummaryCell, summaryText } from './summary-cell.tsx'

export const COLUMNS = 5

interface RecordRowProps {
  row: Row
  /** Row number in the grid: the header is 1. */
  number: number
  shardStep: number | null
  isSelected: boolean
  zone: Zone
}

/** One record. Everything in it is foreign text: it reaches the page as text nodes only. */
export const RecordRowView = memo(function RecordRowView({ row, number, shardStep, isSelected, zone }: RecordRowProps) {
  const time = formatTime(row.arrival, zone)
  return (
    <div
      role={role.row}
      id={rowElementId(row.id)}
      aria-rowindex={number}
      aria-selected={isSelected}
      className={isSelected ? 'records-row records-row-selected mono' : 'records-row mono'}
      data-id={row.id}
    >
      <span role={role.cell} aria-colindex={1} className="records-time">
        {time.slice(0, 6)}
        <span className="records-seconds">{time.slice(6)}</span>
      </span>
      <span role={role.cell} aria-colindex={2}>
        <ShardChip shardId={row.shardId} step={shardStep} />
      </span>
      <span role={role.cell} aria-colindex={3} className="records-key">
        {printable(row.partitionKey)}
      </span>
      <span role={role.cell} aria-colindex={4} className="records-size">
        {formatCount(row.size)}
      </span>
      <span role={role.cell} aria-colindex={5} className="records-summary">
        <SummaryCell summary={row.summary} size={row.size} />
      </span>
    </div>
  )
})

export const rowElementId = (id: number): string => `record-${id}`

/** What a double click on a column puts on the clipboard, and what it is called. */
export function cellText(row: Row, column: number): { text: string; what: string } {
  switch (column) {
    case 1:
      return { text: new Date(row.arrival).toISOString(), what: 'Time' }
    case 2:
      return { text: row.shardId, what: 'Shard' }
    case 3:
      return { text: row.partitionKey, what: 'Key' }
    case 4:
      return { text: String(row.size), what: 'Size' }
    default:
      return { text: summaryText(row.summary), what: 'Summary' }
  }
}
