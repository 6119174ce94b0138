import type { CaptureProgress } from '#shared/model/capture.ts'
import { useShardSteps } from '../../data/shard-steps.ts'
import { Button } from '../../ui/button.tsx'
import { formatCount, formatDuration } from '../../ui/format.ts'
import { Popover } from '../../ui/popover.tsx'
import { ShardChip } from '../../ui/shard-chip.tsx'
import { Time } from '../../ui/time.tsx'
import { SHARD_WORDS, shardsWords } from './progress-words.ts'

/** How far each shard has been read. */
export function ShardsPopover({ progress }: { progress: CaptureProgress }) {
  const count = progress.shards.length
  const words = `${formatCount(count)} ${count === 1 ? 'shard' : 'shards'}`
  return (
    <Popover label="Shards" placement="bottom start" trigger={<Button variant="plain" iconAfter="down" className="capture-shards-button" aria-label={`${words}: show each`}>{words}</Button>}>
      <ShardsTable progress={progress} />
    </Popover>
  )
}

function ShardsTable({ progress }: { progress: CaptureProgress }) {
  const steps = useShardSteps(progress)
  const shards = progress.shards.toSorted((a, b) => (a.shardId < b.shardId ? -1 : 1))
  return (
    <div className="capture-shards">
      <p className="capture-shards-sum">{shardsWords(shards)}</p>
      <table className="capture-shards-table num">
        <caption className="visually-hidden">How far each shard has been read</caption>
        <thead>
          <tr>
            <th scope="col">Shard</th>
            <th scope="col">State</th>
            <th scope="col">Records</th>
            <th scope="col">Reached</th>
            <th scope="col">Behind</th>
          </tr>
        </thead>
        <tbody>
          {shards.map(({ shardId, state, records, reached, millisBehind }) => (
            <tr key={shardId}>
              <th scope="row">
                <ShardChip shardId={shardId} step={steps.get(shardId) ?? null} />
              </th>
              <td>{SHARD_WORDS[state]}</td>
              <td>{formatCount(records)}</td>
              <td>{reached === null ? '–' : <Time at={reached} precision="second" />}</td>
              <td>{state === 'ended' || state === 'left-out' || millisBehind === null ? '–' : formatDuration(millisBehind)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
