import { useSyncExternalStore } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { isOn, keysOf, registered, watchRegistry, type Command } from './registry.ts'
import './cheat-sheet.css'

/** Every key that does something here, from the same registry that makes it do so. */
export function CheatSheet({ onClose }: { onClose: () => void }) {
  const commands = useSyncExternalStore(watchRegistry, registered)
  return (
    <Dialog title="Keys" isOpen onClose={onClose} width="sheet">
      <div className="keys">
        {keyGroups(commands).map(([group, entries]) => (
          <section key={group} className="keys-group" aria-label={group}>
            <h3 className="keys-title">{group}</h3>
            <dl>
              {entries.map((command) => (
                <div key={command.id} className={`keys-line ${isOn(command) ? '' : 'keys-off'}`}>
                  <dt>{command.title}</dt>
                  <dd>{keysOf(command).map((key) => <Kbd key={key} keys={key} />)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

/** Commands that have a key, by group; what holds everywhere comes last. A command registered twice is shown once. */
export function keyGroups(commands: readonly Command[]): [string, Command[]][] {
  const groups = new Map<string, Map<string, Command>>()
  for (const command of commands) {
    if (keysOf(command).length === 0) continue
    const name = command.group ?? 'Everywhere'
    const group = groups.get(name) ?? new Map<string, Command>()
    groups.set(name, group.set(command.id, command))
  }
  return [...groups].map(([name, group]): [string, Command[]] => [name, [...group.values()]]).toSorted(([a], [b]) => Number(a === 'Everywhere') - Number(b === 'Everywhere'))
}
