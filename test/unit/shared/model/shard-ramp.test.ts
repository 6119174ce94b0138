import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shardNumber, shardStep } from '#shared/model/shard-ramp.ts'

const end = 2n ** 128n - 1n

describe('shardStep', () => {
  test('the only shard stands in the middle', () => {
    expect(shardStep('0', String(end))).toBe(7)
  })

  test('sixteen equal shards take the sixteen steps', () => {
    const width = 2n ** 124n
    const steps = Array.from({ length: 16 }, (_, at) => shardStep(String(BigInt(at) * width), String(BigInt(at + 1) * width - 1n)))
    expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
  })

  test('both edges are on the ramp', () => {
    expect(shardStep('0', '0')).toBe(0)
    expect(shardStep(String(end), String(end))).toBe(15)
  })

  test('children of a split stand on both sides of their parent', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, end), fc.bigInt(0n, end), (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a]
        const middle = (from + to) / 2n
        const parent = shardStep(String(from), String(to))
        expect(shardStep(String(from), String(middle))).toBeLessThanOrEqual(parent)
        expect(shardStep(String(middle), String(to))).toBeGreaterThanOrEqual(parent)
      }),
    )
  })
})

test('a shard is called by its number, anything else by its name', () => {
  expect(shardNumber('shardId-000000000004')).toBe('004')
  expect(shardNumber('shardId-000000001234')).toBe('1234')
  expect(shardNumber('shardId-000000000000')).toBe('000')
  expect(shardNumber('odd')).toBe('odd')
})
