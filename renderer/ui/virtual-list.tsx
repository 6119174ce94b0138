import { useCallback, useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState, type HTMLAttributes, type KeyboardEvent, type MouseEvent, type ReactNode, type Ref, type UIEvent } from 'react'
import { maxHeight, rowsInSight, scaleOf } from './virtual-rows.ts'
import './virtual-list.css'

export interface VirtualListHandle {
  /** Brings a row into sight; `auto` moves no further than it has to. */
  scrollToIndex: (index: number, align?: 'auto' | 'start' | 'center' | 'end') => void
  focus: () => void
}

export interface VirtualListProps {
  label: string
  /** A table of cells, a list to choose from, or a tree: rows are `row`, `option`, `treeitem`. */
  role: 'grid' | 'listbox' | 'tree'
  count: number
  /** Height of every row in px: 28, or 24 where it is tight. */
  rowHeight?: number
  renderRow: (index: number) => ReactNode
  /** More attributes of a row: class, aria-level, aria-expanded, … */
  rowProps?: (index: number) => HTMLAttributes<HTMLDivElement>
  /** Stable identity of a row; its index where there is none. */
  rowKey?: (index: number) => string | number
  active: number | null
  onActive: (index: number) => void
  /** Enter, or a double click. */
  onOpen?: (index: number) => void
  onRowClick?: (index: number, event: MouseEvent) => void
  /** Keys of the place itself; it takes one over with preventDefault. */
  onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void
  /** The rows in sight and their overscan, after every change: what to load. `last` is inclusive. */
  onRange?: (first: number, last: number) => void
  /** Whether the list stands at its end, as a tail that follows does. */
  onAtEnd?: (atEnd: boolean) => void
  /** A row of column headers that stays in sight; `headerHeight` is its height in px. */
  header?: ReactNode
  headerHeight?: number
  overscan?: number
  /** False where a field beside it keeps the focus, as in a combobox. */
  isFocusable?: boolean
  id?: string
  className?: string
  ref?: Ref<VirtualListHandle>
}

const rowRole = { grid: 'row', listbox: 'option', tree: 'treeitem' } as const
const groupRole = { grid: 'rowgroup', listbox: 'presentation', tree: 'presentation' } as const

/**
 * A list of any length whose rows are all of one height: only those in sight exist. Beyond the height
 * that a browser can lay out, the scroll bar's way is scaled while wheel and keys still move row by row.
 * The list has the focus, the active row is told by aria-activedescendant.
 */
