import { useMemo, useState, type KeyboardEvent } from 'react'
import type { Connection } from '#shared/model/connection.ts'
import { printable } from '#shared/model/printable.ts'
import { useConnections, useStreamListings } from '../../data/hooks.ts'
import { Button } from '../../ui/button.tsx'
import { EnvironmentMark } from '../../ui/environment-mark.tsx'
import { Popover } from '../../ui/popover.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { VirtualList } from '../../ui/virtual-list.tsx'

export interface Target {
  connectionId: string
  stream: string
}

/** Streams to choose from, of which only those in sight exist. */
const listRole = 'listbox'

interface Choice extends Target {
  connection: Connection
  label: string
}

/** Streams of all connections, to send to; those of read-only connections are told apart and can't be chosen. */
export function TargetPicker({ target, onTarget }: { target: Target | null; onTarget: (target: Target) => void }) {
  return (
    <Popover label="Choose the target stream" trigger={<Button iconAfter="down">{target === null ? 'Choose a stream' : 'Change'}</Button>}>
      {(close) => (
        <Picker
          onTarget={(target) => {
            onTarget(target)
            close()
          }}
        />
      )}
    </Popover>
  )
}

function Picker({ onTarget }: { onTarget: (target: Target) => void }) {
  const connections = useConnections().value
  const listings = useStreamListings().value
  const [filter, setFilter] = useState('')
  const [active, setActive] = useState<number | null>(null)
  const choices = useMemo(() => {
    const needle = filter.trim().toLowerCase()
    return (connections ?? [])
      .flatMap((connection): Choice[] =>
        (listings?.get(connection.id)?.streams ?? []).map((stream) => ({
          connectionId: connection.id,
          stream: stream.name,
          connection,
          label: `${stream.name} ${connection.label}`,
        })),
      )
      .filter((choice) => choice.label.toLowerCase().includes(needle))
  }, [connections, listings, filter])
  const choose = (index: number | null) => {
    const choice = choices[index ?? 0]
    if (choice !== undefined && !choice.connection.readOnly) onTarget({ connectionId: choice.connectionId, stream: choice.stream })
  }
  const look = (text: string) => {
    setFilter(text)
    setActive(null)
  }
  // The arrows walk the list while the field keeps the focus, so that one can type on.
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by === 0 || choices.length === 0) return
    event.preventDefault()
    setActive(Math.max(0, Math.min(choices.length - 1, (active ?? -1) + by)))
  }
  const loading = [...(listings?.values() ?? [])].some((listing) => listing.state === 'loading')
  return (
    <div className="replays-picker">
      <div role="presentation" onKeyDown={onKeyDown}>
        <SearchField label="Filter streams" placeholder="Filter streams" takesFocus value={filter} onChange={look} onSubmit={() => choose(active)} />
      </div>
      {choices.length === 0 ? (
        <p className="replays-picker-none">{loading || listings === undefined ? 'Asking for streams…' : 'No stream has this name.'}</p>
      ) : (
        <VirtualList
          label="Streams"
          role={listRole}
          className="replays-picker-list"
          count={choices.length}
          active={active}
          onActive={setActive}
          onOpen={choose}
          onRowClick={choose}
          rowProps={(index) => (choices[index]?.connection.readOnly === true ? { 'aria-disabled': true, className: 'replays-choice-off' } : {})}
          renderRow={(index) => {
            const choice = choices[index]
            return choice === undefined ? null : (
              <span className="replays-choice">
                <span className="ellipsis">{printable(choice.stream)}</span>
                <span className="replays-choice-of">
                  {choice.connection.readOnly && 'read-only, '}
                  {choice.connection.region}
                </span>
                <EnvironmentMark environment={choice.connection.environment} label={choice.connection.label} />
              </span>
            )
          }}
        />
      )}
    </div>
  )
}
