import { describe, expect, it } from 'vitest'
import { createByteGate } from '../../../electron/kinesis/byte-gate.ts'

describe('the byte gate', () => {
  it('admits what fits, in order, and counts with the true size', async () => {
    const gate = createByteGate(100)
    const entered: string[] = []
    const enter = async (name: string, bytes: number) => {
      const permit = await gate.acquire(bytes)
      entered.push(name)
      return permit
    }
    const a = await enter('a', 60)
    const waiting = enter('b', 60)
    const last = enter('c', 10)
    await Promise.resolve()
    expect(entered).toEqual(['a'])
    a.settle(20)
    const b = await waiting
    const c = await last
    expect(entered).toEqual(['a', 'b', 'c'])
    for (const permit of [a, b, c]) permit.release()
    a.release()
    a.settle(1000)
    await enter('d', 100)
    expect(entered.at(-1)).toBe('d')
  })

  it('lets one pass alone that is larger than itself', async () => {
    const gate = createByteGate(10)
    const large = await gate.acquire(1000)
    const next = gate.acquire(1)
    large.release()
    await expect(next).resolves.toBeDefined()
  })

  it('lets those behind through when one that waits gives up', async () => {
    const gate = createByteGate(10)
    const held = await gate.acquire(5)
    const stop = new AbortController()
    const given = gate.acquire(10, stop.signal)
    const behind = gate.acquire(5)
    stop.abort(new Error('enough'))
    await expect(given).rejects.toThrow('enough')
    await expect(behind).resolves.toBeDefined()
    held.release()
  })
})
