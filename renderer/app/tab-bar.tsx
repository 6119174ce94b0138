import { Link } from '@tanstack/react-router'
import { useEffect, useRef, type MouseEvent } from 'react'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { urlOf } from './places.ts'
import type { TabWords } from './tab-words.ts'
import type { OpenTab } from './tabs.ts'
import './tab-bar.css'

export interface TabBarProps {
  tabs: readonly (OpenTab & { words: TabWords })[]
  current: string | null
  onClose: (key: string) => void
}

const MANY = 8

/** Open places. Each keeps what it shows while another is in front. */
export function TabBar({ tabs, current, onClose }: TabBarProps) {
  const bar = useRef<HTMLUListElement>(null)
  useEffect(() => {
    if (current !== null) bar.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [current])
  return (
    <nav className="tab-bar" aria-label="Open places">
      <ul ref={bar}>
        {tabs.map(({ key, place, words }) => {
          // Where tabs are many, only namesakes and the one in front say what they belong to.
          const isTold = tabs.length < MANY || key === current || tabs.some((other) => other.key !== key && other.words.title === words.title)
          const isCurrent = key === current
          const middleClick = { onAuxClick: (event: MouseEvent) => { if (event.button === 1) onClose(key) } }
          return (
            <li key={key} className={`tab ${isCurrent ? 'tab-current' : ''} ${words.environment === null ? '' : `tab-${words.environment}`}`} {...middleClick}>
              <Link to={urlOf(place)} className="tab-link" {...(isCurrent ? { 'aria-current': 'page' } : {})} activeProps={{}} draggable={false} title={`${words.title}, ${words.kind}`}>
                {words.icon && <Icon name={words.icon} size={13} />}
                <span className="tab-title ellipsis">{words.title}</span>
                {isTold && <span className="tab-kind ellipsis">{words.kind}</span>}
              </Link>
              <IconButton icon="close" size={12} label={`Close ${words.title}, ${words.kind}`} className="tab-close" onPress={() => onClose(key)} />
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
