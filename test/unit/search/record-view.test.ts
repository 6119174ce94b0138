import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RecordDetail } from '#shared/model/record.ts'
import type { Shard } from '#shared/model/stream.ts'
import { unpack } from '../../../electron/capture/unpack.ts'
import { aggregate, type UserRecord } from '../../../electron/decode/kpl.ts'
import { detailOf } from '../../../electron/search/record-view.ts'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { createCapture } from '../../../electron/store/capture-writer.ts'
import { meta, record, shard, testFolder, write } from '../store/fixtures.ts'

const last = 2n ** 128n - 1n
const half = 2n ** 127n
const user = (partitionKey: string, explicitHashKey: string | null = null): UserRecord => ({ partitionKey, explicitHashKey, data: Buffer.from('x') })
const md5 = (key: string): bigint => BigInt(`0x${createHash('md5').update(key).digest('hex')}`)
/** A key of the lower and one of the upper half: their MD5 begin with 0c and 90. */
const [low, high] = ['a', 'abc']

/** The details of what one Kinesis record becomes, on a shard of a range of hash keys. */
function detailsOf(data: Uint8Array, range: Partial<Shard> = {}): RecordDetail[] {
  const path = join(testFolder(), 'a.kinescope')
  using writer = createCapture(path, meta, { durable: false })
  writer.putShards([{ ...shard(0), ...range }])
  writer.append([write(0, unpack({ ...record(0), data }))], [])
  using reader = openCapture(path)
  return reader.rows(1, reader.lastRow()).map(({ id }) => detailOf(reader, reader.record(id)!))
}
const flags = (...rest: Parameters<typeof detailsOf>): boolean[] => detailsOf(...rest).map(({ outsideShard }) => outsideShard)
const range = (start: bigint, end: bigint) => ({ startingHashKey: String(start), endingHashKey: String(end) })

describe('a user record whose key is outside of its shard', () => {
  test('is flagged, and those whose key is within are not', () => {
    expect(md5(low) < half && md5(high) >= half).toBe(true)
    expect(flags(aggregate([user(low), user(high)]), range(0n, half - 1n))).toEqual([false, true])
    expect(flags(aggregate([user(low), user(high)]), range(half, last))).toEqual([true, false])
  })

  test('by its explicit hash key where it has one, up to the very ends of the range', () => {
    const keys = [half - 1n, half, half + 5n, half + 6n]
    expect(flags(aggregate(keys.map((key) => user(low, String(key)))), range(half, half + 5n))).toEqual([true, false, false, true])
    expect(flags(aggregate([user(low, String(half))]), range(0n, half - 1n))).toEqual([true])
  })

  test('whatever the keys and the split', () => {
    const hash = fc.bigInt({ min: 0n, max: last })
    const one = fc.record({ partitionKey: fc.string({ unit: 'grapheme', minLength: 1 }), explicitHashKey: fc.option(hash.map(String)), data: fc.constant(Buffer.from('x')) })
    fc.assert(
      fc.property(fc.array(one, { minLength: 2, maxLength: 5 }), hash, hash, (users, a, b) => {
        const [start, end] = a < b ? [a, b] : [b, a]
        const hashes = users.map(({ partitionKey, explicitHashKey }) => (explicitHashKey === null ? md5(partitionKey) : BigInt(explicitHashKey)))
        expect(flags(aggregate(users), range(start, end))).toEqual(hashes.map((key) => end > 0n && (key < start || key > end)))
      }),
      { numRuns: 25 },
    )
  })

  test('is not flagged where the file does not know the range', () => {
    const both = aggregate([user(low), user(high)])
    // The whole range: an import, or a salvage that has lost its shards. 0 to 0: a listing that told none.
    for (const unknown of [range(0n, last), range(0n, 0n), { startingHashKey: '', endingHashKey: 'x' }]) expect(flags(both, unknown)).toEqual([false, false])
  })

  test('is never a plain record: it may have been put by a hash key that Kinesis does not tell', () => {
    expect(flags(Buffer.from('{"plain":true}'), range(0n, 1n))).toEqual([false])
  })

  test('with a hash key that is no number goes by its partition key', () => {
    expect(flags(aggregate([user(low, 'hello'), user(high, '-1')]), range(0n, half - 1n))).toEqual([false, true])
  })
})

describe('the steps of decoding', () => {
  const good = Buffer.from(aggregate([user('a'), user('b')]))

  test('say of a damaged aggregate what is wrong with it, and show it as it came', () => {
    const bad = Buffer.from(good)
    bad[bad.length - 1]! ^= 1
    const [detail] = detailsOf(bad)
    expect(detail).toMatchObject({ format: 'binary', dataBase64: bad.toString('base64'), outsideShard: false, tags: [] })
    expect(detail?.steps.map(({ name, failure }) => [name, failure])).toEqual([
      ['Kinesis record', null],
      ['KPL aggregate', 'is damaged: its MD5 checksum does not match its content'],
      ['binary', null],
    ])
  })

  test('say of an aggregate within a user record that it is one', () => {
    const [inner] = detailsOf(aggregate([{ ...user('outer'), data: good }, user('b')]))
    expect(inner?.steps.map(({ name, note }) => [name, note]).slice(1, 3)).toEqual([
      ['KPL aggregate', 'record 1 of 2, MD5 good'],
      ['KPL aggregate', '2 records, MD5 good'],
    ])
  })
})
