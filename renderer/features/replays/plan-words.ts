import type { Pace, ReplayPlan } from '#shared/model/replay.ts'
import { shardNumber } from '#shared/model/shard-ramp.ts'

export interface PlanWarning {
  id: string
  what: string
  more: string
  /** A pace at which it would not happen, and how a button calls it. */
  remedy: { label: string; pace: Pace } | null
}

const hex = (key: string) => BigInt(key).toString(16).padStart(32, '0')

/** First hex digits of a hash key's range, for the label of a shard: `4000… to 7fff…`. */
export function rangeLabel(startingHashKey: string, endingHashKey: string): string {
  const start = hex(startingHashKey)
  return `${/^0+$/.test(start) ? '0' : `${start.slice(0, 4)}…`} to ${hex(endingHashKey).slice(0, 4)}…`
}

/** Whole percents; what is less than one of them is not nothing. */
export const percent = (share: number) => (share > 0 && share < 0.01 ? '< 1 %' : `${Math.round(share * 100)} %`)

/** What a person should know before sending. */
export function planWarnings(plan: ReplayPlan, pace: Pace): PlanWarning[] {
  const warnings: PlanWarning[] = []
  const [worst] = plan.shards.filter((shard) => shard.peak > 1).toSorted((a, b) => b.peak - a.peak)
  if (worst !== undefined) {
    const others = plan.shards.filter((shard) => shard.peak > 1).length - 1
    const key = worst.busiestKey !== null && worst.busiestKeyShare >= 0.3 ? `${percent(worst.busiestKeyShare)} of that is one key, ${worst.busiestKey}. ` : ''
    warnings.push({
      id: 'load',
      what: `Shard ${shardNumber(worst.shardId)} would get ${percent(worst.peak)} of what it can take${others > 0 ? `, and ${others} more would get too much` : ''}.`,
      more: `${key}What is too much is throttled and sent again, so it arrives late.`,
      remedy: slower(pace, worst.peak),
    })
  }
  if (plan.oversize > 0) {
    warnings.push({
      id: 'oversize',
      what: `${plan.oversize.toLocaleString('en')} ${plan.oversize === 1 ? 'record is' : 'records are'} larger than the target takes.`,
      more: 'They will fail; all others are sent.',
      remedy: null,
    })
  }
  if (plan.sourceIsTarget) {
    warnings.push({
      id: 'source',
      what: 'The target is the stream that these records came from.',
      more: 'They will be in it twice, and its consumers will read them again.',
      remedy: null,
    })
  }
  return warnings
}

/** A pace that lowers the busiest second to the limit, a little below it. */
function slower(pace: Pace, peak: number): PlanWarning['remedy'] {
  if (pace.type === 'speed') {
    const factor = floorTo(pace.factor / peak)
    return factor > 0 ? { label: `Slow to ${factor}×`, pace: { type: 'speed', factor } } : null
  }
  if (pace.type === 'rate') {
    const rate = Math.floor(pace.recordsPerSecond / peak)
    return rate > 0 ? { label: `Slow to ${rate.toLocaleString('en')} records/s`, pace: { type: 'rate', recordsPerSecond: rate } } : null
  }
  return null
}

const floorTo = (value: number): number => (value >= 1 ? Math.floor(value * 10) / 10 : Math.floor(value * 100) / 100)

/** A pace as its drawing names it: "At 2×", "At 500 records/s". */
export function paceWords(pace: Pace): string {
  switch (pace.type) {
    case 'fastest':
      return 'As fast as the target takes them'
    case 'rate':
      return `At ${pace.recordsPerSecond.toLocaleString('en')} records/s`
    default:
      return pace.factor === 1 ? 'At the original pace' : `At ${pace.factor}×`
  }
}

/** A number as typed: `2`, `2×`, `0.5`, `1,000`; null unless above 0 and at most `most`. */
export function positiveNumber(text: string, most: number): number | null {
  const value = Number(text.replaceAll(',', '').replace(/[×x]\s*$/, '').trim())
  return text.trim() !== '' && Number.isFinite(value) && value > 0 && value <= most ? value : null
}
