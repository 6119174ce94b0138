import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advanced, compareDecimals, isRepeat, iteratorPlace, opened, positionAt, resumeStart, sequenceTime, startOfShard } from '../../../electron/kinesis/position.ts'

describe('a position', () => {
  it('opens where it starts, then after the last record', () => {
    const start = positionAt({ type: 'AT_TIMESTAMP', at: 5 })
    expect(iteratorPlace(start)).toEqual({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(5) })
    expect(iteratorPlace(advanced(start, '7'))).toEqual({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '7' })
  })

  it('holds LATEST as the server’s time minus two seconds until the first record', () => {
    const latest = positionAt({ type: 'LATEST' })
    expect(iteratorPlace(latest)).toEqual({ ShardIteratorType: 'LATEST' })
    const held = opened(latest, 10_000)
    expect(iteratorPlace(held)).toEqual({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(8000) })
    // A second opening does not move it: what came between would be lost.
    expect(opened(held, 20_000)).toEqual(held)
    expect(opened(latest, null)).toEqual(latest)
    expect(opened(positionAt({ type: 'TRIM_HORIZON' }), 10_000).heldFrom).toBeNull()
  })

  it('resumes after the checkpoint’s record, else at its held time, else where it would begin', () => {
    const otherwise = { type: 'TRIM_HORIZON' } as const
    expect(resumeStart({ sequenceNumber: '3', heldFrom: 9 }, otherwise)).toEqual({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '3', resumed: true })
    expect(resumeStart({ sequenceNumber: null, heldFrom: 9 }, otherwise)).toEqual({ type: 'AT_TIMESTAMP', at: 9 })
    expect(resumeStart({ sequenceNumber: null, heldFrom: null }, otherwise)).toEqual(otherwise)
  })

  it('knows what it had', () => {
    const after = positionAt({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '100' })
    expect(isRepeat(after, '99')).toBe(true)
    expect(isRepeat(after, '100')).toBe(true)
    expect(isRepeat(after, '1000')).toBe(false)
    expect(isRepeat(advanced(after, '1000'), '999')).toBe(true)
    expect(isRepeat(positionAt({ type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '100' }), '100')).toBe(false)
  })

  it('gives a sequence number to its own shard only', () => {
    const from = { type: 'AT_SEQUENCE_NUMBER', shardId: 'a', sequenceNumber: '5' } as const
    expect(startOfShard(from, 'a')).toEqual({ type: 'AT_SEQUENCE_NUMBER', sequenceNumber: '5' })
    expect(startOfShard(from, 'b')).toEqual({ type: 'TRIM_HORIZON' })
  })
})

describe('sequence numbers', () => {
  it('compare as numbers', () => {
    const sequence = fc.bigInt({ min: 0n, max: 10n ** 129n - 1n })
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        expect(Math.sign(compareDecimals(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })

  it('hint at their second where they have the layout that AWS uses', () => {
    // From the documentation of aws kinesis put-record.
    expect(new Date(sequenceTime('49590338271490256608559692538361571095921575989136588898') ?? 0).toISOString()).toBe('2018-12-17T22:10:50.000Z')
    expect(sequenceTime('1')).toBeNull()
    expect(sequenceTime('9'.repeat(56))).toBeNull()
  })
})
