import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../../electron/sandbox/random.ts'

const draw = (seed: number) => {
  const random = createRandom(seed)
  return [random.next(), random.int(1, 1000), random.hex(7), random.uuid(), random.pick(['a', 'b', 'c']), random.count(10), random.weighted([['x', 1], ['y', 2]])]
}

test('the same seed gives the same values, another seed others', () => {
  expect(draw(5)).toEqual(draw(5))
  expect(draw(5)).not.toEqual(draw(6))
})

test('values stay within what was asked for', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.nat(1000), fc.nat(64), (seed, low, width, digits) => {
      const random = createRandom(seed)
      const value = random.int(low, low + width)
      expect(value).toBeGreaterThanOrEqual(low)
      expect(value).toBeLessThanOrEqual(low + width)
      expect(Number.isInteger(value)).toBe(true)
      expect(random.hex(digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`))
      expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }),
  )
})

test.each([0, 0.3, 4, 60, 400])('counts around %d have that mean, and its spread', (mean) => {
  const random = createRandom(1)
  const counts = Array.from({ length: 3000 }, () => random.count(mean))
  const average = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const variance = counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / counts.length
  expect(Math.abs(average - mean)).toBeLessThanOrEqual(0.1 * mean)
  expect(Math.abs(variance - mean)).toBeLessThanOrEqual(0.15 * mean)
})

test('weights are followed', () => {
  const random = createRandom(2)
  const drawn = Array.from({ length: 4000 }, () => random.weighted([['often', 9], ['rarely', 1]]))
  expect(drawn.filter((value) => value === 'rarely').length / 4000).toBeCloseTo(0.1, 1)
})
