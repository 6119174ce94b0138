/** Where a person can be. Every place has a URL, and all that it shows is in there. */
export type Place =
  | { kind: 'start' }
  | { kind: 'connection'; connection: string }
  | { kind: 'stream'; connection: string; region: string; name: string; q: string; from: string }
  | { kind: 'captures' }
  | { kind: 'capture'; id: string; q: string }
  | { kind: 'new-replay'; capture: string; q: string }
  | { kind: 'replay'; id: string }

/** Two URLs of one tab have one key: what is searched for and from where does not make another tab. */
export function tabKey(place: Place): string | null {
  switch (place.kind) {
    case 'start':
      return null
    case 'connection':
      return `connection ${place.connection}`
    case 'stream':
      return `stream ${place.connection} ${place.region} ${place.name}`
    case 'captures':
      return 'captures'
    case 'capture':
      return `capture ${place.id}`
    case 'new-replay':
      return `new-replay ${place.capture}`
    default:
      return `replay ${place.id}`
  }
}

const part = encodeURIComponent

function search(values: Record<string, string>): string {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString()
  return query === '' ? '' : `?${query}`
}

/** The path and search of a place. */
export function urlOf(place: Place): string {
  switch (place.kind) {
    case 'start':
      return '/'
    case 'connection':
      return `/connections/${part(place.connection)}`
    case 'stream':
      return `/streams/${part(place.connection)}/${part(place.region)}/${part(place.name)}/records${search({ q: place.q, from: place.from })}`
    case 'captures':
      return '/captures'
    case 'capture':
      return `/captures/${part(place.id)}${search({ q: place.q })}`
    case 'new-replay':
      return `/replays/new${search({ capture: place.capture, q: place.q })}`
    default:
      return `/replays/${part(place.id)}`
  }
}
