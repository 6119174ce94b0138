import type { StreamListing } from '#shared/contract/streams.ts'
import type { CaptureInfo } from '#shared/model/capture.ts'
import type { Connection } from '#shared/model/connection.ts'
import type { Failure } from '#shared/model/error.ts'
import type { ReplayProgress } from '#shared/model/replay.ts'
import type { StreamSummary } from '#shared/model/stream.ts'

/** What a row of the tree opens. */
export type TreeTarget =
  | { kind: 'connection'; connection: string }
  | { kind: 'stream'; connection: string; region: string; name: string }
  | { kind: 'captures' }
  | { kind: 'capture'; id: string }
  | { kind: 'replay'; id: string }

interface RowBase {
  /** Stable: the same place has the same id while the tree changes around it. */
  id: string
  /** From 1. */
  level: number
  /** Place among its siblings, from 1, and how many they are. */
  position: number
  siblings: number
  /** Null where nothing is below it. */
  expanded: boolean | null
  target: TreeTarget | null
}

export type TreeRow = RowBase &
  (
    | { kind: 'connection'; connection: Connection; label: string; state: StreamListing['state'] }
    | { kind: 'region'; region: string; streams: number; state: StreamListing['state'] }
    | { kind: 'stream'; stream: StreamSummary }
    | { kind: 'note'; text: string; failure: Failure | null }
    | { kind: 'section'; label: string }
    | { kind: 'capture'; capture: CaptureInfo }
    | { kind: 'replay'; replay: ReplayProgress }
  )

export interface TreeInput {
  connections: readonly Connection[]
  listings: ReadonlyMap<string, StreamListing>
  captures: readonly CaptureInfo[]
  replays: readonly ReplayProgress[]
  /** Letters of what is looked for; empty shows everything. */
  filter: string
  /** Ids of rows that were folded. */
  closed: ReadonlySet<string>
}

type Loose = TreeRow extends infer Row ? (Row extends TreeRow ? Omit<Row, 'position' | 'siblings' | 'level'> : never) : never
interface Branch {
  row: Loose
  children: Branch[]
}

/** The rows of the tree in their order, folded ones left out. While a filter is typed, nothing is folded. */
export function treeRows(input: TreeInput): TreeRow[] {
  const filter = input.filter.trim().toLowerCase()
  const matches = (text: string): boolean => filter === '' || text.toLowerCase().includes(filter)
  const isOpen = (id: string): boolean => filter !== '' || !input.closed.has(id)
  const branches = [
    ...accounts(input.connections).map((account) => accountBranch(account, input.listings, matches, isOpen)).filter((branch) => branch !== null),
    ...sections(input, matches, isOpen),
  ]
  const rows: TreeRow[] = []
  const put = (branches: readonly Branch[], level: number): void => {
    for (const [at, { row, children }] of branches.entries()) {
      rows.push({ ...row, level, position: at + 1, siblings: branches.length })
      if (row.expanded) put(children, level + 1)
    }
  }
  put(branches, 1)
  return rows
}

/** How many streams the tree knows, for the filter's words. */
export function countStreams(listings: ReadonlyMap<string, StreamListing>): number {
  let count = 0
  for (const listing of listings.values()) count += listing.streams.length
  return count
}

/** Connections of one profile stand together, a region each. */
function accounts(connections: readonly Connection[]): Connection[][] {
  const groups = new Map<string, Connection[]>()
  for (const connection of connections) {
    const key = connection.kind === 'profile' ? `profile ${connection.profile} ${connection.label}` : connection.id
    groups.set(key, [...(groups.get(key) ?? []), connection])
  }
  return [...groups.values()]
}

function accountBranch(connections: readonly Connection[], listings: ReadonlyMap<string, StreamListing>, matches: (text: string) => boolean, isOpen: (id: string) => boolean): Branch | null {
  const [first] = connections
  if (!first) return null
  const byName = matches(first.label)
  const inside = connections.map((connection) => {
    const listing = listings.get(connection.id)
    const state = listing?.state ?? 'loading'
    const streams = (listing?.streams ?? []).filter((stream) => byName || matches(stream.name))
    const children: Branch[] = [...notes(connection, listing, byName), ...streams.map((stream) => streamBranch(connection, stream))]
    return { connection, state, streams: streams.length, children }
  })
  const shown = inside.filter((part) => part.streams > 0 || byName)
  if (shown.length === 0) return null
  const id = `connection ${first.id}`
  const states = inside.map((part) => part.state)
  const state = states.includes('failed') ? 'failed' : states.includes('loading') ? 'loading' : 'ready'
  const row: Loose = { kind: 'connection', id, connection: first, label: first.label, state, expanded: isOpen(id), target: { kind: 'connection', connection: first.id } }
  if (first.kind !== 'profile') return { row, children: shown.flatMap((part) => part.children) }
  return {
    row,
    children: shown.map(({ connection, state, streams, children }) => {
      const id = `region ${connection.id}`
      return { row: { kind: 'region', id, region: connection.region, streams, state, expanded: isOpen(id), target: { kind: 'connection', connection: connection.id } }, children }
    }),
  }
}

function notes(connection: Connection, listing: StreamListing | undefined, byName: boolean): Branch[] {
  const note = (text: string, failure: Failure | null): Branch => ({
    row: { kind: 'note', id: `note ${connection.id}`, text, failure, expanded: null, target: { kind: 'connection', connection: connection.id } },
    children: [],
  })
  if (!byName) return []
  if (listing?.failure) return [note(listing.failure.message, listing.failure)]
  if (!listing || (listing.state === 'loading' && listing.streams.length === 0)) return [note('Asking for the streams…', null)]
  return listing.streams.length === 0 ? [note('No streams in this region', null)] : []
}

function streamBranch(connection: Connection, stream: StreamSummary): Branch {
  return {
    row: {
      kind: 'stream',
      id: `stream ${connection.id} ${stream.name}`,
      stream,
      expanded: null,
      target: { kind: 'stream', connection: connection.id, region: stream.region, name: stream.name },
    },
    children: [],
  }
}

function sections({ captures, replays }: TreeInput, matches: (text: string) => boolean, isOpen: (id: string) => boolean): Branch[] {
  const section = (label: string, target: TreeTarget | null, children: Branch[]): Branch[] => {
    const id = `section ${label}`
    return children.length === 0 ? [] : [{ row: { kind: 'section', id, label, expanded: isOpen(id), target }, children }]
  }
  const captureRows = captures
    .filter((capture) => matches(captureLabel(capture)))
    .map((capture): Branch => ({ row: { kind: 'capture', id: `capture ${capture.id}`, capture, expanded: null, target: { kind: 'capture', id: capture.id } }, children: [] }))
  const replayRows = replays
    .filter((replay) => matches(replay.title))
    .map((replay): Branch => ({ row: { kind: 'replay', id: `replay ${replay.replayId}`, replay, expanded: null, target: { kind: 'replay', id: replay.replayId } }, children: [] }))
  return [...section('Captures', { kind: 'captures' }, captureRows), ...section('Replays', null, replayRows)]
}

export function captureLabel(capture: CaptureInfo): string {
  return capture.name ?? `unnamed, ${capture.streamName}`
}

/** 123837392027 as 1238…2027: enough to tell accounts apart in a narrow place. */
export function shortAccount(account: string): string {
  return account.length === 12 ? `${account.slice(0, 4)}…${account.slice(-4)}` : account
}
