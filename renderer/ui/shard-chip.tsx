import { shardNumber } from '#shared/model/shard-ramp.ts'
import './shard-chip.css'

/** A shard's number with its colour. `step` is its place on the ramp (`shardStep`), null while its range is unknown. */
export function ShardChip({ shardId, step }: { shardId: string; step: number | null }) {
  return <span className={`ui-shard ${step === null ? '' : `ui-shard-${step}`}`} title={shardId}>{shardNumber(shardId)}</span>
}
