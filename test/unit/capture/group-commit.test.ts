import { describe, expect, it } from 'vitest'
import { createGroupCommit } from '../../../electron/capture/group-commit.ts'
import type { NewGap, NewRecord, ShardWrite } from '../../../electron/store/capture-rows.ts'

const record = (n: number, bytes = 10): NewRecord => ({
  sequenceNumber: String(n),
  subsequence: 0,
  arrival: n,
  partitionKey: 'k',
  explicitHashKey: null,
  data: Buffer.alloc(bytes),
  text: null,
})
const write = (shardId: string, numbers: number[], bytes?: number): ShardWrite => ({
  shardId,
  records: numbers.map((n) => record(n, bytes)),
  checkpoint: { sequenceNumber: String(numbers.at(-1) ?? 0), ended: false, heldFrom: null },
})

const setUp = () => {
  const commits: { writes: readonly ShardWrite[]; gaps: readonly NewGap[] }[] = []
  const state = { now: 1000, fails: false }
  const group = createGroupCommit(
    {
      append: (writes, gaps) => {
        if (state.fails) throw new Error('disk full')
        commits.push({ writes, gaps })
      },
    },
    () => state.now,
  )
  return { group, commits, state }
}

describe('group commits', () => {
  it('are due at once after an idle time, then every 50 ms', () => {
    const { group, state } = setUp()
    expect(group.dueIn()).toBeNull()
    group.add(write('a', [1]))
    expect(group.dueIn()).toBe(0)
    group.commit()
    expect(group.dueIn()).toBeNull()
    state.now += 10
    group.add(write('a', [2]))
    expect(group.dueIn()).toBe(40)
    state.now += 40
    expect(group.dueIn()).toBe(0)
  })

  it('are due at once when 4 MiB wait', () => {
    const { group } = setUp()
    group.commit()
    group.add(write('a', [1]))
    group.commit()
    group.add(write('a', [2], 3_000_000))
    expect(group.dueIn()).toBe(50)
    group.add(write('b', [3], 3_000_000))
    expect(group.dueIn()).toBe(0)
  })

  it('bring all shards in one transaction, with the last checkpoint of each', () => {
    const { group, commits } = setUp()
    group.add(write('a', [1, 2]))
    group.add(write('b', [3]))
    group.add(write('a', [4]))
    expect(group.waitingRecords).toBe(4)
    group.commit()
    expect(commits).toHaveLength(1)
    expect(commits[0]?.writes.map(({ shardId, records, checkpoint }) => [shardId, records.length, checkpoint.sequenceNumber])).toEqual([
      ['a', 3, '4'],
      ['b', 1, '3'],
    ])
    expect(group.waitingRecords).toBe(0)
  })

  it('tell when the bytes are no longer held, and not before', () => {
    const { group } = setUp()
    let released = 0
    group.add(write('a', [1]), () => (released += 1))
    group.add(write('a', []), () => (released += 1))
    expect(released).toBe(0)
    group.commit()
    expect(released).toBe(2)
    group.commit()
    expect(released).toBe(2)
  })

  it('keep what could not be stored', () => {
    const { group, commits, state } = setUp()
    group.add(write('a', [1]))
    state.fails = true
    expect(() => group.commit()).toThrow('disk full')
    state.fails = false
    group.commit()
    expect(commits[0]?.writes[0]?.records).toHaveLength(1)
  })
})
