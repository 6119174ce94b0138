import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { RefObject, UIEvent } from 'react'
import { flushSync } from 'react-dom'
import { HEAD, itemsInSight, lastTop, placeAfterScroll, placeAt, ROW, scrollAt, sizeOf, topToShow } from './table-geometry.ts'
import type { TablePlace } from './table-geometry.ts'

export interface TableScroll {
  scroller: RefObject<HTMLDivElement | null>
  /** Height in px of the element that is scrolled. */
  body: number
  /** Items to draw, and how far the first one is pushed up, in px. */
  first: number
  last: number
  push: number
  /** Rows that fit in sight, whole. */
  fit: number
  /** False while its tab is hidden. */
  isShown: boolean
  isFollowing: boolean
  onScroll: (event: UIEvent<HTMLDivElement>) => void
  showItem: (item: number) => void
  /** Moves what is in sight by a number of items, as rows above it came or went. */
  moveBy: (items: number) => void
  follow: (on: boolean) => void
}

/** A scroll bar stands at the end within this many px: screens with fractional pixels never reach it exactly. */
const AT_END = 2

/**
 * Scrolling of a table of any length. What is drawn stands still in the window and is
 * written anew for each position, so that there is never a blank between a scroll and its
 * rows. While it follows, the end stays in sight as items come in.
 */
export function useTableScroll(items: number): TableScroll {
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState(0)
  const [place, setPlace] = useState<TablePlace>({ top: 0, shift: 0 })
  const [isFollowing, setFollowing] = useState(true)
  const size = sizeOf(items, view)
  const end = lastTop(size)
  const here = isFollowing ? placeAt(size, end) : place.top > end ? placeAt(size, end) : place
  const current = useRef({ size, place: here, isFollowing })
  useLayoutEffect(() => {
    current.current = { size, place: here, isFollowing }
  })

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const measure = () => setView(Math.max(0, element.clientHeight - HEAD))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  // The scroll bar is moved to where the table stands, unless it brought it there. After each drawing:
  // the height may have changed, and a tab that was hidden has lost its offset.
  const scroll = here.top - here.shift
  useLayoutEffect(() => {
    const element = scroller.current
    if (element !== null && view > 0 && Math.abs(element.scrollTop - scroll) >= 1) element.scrollTop = scroll
  })

  const moveTo = useCallback((top: number) => {
    const { size } = current.current
    const place = placeAt(size, top, undefined)
    current.current.place = place
    setPlace({ top: place.top, shift: place.top - scrollAt(size, place.top) })
  }, [])

  const onScroll = useCallback((event: UIEvent<HTMLDivElement>) => {
    const { size, place } = current.current
    const scroll = event.currentTarget.scrollTop
    if (size.view === 0) return
    // A window that grew has pushed the bar up, and is not measured yet: nobody scrolled.
    if (Math.max(0, event.currentTarget.clientHeight - HEAD) !== size.view) return
    if (Math.abs(scroll - (place.top - place.shift)) < 1) return
    const next = placeAfterScroll(size, place, scroll)
    current.current.place = next
    // Before the frame is drawn, or the rows would be one frame behind the scroll bar.
    flushSync(() => {
      setPlace(next)
      setFollowing(next.top >= lastTop(size) - AT_END)
    })
  }, [])

  const showItem = useCallback(
    (item: number) => {
      const { size, place } = current.current
      const top = topToShow(item, place, size.view)
      setFollowing(false)
      moveTo(top)
    },
    [moveTo],
  )
  const moveBy = useCallback((by: number) => moveTo(current.current.place.top + by * ROW), [moveTo])
  const follow = useCallback(
    (on: boolean) => {
      const { size, place } = current.current
      moveTo(on ? lastTop(size) : place.top)
      setFollowing(on)
    },
    [moveTo],
  )

  const sight = itemsInSight(here, view, items)
  return {
    scroller,
    body: size.body,
    ...sight,
    push: here.top - sight.first * ROW,
    fit: Math.max(1, Math.floor(view / ROW)),
    isShown: view > 0,
    isFollowing,
    onScroll,
    showItem,
    moveBy,
    follow,
  }
}
