import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, MouseEvent } from 'react'
import type { Gap } from '#shared/model/capture.ts'
import type { Histogram } from '#shared/model/row-set.ts'
import { formatCount, formatDateTime, formatShort, formatTime, zoneName } from '../../ui/format.ts'
import type { Zone } from '../../ui/format.ts'
import { useZone } from '../../ui/time-zone.ts'
import { scaleRole } from './aria.ts'
import { drawHistogram, endOfHistogram, timeOfX, withRoom, xOfTime } from './histogram-geometry.ts'

const HEIGHT = 64
const DAY = 86_400_000

export interface VolumeProps {
  histogram: Histogram | null
  gaps: readonly Gap[]
  isQuery: boolean
  /** Arrival times of what the table shows. */
  sight: { from: number; to: number } | null
  onTime: (time: number) => void
}

/** Records over time above the table; matches in accent, what is missing hatched. A click goes to that time. */
export function Volume({ histogram: counted, gaps, isQuery, sight, onTime }: VolumeProps) {
  const zone = useZone()
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const id = useId()
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const measure = () => setWidth(element.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const box = useMemo(() => ({ left: 16, right: Math.max(17, width - 16), top: 18, base: 46 }), [width])
  const histogram = useMemo(() => (counted === null ? null : withRoom(counted)), [counted])
  const drawing = useMemo(() => (histogram === null ? null : drawHistogram(histogram, box, (time, step) => axisLabel(time, step, zone))), [histogram, box, zone])
  const words = useMemo(() => (counted === null ? 'Records over time' : described(counted, gaps.length, isQuery, zone)), [counted, gaps.length, isQuery, zone])
  const x = (time: number) => (histogram === null ? 0 : Math.min(box.right, Math.max(box.left, xOfTime(histogram, box, time))))
  const holes = histogram === null ? [] : gaps.flatMap((gap) => holeOf(gap, histogram, x))
  const at = histogram === null || sight === null ? null : (x(sight.from) - box.left) / (box.right - box.left)
  const onClick = (event: MouseEvent) => {
    if (histogram !== null) onTime(timeOfX(histogram, box, event.clientX - event.currentTarget.getBoundingClientRect().left))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (histogram === null || sight === null) return
    const targets: Record<string, number> = {
      ArrowLeft: sight.from - histogram.width,
      ArrowRight: sight.to + histogram.width,
      Home: histogram.from,
      End: endOfHistogram(histogram),
    }
    const target = targets[event.key]
    if (target === undefined) return
    event.preventDefault()
    onTime(target)
  }
  return (
    <div
      className="records-volume"
      ref={place}
      role={scaleRole}
      tabIndex={0}
      aria-label={words}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={at === null ? 0 : Math.round(at * 100)}
      aria-valuetext={sight === null ? 'no records' : `${formatDateTime(sight.from, zone, 'second')} ${zoneName(zone)}`}
      {...{ onClick, onKeyDown }}
    >
      {histogram !== null && drawing !== null && width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          aria-hidden="true"
        >
          <defs>
            <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <path d="M0 0V5" className="records-hatch" />
            </pattern>
          </defs>
          {sight !== null && <rect x={x(sight.from)} y={0} width={Math.max(2, x(sight.to) - x(sight.from))} height={box.base} className="records-sight" />}
          <line x1={box.left} x2={box.right} y1={box.top + 0.5} y2={box.top + 0.5} className="records-scale" />
          <path d={drawing.records} className="records-bars" />
          {isQuery && <path d={drawing.matches} className="records-bars-matches" />}
          <path d={drawing.breaks} className="records-breaks" />
          {holes.map((hole) => (
            <g key={hole.id}>
              <rect x={hole.x} y={box.top} width={hole.width} height={box.base - box.top} fill={`url(#${id})`} />
              <path d={`M${hole.x + hole.width / 2 - 4} 10h8l-4 5z`} className="records-hole" />
            </g>
          ))}
          {sight !== null && (
            <path d={`M${x(sight.from) - 0.5} 0V${box.base}M${Math.max(x(sight.to), x(sight.from) + 2) + 0.5} 0V${box.base}`} className="records-sight-edge" />
          )}
          <line x1={box.left} x2={box.right} y1={box.base + 0.5} y2={box.base + 0.5} className="records-axis" />
          {drawing.ticks.map((tick) => (
            <g key={tick.time}>
              <line x1={tick.x} x2={tick.x} y1={box.base} y2={box.base + 4} className="records-axis" />
              <text x={tick.x} y={60} textAnchor={tick.anchor} className="records-tick">
                {tick.label}
              </text>
            </g>
          ))}
          <text x={box.left} y={12} className="records-peak">
            {formatShort(drawing.scale)} records/s
            {drawing.peak > drawing.scale && `, cut bars up to ${formatShort(drawing.peak)}`}
          </text>
        </svg>
      )}
    </div>
  )
}

function holeOf(gap: Gap, histogram: Histogram, x: (time: number) => number): { id: number; x: number; width: number }[] {
  const from = gap.fromTime ?? gap.toTime
  const to = gap.toTime ?? gap.fromTime
  if (from === null || to === null || to < histogram.from || from > endOfHistogram(histogram)) return []
  // Narrow ones are widened, so that they are seen.
  const width = Math.max(5, x(to) - x(from))
  return [{ id: gap.id, x: x(from), width }]
}

function axisLabel(time: number, step: number, zone: Zone): string {
  if (step >= DAY) return formatDateTime(time, zone, 'minute').slice(5, 10)
  return step < 60_000 ? formatTime(time, zone, step < 1_000 ? 'ms' : 'second') : formatTime(time, zone, 'minute')
}

function described(histogram: Histogram, gaps: number, isQuery: boolean, zone: Zone): string {
  const all = histogram.counts.reduce((sum, count) => sum + count, 0)
  const matches = histogram.matches.reduce((sum, count) => sum + count, 0)
  const range = `${formatDateTime(histogram.from, zone, 'second')} to ${formatDateTime(endOfHistogram(histogram), zone, 'second')} ${zoneName(zone)}`
  const found = isQuery ? `, ${formatCount(matches)} matches` : ''
  return `Records over time, ${range}: ${formatCount(all)} records${found}${gaps > 0 ? `, ${formatCount(gaps)} gaps` : ''}.`
}
