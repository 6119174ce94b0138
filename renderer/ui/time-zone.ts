import { useSyncExternalStore } from 'react'
import type { Zone } from './format.ts'
import { recall, remember } from './remembered.ts'

let zone: Zone = recall('zone') === 'local' ? 'local' : 'utc'
const listeners = new Set<() => void>()

/** The one switch for UTC or local time. */
export function setZone(next: Zone): void {
  zone = next
  remember('zone', next)
  for (const listener of listeners) listener()
}

export function currentZone(): Zone {
  return zone
}

export function useZone(): Zone {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    currentZone,
  )
}
