import { tabKey, type Place } from './places.ts'

export interface OpenTab {
  key: string
  /** Where the tab stands: its last URL comes back with it. */
  place: Exclude<Place, { kind: 'start' }>
  /** Its view was in front once since the page was loaded: it is kept from then on. */
  mounted: boolean
}

/** The tabs after a place came in front: its own tab follows it, or a new one opens at the end. */
export function withPlace(tabs: readonly OpenTab[], place: Place): readonly OpenTab[] {
  const key = tabKey(place)
  if (key === null || place.kind === 'start') return tabs
  const known = tabs.find((tab) => tab.key === key)
  if (!known) return [...tabs, { key, place, mounted: true }]
  if (known.mounted && JSON.stringify(known.place) === JSON.stringify(place)) return tabs
  return tabs.map((tab) => (tab === known ? { key, place, mounted: true } : tab))
}

/** The tabs without one, and where to go if it was in front: its right neighbour, its left one, or the start. */
export function withoutTab(tabs: readonly OpenTab[], key: string): { tabs: readonly OpenTab[]; next: Place } {
  const at = tabs.findIndex((tab) => tab.key === key)
  const rest = tabs.filter((tab) => tab.key !== key)
  return { tabs: rest, next: rest[at]?.place ?? rest[at - 1]?.place ?? { kind: 'start' } }
}
