import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aggregate, takeApart, type UserRecord } from '../../../electron/decode/kpl.ts'
import { bytesField, varintField } from '../../../electron/decode/protobuf-wire.ts'
import { AggregatedRecord, messageOf, sealed, taken } from './kpl-peer.ts'

const user = (partitionKey: string, text: string, explicitHashKey: string | null = null): UserRecord => ({ partitionKey, explicitHashKey, data: Buffer.from(text) })
const key = (text: string): Buffer => bytesField(1, Buffer.from(text))
const hashKey = (text: string): Buffer => bytesField(2, Buffer.from(text))
/** A record of the message: fields as they are given. */
const entry = (...fields: Uint8Array[]): Buffer => bytesField(3, Buffer.concat(fields))
const data = (text: string): Buffer => bytesField(3, Buffer.from(text))
const of = (...fields: Uint8Array[]): ReturnType<typeof takeApart> => takeApart(sealed(Buffer.concat(fields)))

const userRecord = fc.record({
  partitionKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  explicitHashKey: fc.option(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String)),
  data: fc.uint8Array({ maxLength: 300 }),
})
const records = fc.array(userRecord, { minLength: 1, maxLength: 40 })

describe('KPL aggregates', () => {
  test('come apart as they were put together', () => {
    fc.assert(
      fc.property(records, (input) => {
        expect(taken(aggregate(input))).toEqual(input.map((record) => ({ ...record, tags: [] })))
      }),
    )
  })

  test('may be of one, of the same key many times, and of nothing but empty data', () => {
    expect(taken(aggregate([user('a', 'x')]))).toMatchObject([{ partitionKey: 'a', explicitHashKey: null }])
    const same = Array.from({ length: 500 }, () => user('a', '', '7'))
    expect(taken(aggregate(same))).toHaveLength(500)
    expect(AggregatedRecord.decode(messageOf(aggregate(same)))).toMatchObject({ partition_key_table: ['a'], explicit_hash_key_table: ['7'] })
  })

  test('may have their tables behind the records, and fields that nobody knows', () => {
    const unknown = [varintField(15, 9), bytesField(200, Buffer.from('later')), Buffer.from([9 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8]), Buffer.from([10 * 8 + 5, 1, 2, 3, 4])]
    const result = of(
      ...unknown,
      entry(...unknown, varintField(1, 1), varintField(2, 0), data('one'), bytesField(4, Buffer.concat([...unknown, key('t'), ...unknown]))),
      entry(data('two'), varintField(1, 0)),
      hashKey('12'),
      key('a'),
      ...unknown,
      key('b'),
    )
    expect(result).toMatchObject({ userRecords: [{ partitionKey: 'b', explicitHashKey: '12', tags: [{ key: 't', value: null }] }, { partitionKey: 'a', explicitHashKey: null, tags: [] }] })
  })

  test('with a field twice take the last, as protobuf does', () => {
    const message = Buffer.concat([key('a'), key('b'), entry(varintField(1, 0), data('first'), varintField(1, 1), data('last'))])
    const [record] = taken(sealed(message))
    expect([record?.partitionKey, Buffer.from(record?.data ?? []).toString()]).toEqual(['b', 'last'])
    expect(Buffer.from(AggregatedRecord.decode(message).records[0]!.data).toString()).toBe('last')
  })
})

describe('what is damaged says what is wrong and is kept as it came', () => {
  const good = Buffer.from(aggregate([user('a', 'hello', '12'), user('b', 'world')]))

  test('a wrong checksum, wherever the damage is', () => {
    expect(takeApart(Buffer.from('hello'))).toBeNull()
    expect(takeApart(Buffer.of())).toBeNull()
    for (const length of [4, 10, 19]) expect(takeApart(good.subarray(0, length))).toEqual({ failure: 'it ends before its checksum' })
    for (let at = 4; at < good.length; at++) {
      const bad = Buffer.from(good)
      bad[at]! ^= 1
      expect(takeApart(bad)).toEqual({ failure: 'its MD5 checksum does not match its content' })
    }
    expect(takeApart(Buffer.concat([good, Buffer.of(0)]))).toEqual({ failure: 'its MD5 checksum does not match its content' })
  })

  test.each([
    ['nothing in it', [], 'it holds no records'],
    ['keys, and no records', [key('a'), hashKey('1')], 'it holds no records'],
    ['a key beyond the table', [key('a'), entry(varintField(1, 0), data('x')), entry(varintField(1, 1), data('y'))], 'record 2 points to partition key 1 of 1'],
    ['no table of keys', [entry(varintField(1, 0), data('x'))], 'record 1 points to partition key 0 of 0'],
    ['a hash key beyond the table', [key('a'), hashKey('1'), entry(varintField(1, 0), varintField(2, 3), data('x'))], 'record 1 points to hash key 3 of 1'],
    ['no key', [key('a'), entry(data('x'))], 'record 1 has no partition key'],
    ['a key of another type', [key('a'), entry(bytesField(1, Buffer.of(0)), data('x'))], 'record 1 has no partition key'],
    ['no data', [key('a'), entry(varintField(1, 0))], 'record 1 has no data'],
    ['an index beyond all numbers', [key('a'), entry(Buffer.from([8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]), data('x'))], 'a number is out of range'],
    ['a number without an end', [key('a'), entry(Buffer.from([8, ...Array<number>(11).fill(255)]))], 'a number has no end'],
    ['a group', [key('a'), Buffer.from([3 * 8 + 3])], 'a field has an unknown type'],
    ['a field 0', [Buffer.from([0, 0])], 'a field has the number 0'],
    ['a cut off length', [key('a'), Buffer.from([3 * 8 + 2, 200])], 'a number is cut off'],
    ['a cut off field', [key('a'), Buffer.from([3 * 8 + 2, 20, 1])], 'a field is longer than its message'],
    ['a tag without a key', [key('a'), entry(varintField(1, 0), data('x'), bytesField(4, hashKey('value')))], 'a tag of record 1 has no key'],
    ['a tag that is cut off', [key('a'), entry(varintField(1, 0), data('x'), bytesField(4, Buffer.from([10, 9])))], 'a field is longer than its message'],
  ])('%s, with a good checksum over it', (_name, fields, failure) => {
    expect(of(...fields)).toEqual({ failure })
  })

  test('a message that was cut off before its checksum was made: no record of it is wrong', () => {
    const whole = messageOf(aggregate(Array.from({ length: 9 }, (_, at) => user(`key-${at % 3}`, `data ${at}`, at % 2 === 0 ? String(at) : null))))
    const all = taken(sealed(whole))
    let failures = 0
    for (let length = 0; length < whole.length; length++) {
      const result = takeApart(sealed(whole.subarray(0, length)))
      if (result !== null && 'userRecords' in result) expect(taken(sealed(whole.subarray(0, length)))).toEqual(all.slice(0, result.userRecords.length))
      else failures += 1
    }
    expect(failures).toBeGreaterThan(whole.length / 2)
  })

  test('garbage with a good checksum, without ever throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (message) => {
        expect(takeApart(sealed(message))).not.toBeNull()
      }),
      { numRuns: 2000 },
    )
  })
})
