import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StartPosition } from '#shared/model/stream.ts'
import { describeFrom, formatFrom, parseFrom, parseInstant } from '../../../../renderer/data/position.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 30)

describe('parseFrom', () => {
  test.each<[string, StartPosition | null]>([
    ['trim_horizon', { type: 'TRIM_HORIZON' }],
    ['TRIM_HORIZON', { type: 'TRIM_HORIZON' }],
    ['latest', { type: 'LATEST' }],
    ['-15m', { type: 'AT_TIMESTAMP', at: NOW - 900_000 }],
    ['-1d', { type: 'AT_TIMESTAMP', at: NOW - 86_400_000 }],
    ['2026-11-22T14:17Z', { type: 'AT_TIMESTAMP', at: Date.UTC(2026, 10, 22, 14, 17) }],
    ['at:shardId-000000000003:495903', { type: 'AT_SEQUENCE_NUMBER', shardId: 'shardId-000000000003', sequenceNumber: '495903' }],
    ['after:shardId-000000000003:495903', { type: 'AFTER_SEQUENCE_NUMBER', shardId: 'shardId-000000000003', sequenceNumber: '495903' }],
    ['', null],
    ['yesterday', null],
    ['-15', null],
    ['at:shardId-000000000003:12x', null],
  ])('%s', (text, position) => {
    expect(parseFrom(text, NOW)).toEqual(position)
  })

  test('reads back what it writes', () => {
    const position = fc.oneof(
      fc.constant<StartPosition>({ type: 'TRIM_HORIZON' }),
      fc.constant<StartPosition>({ type: 'LATEST' }),
      fc.integer({ min: 0, max: 4e12 }).map((at): StartPosition => ({ type: 'AT_TIMESTAMP', at })),
      fc.record({ shard: fc.nat(9_999), sequence: fc.bigInt({ min: 0n, max: 10n ** 128n }) }).map(
        ({ shard, sequence }): StartPosition => ({
          type: 'AFTER_SEQUENCE_NUMBER',
          shardId: `shardId-${String(shard).padStart(12, '0')}`,
          sequenceNumber: String(sequence),
        }),
      ),
    )
    fc.assert(fc.property(position, (position) => {
        expect(parseFrom(formatFrom(position), NOW)).toEqual(position)
      }),
    )
  })
})

describe('parseInstant', () => {
  test('takes the zone into account', () => {
    expect(parseInstant('2026-11-22 14:17:05.250+01:00')).toBe(Date.UTC(2026, 10, 22, 13, 17, 5, 250))
    expect(parseInstant('2026-11-22T14:17-0530')).toBe(Date.UTC(2026, 10, 22, 19, 47))
    expect(parseInstant('2026-11-22 14:17 UTC')).toBe(Date.UTC(2026, 10, 22, 14, 17))
  })
  test.each(['2026-11-22T14:17', '2026-02-30T00:00Z', '2026-11-22T24:00Z', '2026-11-22T14:60Z', '14:17Z', 'now'])('refuses %s', (text) => {
    expect(parseInstant(text)).toBeNull()
  })
})

test('positions in words', () => {
  expect(describeFrom('-5m')).toBe('last 5 minutes')
  expect(describeFrom('-1h')).toBe('last hour')
  expect(describeFrom('trim_horizon')).toBe('trim horizon')
  expect(describeFrom('2026-11-22T14:17:00Z')).toBe('2026-11-22 14:17:00 UTC')
  expect(describeFrom('at:shardId-000000000003:4959033827149')).toBe('shard 003, …033827149')
  expect(describeFrom('nonsense')).toBe('an unknown position')
})