export function VirtualList(props: VirtualListProps) {
  const { label, role, count, rowHeight = 28, renderRow, rowProps, rowKey, active, onActive, onOpen, onRowClick, onRange, onAtEnd, header, headerHeight = 24, overscan = 10, isFocusable = true, className = '', ref } = props
  const ownId = useId()
  const id = props.id ?? ownId
  const scroller = useRef<HTMLDivElement>(null)
  /** Offset of the first pixel in sight, in rows' own px; differs from scrollTop where the way is scaled. */
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(600)
  const expected = useRef(0)
  const headed = header === undefined ? 0 : headerHeight
  const viewport = Math.max(rowHeight, height - headed)
  const total = count * rowHeight
  const scale = scaleOf(total, viewport)
  const limit = Math.max(0, total - viewport)

  const moveTo = useCallback((next: number) => {
    const clamped = Math.max(0, Math.min(limit, next))
    const element = scroller.current
    setTop(clamped)
    if (!element) return
    element.scrollTop = clamped / scale
    expected.current = element.scrollTop
  }, [limit, scale])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return undefined
    const measure = (): void => setHeight(element.clientHeight === 0 ? 600 : element.clientHeight)
    measure()
    if (typeof ResizeObserver === 'undefined') return undefined
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  // A shorter list leaves the view past its end: the browser moves scrollTop by itself, we follow.
  if (top > limit) setTop(limit)

  useEffect(() => {
    const element = scroller.current
    if (!element || scale === 1) return undefined
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      moveTo(top + event.deltaY * (event.deltaMode === 1 ? rowHeight : 1))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [scale, top, rowHeight, moveTo])

  const scrollToIndex = useCallback((index: number, align: 'auto' | 'start' | 'center' | 'end' = 'auto') => {
    const start = index * rowHeight
    const from = scale === 1 ? (scroller.current?.scrollTop ?? 0) : top
    const ways = { start, center: start - (viewport - rowHeight) / 2, end: start - viewport + rowHeight }
    if (align !== 'auto') moveTo(ways[align])
    else if (start < from) moveTo(ways.start)
    else if (start + rowHeight > from + viewport) moveTo(ways.end)
  }, [rowHeight, viewport, scale, top, moveTo])
  useImperativeHandle(ref, () => ({ scrollToIndex, focus: () => scroller.current?.focus() }), [scrollToIndex])

  const [first, last] = rowsInSight({ top, viewport, rowHeight, count, overscan })
  useEffect(() => onRange?.(first, last), [first, last, onRange])
  const atEnd = top >= limit - 1
  useEffect(() => onAtEnd?.(atEnd), [atEnd, onAtEnd])

  const choose = (index: number): void => {
    const next = Math.max(0, Math.min(count - 1, index))
    onActive(next)
    scrollToIndex(next)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.target !== event.currentTarget) return
    props.onKeyDown?.(event)
    if (event.defaultPrevented || count === 0 || event.metaKey || event.ctrlKey || event.altKey) return
    const page = Math.max(1, Math.floor(viewport / rowHeight) - 1)
    const at = active ?? -1
    const targets: Record<string, number> = { ArrowDown: at + 1, ArrowUp: active === null ? 0 : at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1 }
    const target = targets[event.key]
    if (target !== undefined) {
      event.preventDefault()
      choose(target)
    } else if (event.key === 'Enter' && active !== null && onOpen) {
      event.preventDefault()
      onOpen(active)
    }
  }
  const rowOf = (event: MouseEvent): number | null => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]')
    return row && scroller.current?.contains(row) ? Number(row.dataset['row']) : null
  }

  const rows: ReactNode[] = []
  const shift = scale === 1 ? 0 : top / scale - top
  for (let index = first; index <= last; index += 1) {
    const extra = rowProps?.(index) ?? {}
    rows.push(
      <div
        key={rowKey?.(index) ?? index}
        {...(role === 'grid' ? { 'aria-rowindex': index + (header === undefined ? 1 : 2) } : { 'aria-posinset': index + 1, 'aria-setsize': count })}
        aria-selected={index === active}
        {...extra}
        id={`${id}-${index}`}
        role={rowRole[role]}
        data-row={index}
        className={`ui-row ${index === active ? 'ui-row-active' : ''} ${extra.className ?? ''}`}
        style={{ ...extra.style, height: rowHeight, transform: `translateY(${index * rowHeight + shift}px)` }}
      >
        {renderRow(index)}
      </div>,
    )
  }
  const handlers = {
    tabIndex: isFocusable ? 0 : -1,
    onScroll: ({ currentTarget: { scrollTop } }: UIEvent) => {
      if (scale === 1) setTop(scrollTop)
      else if (Math.abs(scrollTop - expected.current) > 1) {
        expected.current = scrollTop
        setTop(Math.min(limit, scrollTop * scale))
      }
    },
    onKeyDown,
    onClick: (event: MouseEvent) => {
      const index = rowOf(event)
      if (index === null) return
      onActive(index)
      onRowClick?.(index, event)
    },
    onDoubleClick: (event: MouseEvent) => {
      const index = rowOf(event)
      if (index !== null) onOpen?.(index)
    },
  }
  return (
    <div
      ref={scroller}
      id={id}
      role={role}
      aria-label={label}
      className={`ui-list ${className}`}
      {...(role === 'grid' ? { 'aria-rowcount': count + (header === undefined ? 0 : 1) } : {})}
      {...(active !== null && active >= first && active <= last ? { 'aria-activedescendant': `${id}-${active}` } : {})}
      {...handlers}
    >
      {header !== undefined && <div className="ui-list-header" role={groupRole[role]} style={{ height: headerHeight }}>{header}</div>}
      <div className="ui-list-rows" role={groupRole[role]} style={{ height: Math.min(total, maxHeight) }}>{rows}</div>
    </div>
  )
}
