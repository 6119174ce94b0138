import { useLayoutEffect, useRef, useState } from 'react'
import type { Pace, ReplayPlan } from '#shared/model/replay.ts'
import { formatCount, formatDuration } from '../../ui/format.ts'
import { Segmented } from '../../ui/segmented.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { drawPace, LOWER, UPPER } from './pace-drawing.ts'
import { paceWords, positiveNumber } from './plan-words.ts'

type Kind = 'original' | 'faster' | 'rate' | 'fastest'

const KINDS = [
  { id: 'original', label: 'Original' },
  { id: 'faster', label: 'N times faster' },
  { id: 'rate', label: 'Set rate' },
  { id: 'fastest', label: 'Fastest' },
] as const

const HEIGHT = 148
const MOST_FACTOR = 1_000
const MOST_RATE = 1_000_000
/** The slider goes from 1× to 64× by powers of two. */
const SLIDER = 6

/** How fast the records go out, and what that looks like beside their original pace. */
export function PacePanel({ pace, onPace, plan }: { pace: Pace; onPace: (pace: Pace) => void; plan: ReplayPlan | undefined }) {
  const [kind, setKind] = useState<Kind>(pace.type === 'speed' ? (pace.factor === 1 ? 'original' : 'faster') : pace.type)
  const [typed, setTyped] = useState<{ of: Pace; text: string }>({ of: pace, text: numberOf(pace) })
  const text = typed.of === pace ? typed.text : numberOf(pace)
  const choose = (kind: Kind) => {
    setKind(kind)
    if (kind === 'original') onPace({ type: 'speed', factor: 1 })
    else if (kind === 'faster') onPace({ type: 'speed', factor: 2 })
    else if (kind === 'rate') onPace({ type: 'rate', recordsPerSecond: 500 })
    else onPace({ type: 'fastest' })
  }
  const most = kind === 'rate' ? MOST_RATE : MOST_FACTOR
  const isWrong = positiveNumber(text, most) === null
  const type = (text: string) => {
    const value = positiveNumber(text, most)
    const next: Pace = value === null ? pace : kind === 'rate' ? { type: 'rate', recordsPerSecond: value } : { type: 'speed', factor: value }
    setTyped({ of: next, text })
    if (value !== null) onPace(next)
  }
  const span = plan === undefined ? 0 : (plan.lastArrival ?? 0) - (plan.firstArrival ?? 0)
  return (
    <section className="replays-block replays-pace" aria-label="Pace">
      <h2 className="replays-title">
        Pace
        {plan !== undefined && plan.records > 0 && (
          <span className="replays-aside num">
            {formatDuration(span)} at the original pace, <strong>{formatDuration(plan.durationMs)} as chosen</strong>
          </span>
        )}
      </h2>
      <div className="replays-controls">
        <Segmented label="Pace" options={KINDS} selected={kind} onChange={choose} />
        {kind === 'faster' && pace.type === 'speed' && (
          <>
            <input
              type="range"
              className="replays-slider"
              aria-label="Times faster"
              aria-valuetext={`${pace.factor} times`}
              min={0}
              max={SLIDER}
              step={0.25}
              value={Math.log2(Math.max(1, pace.factor))}
              onChange={(event) => onPace({ type: 'speed', factor: Math.round(2 ** Number(event.target.value) * 10) / 10 })}
            />
            <TextField label="Times faster" hideLabel mono className="replays-number" inputMode="decimal" value={text} onChange={type} error={isWrong ? 'From 0.1 to 1,000' : null} />
            <span className="replays-unit">times</span>
          </>
        )}
        {kind === 'rate' && (
          <>
            <TextField label="Records a second" hideLabel mono className="replays-number" inputMode="numeric" value={text} onChange={type} error={isWrong ? 'From 1 to 1,000,000' : null} />
            <span className="replays-unit">records/s</span>
          </>
        )}
        {kind === 'fastest' && <span className="replays-unit">As fast as the target’s shards take them</span>}
      </div>
      <PaceDrawingView plan={plan} pace={pace} />
    </section>
  )
}

function numberOf(pace: Pace): string {
  return pace.type === 'speed' ? String(pace.factor) : pace.type === 'rate' ? String(pace.recordsPerSecond) : ''
}

function PaceDrawingView({ plan, pace }: { plan: ReplayPlan | undefined; pace: Pace }) {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const measure = () => setWidth(element.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const isDrawn = plan !== undefined && plan.records > 0 && width > 0
  const drawing = isDrawn ? drawPace(plan.original, plan.bucketMs, plan.durationMs, pace, width) : null
  const words = isDrawn && drawing !== null ? `${paceWords(pace)}: done after ${formatDuration(plan.durationMs)}, up to ${formatCount(Math.ceil(drawing.replayedPeak))} records/s` : ''
  const isRoomRight = drawing !== null && drawing.end < width * 0.55
  return (
    <div className="replays-drawing" ref={place}>
      {drawing !== null && (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <path d={drawing.original} className="replays-bars" />
          <path d={drawing.replayed} className="replays-bars-chosen" />
          <path d={drawing.lines} className="replays-lines" />
          <path d={`M${width - 0.5} ${UPPER + 1}L${drawing.end} ${LOWER - 48}V${LOWER}`} className="replays-finish" />
          <path d={`M0 ${UPPER + 0.5}H${width}M0 ${LOWER + 0.5}H${width}`} className="replays-axis" />
          {drawing.ticks.map((tick) => (
            <text key={tick.ms} x={tick.x} y={140} textAnchor={tick.anchor} className="replays-tick">
              {tick.ms === 0 ? '0' : formatDuration(tick.ms)}
            </text>
          ))}
          <text x={width} y={12} textAnchor="end" className="replays-note">
            As it was: up to {formatCount(Math.ceil(drawing.originalPeak))} records/s
          </text>
          <text x={isRoomRight ? drawing.end + 10 : width} y={isRoomRight ? LOWER - 8 : 68} textAnchor={isRoomRight ? 'start' : 'end'} className="replays-note replays-note-chosen">
            {words}
          </text>
        </svg>
      )}
      {drawing !== null && <p className="visually-hidden">{words}</p>}
    </div>
  )
}
