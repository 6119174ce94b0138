import type { MouseEvent } from 'react'
import { formatDateTime, formatRelative, formatTime, zoneName } from './format.ts'
import { useZone } from './time-zone.ts'

/** A moment as the switch says, UTC or local; the whole of it, and how long ago, on hover. */
export function Time({ at, show = 'time', precision = 'ms' }: { at: number; show?: 'time' | 'datetime'; precision?: 'ms' | 'second' | 'minute' }) {
  const zone = useZone()
  const whole = `${formatDateTime(at, zone)} ${zoneName(zone)}`
  // How long ago is true only at the moment of asking.
  const hover = {
    onMouseEnter: (event: MouseEvent<HTMLElement>) => { event.currentTarget.title = `${whole}, ${formatRelative(at, Date.now())}` },
  }
  return (
    <time
      className="num"
      dateTime={new Date(at).toISOString()}
      {...hover}
    >
      {show === 'time' ? formatTime(at, zone, precision) : formatDateTime(at, zone, precision)}
    </time>
  )
}
