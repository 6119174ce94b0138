import { describe, expect, it } from 'vitest'
import type { Shard, StartPosition } from '#shared/model/stream.ts'
import { createReadingPlan } from '../../../electron/kinesis/reading-plan.ts'
import type { KnownShard, ReadingPlan } from '../../../electron/kinesis/reading-plan.ts'

const shard = (shardId: string, parents: string[] = [], isClosed = false, start = '0'): Shard => ({
  shardId,
  parentShardId: parents[0] ?? null,
  adjacentParentShardId: parents[1] ?? null,
  startingHashKey: start,
  endingHashKey: '9',
  startingSequenceNumber: '1',
  endingSequenceNumber: isClosed ? '5' : null,
})
const range = (of: Shard, startingHashKey: string, endingHashKey: string, startingSequenceNumber: string): Shard => ({ ...of, startingHashKey, endingHashKey, startingSequenceNumber })
const known = (of: Shard, checkpoint: Partial<KnownShard['checkpoint']> = {}): KnownShard => ({
  shard: of,
  checkpoint: { sequenceNumber: null, ended: false, heldFrom: null, ...checkpoint },
})
const child = (ShardId: string, ...ParentShards: string[]) => ({ ShardId, ParentShards, HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' } })

const plan = (from: StartPosition, listed: Shard[], knownShards: KnownShard[] = [], maxShards: number | null = null): ReadingPlan =>
  createReadingPlan({ from, listed, known: knownShards, maxShards })
const ready = (of: ReadingPlan) => Object.fromEntries(of.takeReady().map(({ shardId, start }) => [shardId, start.type]))

const TRIM: StartPosition = { type: 'TRIM_HORIZON' }
const LATEST: StartPosition = { type: 'LATEST' }
const AT: StartPosition = { type: 'AT_TIMESTAMP', at: 1000 }

// a was split into b and c, which were merged into d.
const family = [shard('a', [], true), shard('b', ['a'], true), shard('c', ['a'], true), shard('d', ['b', 'c'])]

describe('the reading plan', () => {
  it('reads parents to the end before their children, and a merge’s child after both parents', () => {
    const it = plan(TRIM, family)
    expect(ready(it)).toEqual({ a: 'TRIM_HORIZON' })
    it.ended('a', true, [child('b', 'a'), child('c', 'a')])
    expect(ready(it)).toEqual({ b: 'TRIM_HORIZON', c: 'TRIM_HORIZON' })
    it.ended('c', true, [child('d', 'b', 'c')])
    expect(ready(it)).toEqual({})
    expect(it.isFinished()).toBe(false)
    it.ended('b', true, [child('d', 'b', 'c')])
    expect(ready(it)).toEqual({ d: 'TRIM_HORIZON' })
    it.done('d')
    expect(it.isFinished()).toBe(true)
  })

  it('does not wait for a parent that is not listed any more', () => {
    expect(ready(plan(TRIM, family.slice(3)))).toEqual({ d: 'TRIM_HORIZON' })
    expect(ready(plan(TRIM, [shard('b', ['a'], true), ...family.slice(3)]))).toEqual({ b: 'TRIM_HORIZON' })
  })

  it('starts at LATEST on open shards only, and at the horizon of what they become', () => {
    const it = plan(LATEST, [...family, shard('e')])
    expect(ready(it)).toEqual({ d: 'LATEST', e: 'LATEST' })
    it.ended('d', false, [child('f', 'd'), child('g', 'd')])
    expect(ready(it)).toEqual({ f: 'TRIM_HORIZON', g: 'TRIM_HORIZON' })
  })

  it('reads children that nobody named at the end once the listing shows them', () => {
    const it = plan(LATEST, [shard('a')])
    ready(it)
    it.ended('a', true, [])
    expect(it.isFinished()).toBe(true)
    expect(it.list([shard('a', [], true), shard('b', ['a']), shard('c', ['a'])]).added.map(({ shardId }) => shardId)).toEqual(['b', 'c'])
    expect(it.isFinished()).toBe(false)
    expect(ready(it)).toEqual({ b: 'TRIM_HORIZON', c: 'TRIM_HORIZON' })
  })

  it('follows a split and merge that both happened within one poll', () => {
    const it = plan(LATEST, [shard('a')])
    ready(it)
    it.list(family)
    expect(ready(it)).toEqual({})
    it.ended('a', true, [child('b', 'a'), child('c', 'a')])
    expect(ready(it)).toEqual({ b: 'TRIM_HORIZON', c: 'TRIM_HORIZON' })
  })

  it('starts a child at the time too, unless its parent had records in the range', () => {
    const quiet = plan(AT, family)
    ready(quiet)
    quiet.ended('a', false, [])
    expect(ready(quiet)).toEqual({ b: 'AT_TIMESTAMP', c: 'AT_TIMESTAMP' })
    const busy = plan(AT, family)
    ready(busy)
    busy.ended('a', true, [])
    expect(ready(busy)).toEqual({ b: 'TRIM_HORIZON', c: 'TRIM_HORIZON' })
  })

  it('reads one shard and its descendants from a sequence number', () => {
    const it = plan({ type: 'AT_SEQUENCE_NUMBER', shardId: 'b', sequenceNumber: '7' }, [...family, shard('e')])
    expect([...it.scope].toSorted()).toEqual(['b', 'd'])
    expect(ready(it)).toEqual({ b: 'AT_SEQUENCE_NUMBER' })
    it.ended('b', true, [child('d', 'b', 'c')])
    // The other parent is outside of the range: nobody waits for it.
    expect(ready(it)).toEqual({ d: 'TRIM_HORIZON' })
  })

  it('says that a shard is not there', () => {
    expect(() => plan({ type: 'AT_SEQUENCE_NUMBER', shardId: 'x', sequenceNumber: '7' }, family)).toThrow('no shard')
  })

  it('leaves out what is over the limit, with its descendants', () => {
    const open = Array.from({ length: 5 }, (_, n) => shard(`s${n}`, [], false, String(n)))
    const it = plan(LATEST, open.toReversed(), [], 3)
    expect(Object.keys(ready(it)).toSorted()).toEqual(['s0', 's1', 's2'])
    expect(it.leftOut).toEqual(['s3', 's4'])
    it.list([...open, shard('t', ['s4'])])
    expect(ready(it)).toEqual({})
    it.ended('s0', true, [child('u', 's0')])
    expect(ready(it)).toEqual({ u: 'TRIM_HORIZON' })
  })

  it('stops at a shard that met its condition: its children are not read', () => {
    const it = plan(TRIM, family)
    ready(it)
    it.done('a')
    expect(ready(it)).toEqual({})
    expect(it.isFinished()).toBe(true)
    expect(it.isStopped).toBe(true)
  })
})

describe('a plan that goes on from a file', () => {
  it('resumes after the checkpoints, at held times, and with what was born meanwhile', () => {
    const it = plan(
      LATEST,
      [shard('a', [], true), shard('b', ['a']), shard('c', ['a']), shard('x'), shard('y', [], true)],
      [known(shard('a'), { sequenceNumber: '9', heldFrom: 5 }), known(shard('x'), { heldFrom: 5 }), known(shard('y', [], true))],
    )
    const first = it.takeReady()
    expect(first).toMatchObject([
      { shardId: 'a', start: { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '9', resumed: true } },
      { shardId: 'x', start: { type: 'AT_TIMESTAMP', at: 5 } },
    ])
    it.ended('a', false, [])
    expect(ready(it)).toEqual({ b: 'TRIM_HORIZON', c: 'TRIM_HORIZON' })
  })

  it('begins a child at its horizon that a crash kept from beginning', () => {
    const it = plan(
      LATEST,
      [shard('a', [], true), shard('b', ['a'])],
      [known(shard('a', [], true), { sequenceNumber: '9', heldFrom: 5, ended: true }), known(shard('b', ['a']))],
    )
    expect(ready(it)).toEqual({ b: 'TRIM_HORIZON' })
  })

  it('does not read again what it read to the end', () => {
    const it = plan(TRIM, family, [known(family[0] as Shard, { sequenceNumber: '4', ended: true }), ...family.slice(1).map((one) => known(one))])
    expect(ready(it)).toEqual({ b: 'TRIM_HORIZON', c: 'TRIM_HORIZON' })
  })

  it('goes on with what an earlier run took in because its parents had expired', () => {
    const after = { type: 'AFTER_SEQUENCE_NUMBER', shardId: 'a', sequenceNumber: '9' } as const
    const it = plan(after, [shard('d', ['b', 'c']), shard('x')], [known(shard('a', [], true), { sequenceNumber: '9', ended: true }), known(shard('d', ['b', 'c']), { heldFrom: 50 }), known(shard('x'))])
    expect(ready(it)).toEqual({ d: 'AT_TIMESTAMP' })
    expect(it.list([]).gaps).toEqual([])
  })

  it('takes in what descends from a range whose shards nobody listed before they expired', () => {
    const after = { type: 'AFTER_SEQUENCE_NUMBER', shardId: 'a', sequenceNumber: '9' } as const
    const a = range(shard('a', [], true), '0', '4', '1')
    const y = range(shard('y', [], true), '5', '9', '1')
    // a and y became x, which is lost; of its children one has nothing of a.
    const left = range(shard('l', ['x']), '0', '4', '50')
    const right = range(shard('r', ['x']), '5', '9', '50')
    const it = plan(after, [y, right, left], [known(a, { sequenceNumber: '9', ended: true }), known(y)])
    expect(Object.keys(ready(it)).toSorted()).toEqual(['l', 'r'])
    expect(it.list([]).gaps.map(({ shardId }) => shardId).toSorted()).toEqual(['l', 'r'])
    // A merge with one parent that is known, and none of the range, and one that is lost.
    const merged = range(shard('m', ['x', 'y']), '0', '9', '50')
    const other = plan(after, [y, merged], [known(a, { sequenceNumber: '9', ended: true }), known(y)])
    expect(ready(other)).toEqual({ m: 'TRIM_HORIZON' })
  })

  it('tells of a lost parent also where the other one is of the range', () => {
    const it = plan(LATEST, [shard('m', ['x', 'a'])], [known(shard('a', [], true), { sequenceNumber: '9', heldFrom: 5 })])
    expect(it.list([]).gaps).toMatchObject([{ shardId: 'm', reason: 'shard-expired' }])
  })

  it('goes on from a sequence number of which nothing was read before', () => {
    const at = { type: 'AT_SEQUENCE_NUMBER', shardId: 'a', sequenceNumber: '9' } as const
    const it = createReadingPlan({ from: at, listed: [shard('b', ['a']), shard('x')], known: [known(shard('a')), known(shard('x'))], maxShards: null })
    // It may have been trimmed since, and is not listed any more: its loss is to be noticed.
    expect(it.takeReady()).toMatchObject([{ shardId: 'a', start: { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '9', resumed: true } }])
    it.ended('a', false, [])
    expect(ready(it)).toEqual({ b: 'TRIM_HORIZON' })
  })

  it('knows since when the records of a shard that was never read belong to it', () => {
    const it = createReadingPlan({ from: LATEST, listed: [shard('x')], known: [known(shard('x'), { heldFrom: 5 })], maxShards: null })
    expect(it.takeReady()).toMatchObject([{ shardId: 'x', dueFrom: 5 }])
    const whole = createReadingPlan({ from: TRIM, listed: [shard('x')], known: [known(shard('x'))], maxShards: null, dueFrom: 7 })
    expect(whole.takeReady()).toMatchObject([{ shardId: 'x', dueFrom: 7 }])
  })

  it('still wants a shard that is listed no more, so that its loss is noticed', () => {
    const it = plan(LATEST, [shard('d', ['b', 'c'])], [known(shard('a'), { sequenceNumber: '9', heldFrom: 5 })])
    expect(ready(it)).toEqual({ a: 'AFTER_SEQUENCE_NUMBER', d: 'TRIM_HORIZON' })
    const { gaps } = it.list([])
    expect(gaps).toMatchObject([{ shardId: 'd', reason: 'shard-expired' }])
    expect(it.list([]).gaps).toEqual([])
  })

  it('tells of the one parent of a merge that came and went while nobody listed, also when the other one named the child', () => {
    const merged = { ...shard('d', ['b', 'c']), startingSequenceNumber: '50' }
    const listed = plan(TRIM, [shard('b', [], true), merged], [known(shard('b'), { sequenceNumber: '9' })])
    expect(listed.list([]).gaps).toMatchObject([{ shardId: 'd', reason: 'shard-expired' }])

    const named = plan(LATEST, [shard('b')])
    named.takeReady()
    named.ended('b', true, [child('d', 'b', 'c')])
    expect(ready(named)).toEqual({})
    expect(named.list([shard('b', [], true), merged]).gaps).toMatchObject([{ shardId: 'd', reason: 'shard-expired' }])
    expect(ready(named)).toEqual({ d: 'TRIM_HORIZON' })
    expect(named.list([shard('b', [], true), merged]).gaps).toEqual([])
  })

  it('does not take a child that only its parents told of for the oldest shard there is', () => {
    // `d` was told of by `b`; no listing has said how old it is, nor that it takes the keys of the old shard `z`.
    const told = { ...shard('d', ['b']), startingSequenceNumber: '0' }
    const old = { ...shard('z', [], true), startingSequenceNumber: '20' }
    const b = { ...shard('b', [], true), startingSequenceNumber: '30' }
    const it = createReadingPlan({ from: LATEST, listed: [b, old], known: [known(b, { sequenceNumber: '40', ended: true, heldFrom: 5 }), known(old), known(told)], maxShards: null, dueFrom: 7 })
    expect(it.takeReady()).toMatchObject([{ shardId: 'd', dueFrom: null }])
  })
})
