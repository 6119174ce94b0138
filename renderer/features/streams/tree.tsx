import { useMemo, useRef, useState, type KeyboardEvent, type Ref } from 'react'
import { VirtualList, type VirtualListHandle } from '../../ui/virtual-list.tsx'
import { TreeRowContent } from './tree-row.tsx'
import type { TreeRow, TreeTarget } from './tree-rows.ts'
import './tree.css'

export interface TreeProps {
  rows: readonly TreeRow[]
  /** Id of the row whose place is in front. */
  current: string | null
  onOpen: (target: TreeTarget) => void
  onFold: (id: string, fold: boolean) => void
  ref?: Ref<VirtualListHandle>
}

/** Streams, captures and replays as a tree: arrows walk and fold, Enter and a click open. */
export function Tree({ rows, current, onOpen, onFold, ref }: TreeProps) {
  const [cursor, setCursor] = useState<string | null>(null)
  const byId = useMemo(() => new Map(rows.map((row, index) => [row.id, index])), [rows])
  const at = byId.get(cursor ?? '') ?? byId.get(current ?? '') ?? (rows.length > 0 ? 0 : null)
  const list = useRef<VirtualListHandle | null>(null)
  const open = (index: number): void => {
    const row = rows[index]
    if (!row) return
    if (row.target) onOpen(row.target)
    else if (row.expanded !== null) onFold(row.id, row.expanded)
  }
  const moveTo = (index: number): void => {
    const row = rows[index]
    if (!row) return
    setCursor(row.id)
    list.current?.scrollToIndex(index)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = at === null ? undefined : rows[at]
    if (!row || at === null || !['ArrowLeft', 'ArrowRight', ' '].includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    if (event.key === ' ') open(at)
    else if (event.key === 'ArrowRight' && row.expanded === false) onFold(row.id, false)
    else if (event.key === 'ArrowRight' && row.expanded) moveTo(at + 1)
    else if (event.key === 'ArrowLeft' && row.expanded) onFold(row.id, true)
    else if (event.key === 'ArrowLeft') moveTo(rows.slice(0, at).findLastIndex((above) => above.level < row.level))
  }
  return (
    <VirtualList
      ref={(handle) => {
        list.current = handle
        if (typeof ref === 'function') ref(handle)
        else if (ref) ref.current = handle
      }}
      id="tree"
      role="tree"
      label="Streams, captures and replays"
      className="tree"
      count={rows.length}
      active={at}
      onActive={(index) => setCursor(rows[index]?.id ?? null)}
      onOpen={open}
      onRowClick={(index, event) => {
        const row = rows[index]
        if (!row) return
        const onTwist = (event.target as Element).closest('.ui-twist') !== null
        if (row.expanded !== null && (onTwist || row.kind === 'section' || row.id === current)) onFold(row.id, row.expanded)
        else open(index)
      }}
      onKeyDown={onKeyDown}
      rowKey={(index) => rows[index]?.id ?? index}
      rowProps={(index) => {
        const row = rows[index]
        if (!row) return {}
        return {
          'aria-level': row.level,
          'aria-posinset': row.position,
          'aria-setsize': row.siblings,
          'aria-selected': row.id === current,
          ...(row.expanded === null ? {} : { 'aria-expanded': row.expanded }),
          className: `tree-row tree-${row.kind} tree-level-${Math.min(row.level, 4)} ${row.id === current ? 'tree-current' : ''}`,
        }
      }}
      renderRow={(index) => {
        const row = rows[index]
        return row ? <TreeRowContent row={row} /> : null
      }}
    />
  )
}
