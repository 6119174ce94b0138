import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { unpack } from '../../../electron/capture/unpack.ts'
import { aggregate } from '../../../electron/decode/kpl.ts'
import { bytesField, varintField } from '../../../electron/decode/protobuf-wire.ts'

const outer = { sequenceNumber: '7', arrival: 5, partitionKey: 'outer', data: Buffer.from('plain') }
const user = (partitionKey: string, data: Uint8Array) => ({ partitionKey, explicitHashKey: null, data })

const tag = (key: string, value: string | null): Buffer =>
  bytesField(4, Buffer.concat([bytesField(1, Buffer.from(key)), ...(value === null ? [] : [bytesField(2, Buffer.from(value))])]))

/** An aggregate of two records of one key, the first with tags. */
const withTags = (...tags: Buffer[]): Buffer => {
  const message = Buffer.concat([
    bytesField(1, Buffer.from('inner')),
    bytesField(3, Buffer.concat([varintField(1, 0), bytesField(3, Buffer.from('one')), ...tags])),
    bytesField(3, Buffer.concat([varintField(1, 0), bytesField(3, Buffer.from('two'))])),
  ])
  return Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, createHash('md5').update(message).digest()])
}

describe('the rows of a Kinesis record', () => {
  test('are itself, where it is no aggregate', () => {
    expect(unpack(outer)).toEqual([{ sequenceNumber: '7', subsequence: 0, arrival: 5, partitionKey: 'outer', explicitHashKey: null, data: outer.data, text: null }])
  })

  test('are the user records of an aggregate, with tags only where there are any', () => {
    const rows = unpack({ ...outer, data: withTags(tag('a', '1'), tag('a', null), tag('', 'é')) })
    expect(rows.map(({ partitionKey, subsequence, data }) => [partitionKey, subsequence, Buffer.from(data).toString()])).toEqual([['inner', 0, 'one'], ['inner', 1, 'two']])
    expect(rows[0]?.tags).toEqual([{ key: 'a', value: '1' }, { key: 'a', value: null }, { key: '', value: 'é' }])
    expect(rows[1]).not.toHaveProperty('tags')
  })

  test('of an aggregate of one are that one', () => {
    expect(unpack({ ...outer, data: aggregate([user('inner', Buffer.from('x'))]) })).toMatchObject([{ partitionKey: 'inner', subsequence: 0, sequenceNumber: '7' }])
  })

  test('of an aggregate that holds an aggregate keep the inner one as data: KPL does not nest', () => {
    const inner = aggregate([user('deep', Buffer.from('x')), user('deeper', Buffer.from('y'))])
    const rows = unpack({ ...outer, data: aggregate([user('a', inner), user('b', Buffer.from('z'))]) })
    expect(rows.map(({ partitionKey, data }) => [partitionKey, Buffer.from(data).toString('hex')])).toEqual([['a', Buffer.from(inner).toString('hex')], ['b', '7a']])
  })

  test('of a damaged aggregate are itself, byte for byte', () => {
    const data = Buffer.from(withTags())
    data[data.length - 1]! ^= 1
    expect(unpack({ ...outer, data })).toMatchObject([{ partitionKey: 'outer', subsequence: 0, data }])
  })
})
