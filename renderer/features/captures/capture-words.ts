import type { CaptureInfo, CaptureState } from '#shared/model/capture.ts'
import type { Zone } from '../../ui/format.ts'
import { formatDate, formatTime } from '../../ui/format.ts'

export const STATE_WORDS: Record<CaptureState, string> = {
  starting: 'Starting',
  reading: 'Reading',
  paused: 'Paused',
  complete: 'Complete',
  stopped: 'Stopped',
  failed: 'Failed',
}

/** Why a kept capture that is not read here is not simply at rest. */
export const HELD_WORDS: Record<NonNullable<CaptureInfo['held']>, string> = {
  interrupted: 'Cut off while being read',
  elsewhere: 'Read by another Kinescope',
}

/** "22 Nov, 09:10:00 to 09:42:31", or with both days where they differ. */
export function rangeWords(capture: Pick<CaptureInfo, 'firstArrival' | 'lastArrival'>, zone: Zone): string {
  const { firstArrival: first, lastArrival: last } = capture
  if (first === null || last === null) return 'no records yet'
  const day = (at: number) => formatDate(at, zone).replace(/ \d{4}$/, '')
  const start = `${day(first)}, ${formatTime(first, zone, 'second')}`
  return `${start} to ${day(first) === day(last) ? '' : `${day(last)}, `}${formatTime(last, zone, 'second')}`
}
