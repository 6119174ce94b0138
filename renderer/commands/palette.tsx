import { useMemo, useRef, useState, useSyncExternalStore, type KeyboardEvent, type ReactNode } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { VirtualList, type VirtualListHandle } from '../ui/virtual-list.tsx'
import { rank, type Ranked } from './rank.ts'
import { isOn, keysOf, registered, watchRegistry } from './registry.ts'
import './palette.css'

export interface PaletteItem {
  id: string
  title: string
  /** What it is found by besides its title: an account, a region. */
  also?: string
  icon: IconName
  /** At the row's end: where it lives. */
  hint?: ReactNode
  kbd?: string | undefined
  group: string
  run: () => void
}

/** Goes to any stream or capture, or does any command, by a few letters of its name. */
export function Palette({ places, onClose }: { places: readonly PaletteItem[]; onClose: () => void }) {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<VirtualListHandle>(null)
  const commands = useSyncExternalStore(watchRegistry, registered)
  const items = useMemo(
    () => [
      ...places,
      ...commands
        .filter((command) => !command.keyOnly && command.id !== 'palette' && isOn(command))
        .map((command): PaletteItem => ({ id: `command ${command.id}`, title: command.title, icon: 'command', kbd: keysOf(command)[0], group: 'Commands', run: command.run })),
    ],
    [places, commands],
  )
  const found = useMemo(() => rank(query, items, 200), [query, items])
  const choose = (entry: Ranked<PaletteItem> | undefined): void => {
    if (!entry) return
    onClose()
    // After the dialog has given the focus back, as the command may want it elsewhere.
    requestAnimationFrame(() => requestAnimationFrame(entry.item.run))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 10, PageUp: active - 10 }
    const move = moves[event.key]
    if (move !== undefined) {
      event.preventDefault()
      const next = event.key.startsWith('Arrow') ? (move + found.length) % Math.max(1, found.length) : Math.max(0, Math.min(found.length - 1, move))
      setActive(next)
      list.current?.scrollToIndex(next)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(found[active])
    }
  }
  const listbox = { role: 'listbox' } as const
  const field = {
    role: 'combobox',
    'aria-expanded': true,
    'aria-controls': 'palette-list',
    'aria-autocomplete': 'list',
    ...(found.length > 0 ? { 'aria-activedescendant': `palette-list-${active}` } : {}),
    autoFocus: true,
    onKeyDown,
  } as const
  return (
    <Dialog title="Streams, captures, commands" hideTitle isOpen onClose={onClose} width="palette">
      <div className="palette-field">
        <Icon name="search" />
        <input
          className="palette-input"
          aria-label="Streams, captures, commands"
          placeholder="Streams, captures, commands"
          spellCheck={false}
          autoComplete="off"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setActive(0)
            list.current?.scrollToIndex(0)
          }}
          {...field}
        />
        <Kbd keys="escape" />
      </div>
      {found.length === 0 ? (
        <p className="palette-none">Nothing is called “{query}”. Streams are found once their connection is in the tree.</p>
      ) : (
        <div className="palette-list" style={{ height: Math.min(found.length, 12) * 32 + 8 }}>
          <VirtualList
            ref={list}
            id="palette-list"
            {...listbox}
            label="Matches"
            isFocusable={false}
            count={found.length}
            rowHeight={32}
            active={active}
            onActive={setActive}
            onRowClick={(index) => choose(found[index])}
            rowKey={(index) => found[index]?.item.id ?? index}
            rowProps={() => ({ className: 'palette-row' })}
            renderRow={(index) => {
              const entry = found[index]
              return entry ? <Row entry={entry} /> : null
            }}
          />
        </div>
      )}
    </Dialog>
  )
}

function Row({ entry: { item, at } }: { entry: Ranked<PaletteItem> }) {
  return (
    <>
      <Icon name={item.icon} size={14} />
      <span className="ellipsis"><Emphasised text={item.title} at={at} /></span>
      <span className="palette-hint">{item.hint ?? (item.kbd === undefined ? item.group : <Kbd keys={item.kbd} />)}</span>
    </>
  )
}

/** A text with the letters that matched made stronger. */
function Emphasised({ text, at }: { text: string; at: readonly number[] }) {
  if (at.length === 0) return text
  const parts: ReactNode[] = []
  let from = 0
  for (let index = 0; index < at.length; ) {
    const start = at[index] ?? 0
    let end = start + 1
    while (at[index + 1] === end) {
      end += 1
      index += 1
    }
    index += 1
    parts.push(text.slice(from, start), <b key={start}>{text.slice(start, end)}</b>)
    from = end
  }
  return <>{parts}{text.slice(from)}</>
}
