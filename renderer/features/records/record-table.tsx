import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, MouseEvent, ReactNode, Ref } from 'react'
import type { RowSet, RowSetSnapshot } from '../../data/row-set.ts'

import { copyText } from '../../ui/copy-text.ts'
import { formatCount, zoneName } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { useZone } from '../../ui/time-zone.ts'
import { gridRole, role } from './aria.ts'
import type { PlacedGap } from './gap-placement.ts'
import { GapRow } from './gap-row.tsx'
import { cellText, COLUMNS, RecordRowView, rowElementId } from './record-row.tsx'
import { HEAD, itemAt, itemCount, itemOfRow, ROW, rowsAmong } from './table-geometry.ts'
import type { Items } from './table-geometry.ts'
import { useTableScroll } from './use-table-scroll.ts'

/** The selected record, by its id and by where it stands in the row set. */
export interface Selection {
  id: number
  index: number
}

export interface TableHandle {
  /** Brings a row into sight and selects it. */
  goTo: (index: number) => void
  focus: () => void
  /** Does what a key does in the table; false where it does nothing. */
  press: (key: string) => boolean
}

export interface RecordTableProps {
  rowSet: RowSet
  snapshot: RowSetSnapshot
  gaps: readonly PlacedGap[]
  shardSteps: ReadonlyMap<string, number>
  selected: Selection | null
  onSelect: (selection: Selection | null) => void
  onOpen: () => void
  onClose: () => void
  /** Arrival times of the first and last row in sight. */
  onSight: (from: number, to: number) => void
  counts: ReactNode
  /** Shown in place of rows while there are none. */
  children: ReactNode
  handle: Ref<TableHandle>
}

