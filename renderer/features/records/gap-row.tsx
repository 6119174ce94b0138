import { printable } from '#shared/model/printable.ts'
import type { Gap } from '#shared/model/capture.ts'
import { formatTime } from '../../ui/format.ts'
import type { Zone } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { ShardChip } from '../../ui/shard-chip.tsx'
import { role } from './aria.ts'
import { COLUMNS } from './record-row.tsx'

/** Something is missing here: said in the table, where it is missing. */
export function GapRow({ gap, number, shardStep, zone }: { gap: Gap; number: number; shardStep: number | null; zone: Zone }) {
  return (
    <div role={role.row} aria-rowindex={number} className="records-gap">
      <span role={role.cell} aria-colindex={1} aria-colspan={COLUMNS}>
        <Icon name="warn" size={14} />
        <span className="visually-hidden">Gap: </span>
        <ShardChip shardId={gap.shardId} step={shardStep} />
        {gap.fromTime !== null && gap.toTime !== null && (
          <span className="records-gap-time mono">
            {formatTime(gap.fromTime, zone)} to {formatTime(gap.toTime, zone)}
          </span>
        )}
        <span className="ellipsis">{printable(gap.detail)}</span>
      </span>
    </div>
  )
}
