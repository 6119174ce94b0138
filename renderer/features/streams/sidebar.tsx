import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useCommand } from '../../commands/use-command.ts'
import { useConnections, useLibrary, useReplays, useStreamListings } from '../../data/hooks.ts'
import { formatCount } from '../../ui/format.ts'
import { ErrorNote } from '../../ui/error-note.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import type { VirtualListHandle } from '../../ui/virtual-list.tsx'
import { Tree } from './tree.tsx'
import { countStreams, treeRows, type TreeTarget } from './tree-rows.ts'
import './sidebar.css'

export interface SidebarProps {
  current: TreeTarget | null
  onOpen: (target: TreeTarget) => void
  onConnect: () => void
}

const nothing = new Map<string, never>()

/** Everything that can be opened: streams by connection and region, captures, replays. */
export function Sidebar({ current, onOpen, onConnect }: SidebarProps) {
  const connections = useConnections()
  const listings = useStreamListings().value ?? nothing
  const captures = useLibrary().value
  const replays = useReplays().data
  const [filter, setFilter] = useState('')
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const field = useRef<HTMLInputElement>(null)
  const tree = useRef<VirtualListHandle>(null)
  useCommand({ id: 'tree.filter', title: 'Filter streams', key: 'f', group: 'Everywhere', run: () => field.current?.focus() })
  useCommand({ id: 'tree.focus', title: 'Go to the tree of streams', key: 't', group: 'Everywhere', run: () => tree.current?.focus() })

  const rows = useMemo(
    () => treeRows({ connections: connections.value ?? [], listings, captures: captures ?? [], replays: replays ?? [], filter, closed }),
    [connections.value, listings, captures, replays, filter, closed],
  )
  const fold = (id: string, isClosed: boolean): void =>
    setClosed((before) => {
      const next = new Set(before)
      if (isClosed) next.add(id)
      else next.delete(id)
      return next
    })
  const streams = countStreams(listings)
  const firstMatch = rows.find((row) => row.kind === 'stream' || row.kind === 'capture' || row.kind === 'replay')
  const fieldKeys = {
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'ArrowDown') {
        event.preventDefault()
        tree.current?.focus()
      } else if (event.key === 'Enter' && filter !== '' && firstMatch?.target) onOpen(firstMatch.target)
    },
  }
  return (
    <div className="sidebar">
      <div className="sidebar-filter" {...fieldKeys}>
        <SearchField label="Filter streams" placeholder={streams === 0 ? 'Filter' : `Filter ${formatCount(streams)} ${streams === 1 ? 'stream' : 'streams'}`} value={filter} onChange={setFilter} inputRef={field} />
        <IconButton icon="plus" label="Connect to another account" size={14} onPress={onConnect} />
      </div>
      {connections.failure && connections.value === undefined && connections.state === 'failed' && <ErrorNote layout="line" failure={connections.failure} />}
      {rows.length > 0 ? (
        <Tree ref={tree} rows={rows} current={rowId(current)} onOpen={onOpen} onFold={fold} />
      ) : (
        <p className="sidebar-empty">{filter === '' ? (connections.value === undefined ? 'Looking for connections…' : 'Streams, captures and replays stand here once there are any.') : `Nothing here is called “${filter}”.`}</p>
      )}
    </div>
  )
}

function rowId(target: TreeTarget | null): string | null {
  if (target === null) return null
  switch (target.kind) {
    case 'connection':
      return `connection ${target.connection}`
    case 'stream':
      return `stream ${target.connection} ${target.name}`
    case 'captures':
      return 'section Captures'
    case 'capture':
      return `capture ${target.id}`
    default:
      return `replay ${target.id}`
  }
}
