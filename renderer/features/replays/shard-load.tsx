import { printable } from '#shared/model/printable.ts'
import type { ReplayPlan } from '#shared/model/replay.ts'
import { shardNumber, shardStep } from '#shared/model/shard-ramp.ts'
import { formatCount } from '../../ui/format.ts'
import { percent, rangeLabel } from './plan-words.ts'

/** The scale goes on past the limit, so that what is too much is seen; behind the longest bar there is room for its number. */
const SCALE = 1.7
const LONGEST = 1.4
const MARKS = [0, 0.25, 0.5, 0.75, 1]

const share = (value: number) => `${(Math.min(SCALE, value) / SCALE) * 100}%`

/** Predicted load of each target shard in its busiest second, as a share of what it takes. */
export function ShardLoad({ plan }: { plan: ReplayPlan | undefined }) {
  return (
    <section className="replays-load" aria-label="Predicted load on each target shard">
      <h2 className="replays-title">
        Predicted load on each target shard <span className="replays-aside replays-dim">busiest second, share of 1,000 records/s or 1 MiB/s</span>
      </h2>
      <div className="replays-load-row replays-load-head" aria-hidden="true">
        <span />
        <span className="replays-track">
          {MARKS.map((mark) => (
            <span key={mark} className={mark === 1 ? 'replays-mark-label replays-mark-limit mono' : 'replays-mark-label mono'} style={{ left: share(mark) }}>
              {mark * 100} %
            </span>
          ))}
        </span>
        <span className="replays-legend">busiest key in it</span>
      </div>
      <ul className="replays-load-list">
        {plan?.shards.map((load) => {
          const isOver = load.peak > 1
          return (
            <li key={load.shardId} className="replays-load-row">
              <span className="replays-shard">
                <span className={`replays-shard-mark ui-shard-${shardStep(load.startingHashKey, load.endingHashKey)}`} />
                <span>
                  <span className="mono">{shardNumber(load.shardId)}</span>
                  <span className="replays-range mono">{rangeLabel(load.startingHashKey, load.endingHashKey)}</span>
                </span>
              </span>
              <span className="replays-track">
                {MARKS.map((mark) => (
                  <span key={mark} className={mark === 1 ? 'replays-mark replays-mark-limit' : 'replays-mark'} style={{ left: share(mark) }} />
                ))}
                <span className={isOver ? 'replays-bar replays-bar-full' : 'replays-bar'} style={{ width: share(Math.min(1, load.peak)) }} />
                {isOver && <span className="replays-over" style={{ left: share(1), width: share(Math.min(LONGEST, load.peak) - 1) }} />}
                <span className="replays-hot" style={{ width: share(Math.min(1, load.peak) * load.busiestKeyShare) }} />
                <span className={isOver ? 'replays-percent replays-percent-over mono' : 'replays-percent mono'} style={{ left: share(Math.min(LONGEST, load.peak)) }}>
                  {percent(load.peak)}
                </span>
              </span>
              <span className={isOver ? 'replays-key mono' : 'replays-key replays-dim mono'}>
                {load.busiestKey === null ? (
                  'no records'
                ) : (
                  <>
                    <span className="ellipsis">{printable(load.busiestKey)}</span> <span>{percent(load.busiestKeyShare)}</span>
                  </>
                )}
                <span className="visually-hidden">, {formatCount(load.records)} records</span>
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
