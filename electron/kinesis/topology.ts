import type { Shard } from '#shared/model/stream.ts'
import { HASH_SPACE } from './hash-key.ts'

/** Shards of a stream and how they descend from each other. Only shards that are listed are in it. */
export interface Topology {
  shards: ReadonlyMap<string, Shard>
  /** Listed children by parent id; a merge's child stands under both. */
  children: ReadonlyMap<string, readonly string[]>
}

/** Ids of the parents that a shard names: none, one after a split, two after a merge. They may have expired from the listing. */
export const parentsOf = (shard: Pick<Shard, 'parentShardId' | 'adjacentParentShardId'>): string[] =>
  [shard.parentShardId, shard.adjacentParentShardId].filter((id) => id !== null)

export const buildTopology = (shards: Iterable<Shard>): Topology => {
  const byId = new Map<string, Shard>()
  for (const shard of shards) byId.set(shard.shardId, shard)
  const children = new Map<string, string[]>()
  for (const shard of byId.values()) {
    for (const parent of parentsOf(shard)) {
      const siblings = children.get(parent)
      if (siblings) siblings.push(shard.shardId)
      else children.set(parent, [shard.shardId])
    }
  }
  return { shards: byId, children }
}

export const isOpen = (shard: Shard): boolean => shard.endingSequenceNumber === null

/** Inclusive bounds of the hash keys that a shard takes. */
export const hashRange = (shard: Shard): { start: bigint; end: bigint } => ({
  start: BigInt(shard.startingHashKey),
  end: BigInt(shard.endingHashKey),
})

export const byHashRange = (a: Shard, b: Shard): number => {
  const [x, y] = [BigInt(a.startingHashKey), BigInt(b.startingHashKey)]
  return x < y ? -1 : x > y ? 1 : a.shardId < b.shardId ? -1 : a.shardId > b.shardId ? 1 : 0
}

const closure = (from: readonly string[], next: (id: string) => readonly string[]): Set<string> => {
  const seen = new Set<string>()
  const waiting = [...from]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const found of next(id)) {
      if (seen.has(found)) continue
      seen.add(found)
      waiting.push(found)
    }
  }
  return seen
}

/** All listed shards that descend from these, without themselves. */
export const descendantsOf = ({ children }: Topology, ids: readonly string[]): Set<string> => closure(ids, (id) => children.get(id) ?? [])

/** All listed shards that these descend from, without themselves. */
export const ancestorsOf = ({ shards }: Topology, ids: readonly string[]): Set<string> =>
  closure(ids, (id) => {
    const shard = shards.get(id)
    return shard === undefined ? [] : parentsOf(shard).filter((parent) => shards.has(parent))
  })

const bySequence = (a: Shard, b: Shard): number => {
  const [x, y] = [BigInt(a.startingSequenceNumber), BigInt(b.startingSequenceNumber)]
  return x < y ? -1 : x > y ? 1 : a.shardId < b.shardId ? -1 : a.shardId > b.shardId ? 1 : 0
}

/**
 * The shards that were open together, from the oldest listed ones to today's: each generation comes
 * from the one before by one split or merge. Sorted by hash range. A generation tiles all hash keys,
 * unless a parent of a merge has expired from the listing.
 */
export const generations = (topology: Topology): Shard[][] => {
  const { shards } = topology
  const listedParents = (shard: Shard) => parentsOf(shard).filter((id) => shards.has(id))
  const sorted = [...shards.values()].toSorted(bySequence)
  let current = sorted.filter((shard) => listedParents(shard).length === 0)
  const result = [current.toSorted(byHashRange)]
  const born = new Set(current.map((shard) => shard.shardId))
  let waiting = sorted.filter((shard) => !born.has(shard.shardId))
  while (waiting.length > 0) {
    const next = waiting.find((shard) => listedParents(shard).every((id) => born.has(id)))
    // A cycle is impossible at AWS, but the listing is input.
    if (next === undefined) break
    const parents = new Set(listedParents(next))
    const arriving = waiting.filter((shard) => {
      const own = listedParents(shard)
      return own.length === parents.size && own.every((id) => parents.has(id))
    })
    current = [...current.filter((shard) => !parents.has(shard.shardId)), ...arriving]
    for (const shard of arriving) born.add(shard.shardId)
    waiting = waiting.filter((shard) => !born.has(shard.shardId))
    result.push(current.toSorted(byHashRange))
  }
  return result
}

/** The shard that owns a hash key in each generation, oldest first, each owner once. */
export const ownersOf = (topology: Topology, hashKey: bigint): Shard[] => {
  const owners: Shard[] = []
  for (const generation of generations(topology)) {
    const owner = generation.find((shard) => {
      const { start, end } = hashRange(shard)
      return start <= hashKey && hashKey <= end
    })
    if (owner !== undefined && owner !== owners.at(-1)) owners.push(owner)
  }
  return owners
}

/** Whether shards cover every hash key exactly once. */
export const tiles = (shards: readonly Shard[]): boolean => {
  let next = 0n
  for (const shard of shards.toSorted(byHashRange)) {
    const { start, end } = hashRange(shard)
    if (start !== next || end < start) return false
    next = end + 1n
  }
  return next === HASH_SPACE
}
