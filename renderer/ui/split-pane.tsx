import { useCallback, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { recall, remember } from './remembered.ts'
import './split-pane.css'

export interface SplitPaneProps {
  /** Under this name the size is remembered. */
  id: string
  /** What the second pane is, for the separator's name: "inspector". */
  label: string
  /** The pane that keeps its size: before or after the one that takes the rest. */
  side: 'start' | 'end'
  /** Sizes of that pane in px. */
  initial: number
  min: number
  max: number
  pane: ReactNode
  children: ReactNode
  /** What the pane is to a screen reader: `nav` makes it a landmark of that label. */
  paneIs?: 'div' | 'nav'
  /** Without its pane the rest has all the room. */
  isOpen?: boolean
}

/** Two panes with an edge that can be dragged, or moved with the arrow keys; a double click gives the first size back. */
export function SplitPane({ id, label, side, initial, min, max, pane, children, isOpen = true, paneIs: Pane = 'div' }: SplitPaneProps) {
  const clamp = useCallback((size: number) => Math.round(Math.max(min, Math.min(max, size))), [min, max])
  const [size, setSize] = useState(() => clamp(Number(recall(`split.${id}`) ?? initial)))
  const drag = useRef<{ from: number; size: number } | null>(null)
  const resize = (next: number): void => {
    const size = clamp(next)
    setSize(size)
    remember(`split.${id}`, String(size))
  }
  const outward = side === 'start' ? 1 : -1
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowLeft: -16 * outward, ArrowRight: 16 * outward, Home: min - size, End: max - size }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    resize(size + step)
  }
  // A window splitter is a focusable separator with a value (WAI-ARIA 1.2).
  const splitter = {
    tabIndex: 0,
    onKeyDown,
    onDoubleClick: () => resize(initial),
    onPointerDown: (event: PointerEvent<HTMLHRElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId)
      drag.current = { from: event.clientX, size }
    },
    onPointerMove: (event: PointerEvent) => {
      if (drag.current) resize(drag.current.size + (event.clientX - drag.current.from) * outward)
    },
    onPointerUp: () => { drag.current = null },
    onPointerCancel: () => { drag.current = null },
  }
  const edge = (
    <hr
      className="ui-split-edge"
      aria-orientation="vertical"
      aria-label={`Width of the ${label}`}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      {...splitter}
    />
  )
  const kept = <Pane className={`ui-split-pane ui-split-${side}`} style={{ width: size }} {...(Pane === 'nav' ? { 'aria-label': label } : {})}>{edge}{pane}</Pane>
  return (
    <div className="ui-split">
      {isOpen && side === 'start' && kept}
      <div className="ui-split-rest">{children}</div>
      {isOpen && side === 'end' && kept}
    </div>
  )
}
