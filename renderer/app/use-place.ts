import { useMatches, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { urlOf, type Place } from './places.ts'

/** The place that the URL names; null where it names none. */
export function usePlace(): Place | null {
  const match = useMatches().at(-1)
  const search = useSearch({ strict: false })
  const routeId: string | undefined = match?.routeId
  const params = JSON.stringify(match?.params ?? {})
  const { q = '', from = '', capture = '' } = search
  return useMemo(() => {
    const { connection = '', region = '', name = '', id = '' } = JSON.parse(params) as Record<string, string>
    switch (routeId) {
      case '/':
        return { kind: 'start' }
      case '/connections/$connection':
        return { kind: 'connection', connection }
      case '/streams/$connection/$region/$name/records':
        return { kind: 'stream', connection, region, name, q, from }
      case '/captures':
        return { kind: 'captures' }
      case '/captures/$id':
        return { kind: 'capture', id, q }
      case '/replays/new':
        return { kind: 'new-replay', capture, q }
      case '/replays/$id':
        return { kind: 'replay', id }
      default:
        return null
    }
  }, [routeId, params, q, from, capture])
}

/** Goes to a place; with `replace` the place before is not left in the history. */
export function useGo(): (place: Place, replace?: boolean) => void {
  const navigate = useNavigate()
  return useCallback((place, replace = false) => void navigate({ href: urlOf(place), replace }), [navigate])
}
