import { useSyncExternalStore } from 'react'
import type { OpenTab } from './tabs.ts'

const storageName = 'kinescope.tabs'

/** Tabs outlive a reload of the page, as its URL does; their views open again when they come in front. */
function restored(): readonly OpenTab[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(storageName) ?? '[]')
    if (!Array.isArray(kept)) return []
    return (kept as OpenTab[]).filter((tab) => typeof tab.key === 'string' && typeof tab.place.kind === 'string').map(({ key, place }) => ({ key, place, mounted: false }))
  } catch {
    return []
  }
}

let tabs: readonly OpenTab[] = restored()
const listeners = new Set<() => void>()

export function changeTabs(change: (tabs: readonly OpenTab[]) => readonly OpenTab[]): void {
  const next = change(tabs)
  if (next === tabs) return
  tabs = next
  try {
    sessionStorage.setItem(storageName, JSON.stringify(tabs))
  } catch {
    // Nothing is kept over a reload, then.
  }
  for (const listener of listeners) listener()
}

export function openTabs(): readonly OpenTab[] {
  return tabs
}

export function useTabs(): readonly OpenTab[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    openTabs,
  )
}
