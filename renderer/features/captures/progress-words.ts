import type { CaptureInfo, CapturePace, CaptureProgress, ShardProgress } from '#shared/model/capture.ts'
import { formatBytes, formatCount, formatDuration, formatRate, formatTime, type Zone } from '../../ui/format.ts'

/** Under this many ms a shard is where its stream is. */
const AT_TIP = 1000

/** "120/s, 1.2 MiB/s" */
export function rateWords({ recordsPerSecond, bytesPerSecond }: Pick<CapturePace, 'recordsPerSecond' | 'bytesPerSecond'>): string {
  return `${formatRate(recordsPerSecond)}, ${formatBytes(bytesPerSecond)}/s`
}

/** "at the tip", "3 s behind"; nothing while it is not known. */
export function lagWords(millisBehind: number | null): string {
  if (millisBehind === null) return ''
  return millisBehind < AT_TIP ? 'at the tip' : `${formatDuration(millisBehind)} behind`
}

/** How a running capture comes on, part by part, the most telling first. */
export function paceWords(pace: CapturePace, zone: Zone): string[] {
  return [
    rateWords(pace),
    pace.reached === null ? '' : `reached ${formatTime(pace.reached, zone, 'second')}`,
    lagWords(pace.millisBehind),
    pace.remaining === null ? '' : `${formatDuration(pace.remaining)} left`,
    pace.way === 'fan-out' ? 'fan-out' : '',
  ].filter((words) => words !== '')
}

/** "12 of 3,412 kept": what the filter let through of all that was read; null without a filter. */
export function keptWords({ filter, filtered, records }: Pick<CaptureInfo, 'filter' | 'filtered' | 'records'>): string | null {
  return filter === null ? null : `${formatCount(records)} of ${formatCount(records + filtered)} kept`
}

export function gapWords(gaps: number): string {
  return `${formatCount(gaps)} ${gaps === 1 ? 'gap' : 'gaps'}`
}

export const SHARD_WORDS: Record<ShardProgress['state'], string> = {
  waiting: 'Waiting',
  reading: 'Reading',
  'caught-up': 'At the tip',
  throttled: 'Throttled',
  ended: 'Ended',
  'left-out': 'Not read',
}

/** "6 at the tip, 1 throttled, 1 ended", in the order of the words above. */
export function shardsWords(shards: CaptureProgress['shards']): string {
  const counts = Map.groupBy(shards, ({ state }) => state)
  return (Object.keys(SHARD_WORDS) as ShardProgress['state'][])
    .filter((state) => counts.has(state))
    .map((state) => `${formatCount(counts.get(state)?.length ?? 0)} ${SHARD_WORDS[state].toLowerCase()}`)
    .join(', ')
}
