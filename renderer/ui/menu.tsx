import { Fragment, type ReactElement } from 'react'
import { Header, Menu as AriaMenu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components'
import { Icon, type IconName } from './icon.tsx'
import { Kbd } from './kbd.tsx'
import './menu.css'

export interface MenuEntry {
  id: string
  label: string
  icon?: IconName
  kbd?: string
  hint?: string
  isDisabled?: boolean
  danger?: boolean
  /** A tick before it: one of several that is in force. */
  isChosen?: boolean
  run: () => void
}

export interface MenuGroup {
  title?: string
  entries: readonly MenuEntry[]
}

/** A menu on a button: `<Menu label="Copy as" trigger={<Button iconAfter="down">Copy as</Button>} groups={[…]} />`. */
export function Menu({ label, trigger, groups, placement = 'bottom start' }: { label: string; trigger: ReactElement; groups: readonly MenuGroup[]; placement?: 'bottom start' | 'bottom end' | 'top start' | 'top end' }) {
  const entries = new Map(groups.flatMap((group) => group.entries).map((entry) => [entry.id, entry]))
  const hasChoice = [...entries.values()].some((entry) => entry.isChosen !== undefined)
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="ui-menu-popover" offset={4} placement={placement}>
        <AriaMenu
          aria-label={label}
          className="ui-menu"
          disabledKeys={[...entries.values()].filter((entry) => entry.isDisabled).map((entry) => entry.id)}
          onAction={(id) => entries.get(String(id))?.run()}
        >
          {groups.map((group, at) => (
            <Fragment key={group.entries[0]?.id ?? group.title}>
              {at > 0 && <Separator className="ui-menu-line" />}
              <MenuSection aria-label={group.title ?? label}>
                {group.title !== undefined && <Header className="ui-menu-title">{group.title}</Header>}
                {group.entries.map((entry) => (
                  <MenuItem key={entry.id} id={entry.id} textValue={entry.label} className={`ui-menu-item ${entry.danger ? 'ui-menu-danger' : ''}`}>
                    {hasChoice && <span className="ui-menu-tick">{entry.isChosen && <Icon name="check" size={14} />}</span>}
                    {entry.icon && <Icon name={entry.icon} size={14} />}
                    <span className="ellipsis">{entry.label}</span>
                    {entry.isChosen && <span className="visually-hidden">, chosen</span>}
                    {entry.hint !== undefined && <span className="ui-menu-hint num">{entry.hint}</span>}
                    {entry.kbd !== undefined && <span className="ui-menu-hint"><Kbd keys={entry.kbd} /></span>}
                  </MenuItem>
                ))}
              </MenuSection>
            </Fragment>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}
