import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shard } from '#shared/model/stream.ts'
import { HASH_SPACE, hashKeyHex, hashKeyOf } from '../../../electron/kinesis/hash-key.ts'
import { ancestorsOf, buildTopology, descendantsOf, generations, hashRange, isOpen, ownersOf, tiles } from '../../../electron/kinesis/topology.ts'

interface History {
  shards: Shard[]
  /** The open shards after each split or merge, by id, in hash order. */
  states: string[][]
}

const shardId = (n: number) => `shardId-${String(n).padStart(12, '0')}`

/** A stream of `first` shards that is split and merged as the numbers say. */
const replayHistory = (first: number, steps: { split: boolean; pick: number; at: number }[]): History => {
  let sequence = 1n
  const shards = new Map<string, Shard>()
  const add = (start: bigint, end: bigint, parents: string[]): string => {
    const id = shardId(shards.size)
    sequence += 1n
    shards.set(id, {
      shardId: id,
      parentShardId: parents[0] ?? null,
      adjacentParentShardId: parents[1] ?? null,
      startingHashKey: String(start),
      endingHashKey: String(end),
      startingSequenceNumber: String(sequence),
      endingSequenceNumber: null,
    })
    return id
  }
  const close = (id: string) => {
    const shard = shards.get(id)
    if (shard) shards.set(id, { ...shard, endingSequenceNumber: String(sequence) })
  }
  const width = HASH_SPACE / BigInt(first)
  let open = Array.from({ length: first }, (_, n) =>
    add(width * BigInt(n), n === first - 1 ? HASH_SPACE - 1n : width * BigInt(n + 1) - 1n, []),
  )
  const states = [[...open]]
  for (const { split, pick, at } of steps) {
    if (split) {
      const index = pick % open.length
      const parent = shards.get(open[index] ?? '')
      if (parent === undefined) continue
      const { start, end } = hashRange(parent)
      if (end - start < 2n) continue
      const middle = start + 1n + ((end - start - 1n) * BigInt(at)) / 1000n
      close(parent.shardId)
      open = [...open.slice(0, index), add(start, middle - 1n, [parent.shardId]), add(middle, end, [parent.shardId]), ...open.slice(index + 1)]
    } else {
      if (open.length < 2) continue
      const index = pick % (open.length - 1)
      const [left, right] = [shards.get(open[index] ?? ''), shards.get(open[index + 1] ?? '')]
      if (left === undefined || right === undefined) continue
      close(left.shardId)
      close(right.shardId)
      const child = add(hashRange(left).start, hashRange(right).end, [left.shardId, right.shardId])
      open = [...open.slice(0, index), child, ...open.slice(index + 2)]
    }
    states.push([...open])
  }
  return { shards: [...shards.values()], states }
}

const history = fc
  .tuple(
    fc.integer({ min: 1, max: 8 }),
    fc.array(fc.record({ split: fc.boolean(), pick: fc.nat(1000), at: fc.nat(1000) }), { maxLength: 25 }),
  )
  .map(([first, steps]) => replayHistory(first, steps))

describe('the topology of a stream', () => {
  it('tiles all hash keys in each generation of any history', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), ({ shards, states }, random) => {
        const shuffled = shards.toSorted(() => (random.next().value % 3) - 1)
        const found = generations(buildTopology(shuffled))
        expect(found.map((generation) => generation.map(({ shardId }) => shardId))).toEqual(states)
        for (const generation of found) expect(tiles(generation)).toBe(true)
      }),
    )
  })

  it('finds one owner of a key in each generation, and the open one last', () => {
    fc.assert(
      fc.property(history, fc.string(), ({ shards }, key) => {
        const topology = buildTopology(shards)
        const hash = hashKeyOf(key)
        const owners = ownersOf(topology, hash)
        for (const owner of owners) {
          const { start, end } = hashRange(owner)
          expect(start <= hash && hash <= end).toBe(true)
        }
        expect(owners.filter(isOpen)).toEqual(owners.slice(-1))
        for (const [at, owner] of owners.entries()) {
          if (at > 0) expect([owner.parentShardId, owner.adjacentParentShardId]).toContain(owners[at - 1]?.shardId)
        }
      }),
    )
  })

  it('gives ancestors and descendants as each other’s mirror', () => {
    fc.assert(
      fc.property(history, ({ shards }) => {
        const topology = buildTopology(shards)
        for (const { shardId } of shards) {
          for (const below of descendantsOf(topology, [shardId])) expect(ancestorsOf(topology, [below])).toContain(shardId)
        }
      }),
    )
  })

  it('takes a shard whose parent has expired from the listing as an oldest one', () => {
    const { shards } = replayHistory(1, [{ split: true, pick: 0, at: 500 }])
    const topology = buildTopology(shards.slice(1))
    expect(generations(topology)).toHaveLength(1)
    expect(tiles(generations(topology)[0] ?? [])).toBe(true)
  })

  it('notices what does not tile', () => {
    const { shards } = replayHistory(2, [])
    expect(tiles(shards.slice(1))).toBe(false)
    expect(tiles([...shards, ...shards])).toBe(false)
    expect(tiles([])).toBe(false)
  })
})

describe('hash keys', () => {
  it('are MD5 as a 128-bit integer, or the explicit one', () => {
    // md5('') as in RFC 1321's test suite.
    expect(hashKeyHex('')).toBe('d41d8cd98f00b204e9800998ecf8427e')
    expect(hashKeyOf('abc')).toBe(0x900150983cd24fb0d6963f7d28e17f72n)
    expect(hashKeyOf('abc', '17')).toBe(17n)
    expect(hashKeyHex('abc', '17')).toBe('00000000000000000000000000000011')
  })
})
