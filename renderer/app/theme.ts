import { useSyncExternalStore } from 'react'
import { recall, remember } from '../ui/remembered.ts'

export type Theme = 'system' | 'light' | 'dark'

const listeners = new Set<() => void>()

export function currentTheme(): Theme {
  const kept = recall('theme')
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

/** Without the attribute the tokens follow the system. */
export function setTheme(theme: Theme, root: HTMLElement = document.documentElement): void {
  if (theme === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = theme
  remember('theme', theme)
  for (const listener of listeners) listener()
}

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    currentTheme,
  )
}