export function RecordTable(props: RecordTableProps) {
  const { rowSet, snapshot, gaps, selected, onSelect, onSight } = props
  const zone = useZone()
  const rows = snapshot.progress?.matched ?? 0
  const items = useMemo((): Items => ({ rows, before: gaps.map((gap) => Math.min(gap.before, rows)) }), [rows, gaps])
  const total = itemCount(items)
  const { showItem, follow, moveBy, isFollowing, isShown, first, last, fit, body, push, scroller, onScroll } = useTableScroll(total)
  const sight = rowsAmong(items, first, last)

  useEffect(() => rowSet.show(sight.first, sight.last, isFollowing && isShown ? fit + 2 : 0), [rowSet, sight.first, sight.last, isFollowing, isShown, fit])

  const firstArrival = rowSet.row(sight.first)?.arrival
  const lastArrival = rowSet.row(sight.last)?.arrival
  useEffect(() => {
    if (firstArrival !== undefined && lastArrival !== undefined) onSight(firstArrival, lastArrival)
  }, [firstArrival, lastArrival, onSight])

  // Rows of a slow shard come in between others: what is being read stays where it is.
  const anchor = useRef<{ id: number; index: number; item: number } | null>(null)
  useLayoutEffect(() => {
    const was = anchor.current
    if (was !== null && !isFollowing && rowSet.row(was.index)?.id !== was.id) {
      const index = rowSet.indexOf(was.id, was.index)
      if (index !== null && index !== was.index) {
        moveBy(itemOfRow(items, index) - was.item)
        anchor.current = { id: was.id, index, item: itemOfRow(items, index) }
        return
      }
    }
    const top = rowSet.row(sight.first)
    anchor.current = top === undefined ? null : { id: top.id, index: sight.first, item: itemOfRow(items, sight.first) }
  })
  useEffect(() => {
    if (selected === null || rowSet.row(selected.index)?.id === selected.id) return
    const index = rowSet.indexOf(selected.id, selected.index)
    if (index !== null && index !== selected.index) onSelect({ id: selected.id, index })
  })

  // Rows that came in since the reader left the end, and that were not in sight yet.
  const [seen, setSeen] = useState(0)
  const reached = isFollowing ? rows : Math.min(rows, sight.last + 1)
  if (isFollowing ? seen !== rows : reached > seen) setSeen(reached)
  const news = isFollowing ? 0 : Math.max(0, rows - seen)

  const select = async (index: number) => {
    const bounded = Math.max(0, Math.min(rows - 1, index))
    const row = rowSet.row(bounded) ?? (await rowSet.rowAt(bounded))
    if (row !== undefined) onSelect({ id: row.id, index: bounded })
  }
  const go = (index: number) => {
    if (rows === 0) return
    const bounded = Math.max(0, Math.min(rows - 1, index))
    showItem(itemOfRow(items, bounded))
    void select(bounded)
  }

  const press = (key: string): boolean => {
    const from = selected?.index ?? null
    const start = sight.last >= 0 ? sight.last : rows - 1
    const keys: Record<string, () => void> = {
      j: () => go(from === null ? sight.first : from + 1),
      ArrowDown: () => go(from === null ? sight.first : from + 1),
      k: () => go(from === null ? start : from - 1),
      ArrowUp: () => go(from === null ? start : from - 1),
      PageDown: () => go((from ?? sight.first) + fit - 1),
      PageUp: () => go((from ?? start) - fit + 1),
      Home: () => go(0),
      End: () => {
        void select(rows - 1)
        follow(true)
      },
      Enter: () => {
        if (from === null) go(start)
        props.onOpen()
      },
      Escape: props.onClose,
    }
    const run = keys[key]
    run?.()
    return run !== undefined
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    // A button in the header keeps its own keys.
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return
    if (press(event.key)) event.preventDefault()
  }
  useImperativeHandle(props.handle, () => ({ goTo: go, focus: () => scroller.current?.focus(), press }))

  const rowOf = (event: MouseEvent) => {
    const element = (event.target as Element).closest<HTMLElement>('[data-id]')
    const id = Number(element?.dataset['id'])
    for (let index = sight.first; index <= sight.last; index += 1) {
      const row = rowSet.row(index)
      if (row?.id === id) return { row, index }
    }
    return null
  }
  const onClick = (event: MouseEvent) => {
    const hit = rowOf(event)
    if (hit === null) return
    // What is read must not move: the end is followed no longer.
    follow(false)
    onSelect({ id: hit.row.id, index: hit.index })
    props.onOpen()
  }
  const onDoubleClick = (event: MouseEvent) => {
    const hit = rowOf(event)
    const column = (event.target as Element).closest<HTMLElement>('[aria-colindex]')?.getAttribute('aria-colindex')
    if (hit === null || column === null || column === undefined) return
    const { text, what } = cellText(hit.row, Number(column))
    void copyText(text, what)
  }

  const drawn: ReactNode[] = []
  for (let number = first; number <= last; number += 1) {
    const item = itemAt(items, number)
    if (item.kind === 'gap') {
      const placed = gaps[item.gap]
      if (placed === undefined) continue
      drawn.push(
        <GapRow key={number} gap={placed.gap} number={number + 2} shardStep={props.shardSteps.get(placed.gap.shardId) ?? null} zone={zone} />,
      )
      continue
    }
    const row = rowSet.row(item.index)
    drawn.push(
      row === undefined ? (
        <div key={number} role={role.row} aria-rowindex={number + 2} className="records-row records-row-waiting">
          <span role={role.cell} aria-colindex={1} aria-colspan={COLUMNS}>
            <span className="visually-hidden">Loading</span>
          </span>
        </div>
      ) : (
        <RecordRowView
          key={number}
          row={row}
          number={number + 2}
          shardStep={props.shardSteps.get(row.shardId) ?? null}
          isSelected={selected?.id === row.id}
          zone={zone}
        />
      ),
    )
  }

  const isSelectedInSight = selected !== null && selected.index >= sight.first && selected.index <= sight.last
  return (
    <div className="records-table">
      <div
        role={gridRole}
        aria-label="Records"
        aria-rowcount={total + 1}
        aria-colcount={COLUMNS}
        aria-activedescendant={isSelectedInSight ? rowElementId(selected.id) : undefined}
        tabIndex={0}
        ref={scroller}
        className="records-scroller"
        {...{ onScroll, onKeyDown, onClick, onDoubleClick }}
      >
        <div role={role.group} className="records-head-group">
          <div role={role.row} aria-rowindex={1} className="records-row records-head">
            <span role={role.header} aria-colindex={1}>
              Arrived, {zoneName(zone)}
            </span>
            <span role={role.header} aria-colindex={2}>
              Shard
            </span>
            <span role={role.header} aria-colindex={3}>
              Key
            </span>
            <span role={role.header} aria-colindex={4} className="records-size">
              Bytes
            </span>
            <span role={role.header} aria-colindex={5} className="records-head-record">
              <span>Record</span>
              {props.counts}
            </span>
          </div>
        </div>
        <div role={role.group} className="records-tall" style={{ height: body }}>
          <div role="presentation" className="records-window">
            <div role="presentation" style={{ transform: `translateY(${-push}px)` }}>
              {drawn}
            </div>
          </div>
        </div>
      </div>
      {rows === 0 && (
        <div className="records-place" style={{ top: HEAD + total * ROW }}>
          {props.children}
        </div>
      )}
      {news > 0 && (
        <div className="records-dock">
          <button type="button" className="records-pill num" onClick={() => follow(true)}>
            <Icon name="down" size={14} />
            {formatCount(news)} new
          </button>
        </div>
      )}
    </div>
  )
}
