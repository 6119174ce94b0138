import { useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/** TanStack's history numbers its entries, from 0 where this page was opened. */
function indexOf({ ['__TSR_index']: index }: { __TSR_index: number }): number {
  return index
}

/** Whether there is a place to go back or forward to, as far as this page's own history tells. */
export function useHistoryEnds(): { canGoBack: boolean; canGoForward: boolean } {
  const { history } = useRouter()
  const [index, setIndex] = useState(indexOf(history.location.state))
  const [last, setLast] = useState(index)
  useEffect(
    () =>
      history.subscribe(({ location, action }) => {
        const now = indexOf(location.state)
        setIndex(now)
        setLast((before) => (action.type === 'PUSH' ? now : Math.max(before, now)))
      }),
    [history],
  )
  return { canGoBack: index > 0, canGoForward: index < last }
}
