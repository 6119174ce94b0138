import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readColumns } from '../../../electron/kinesis/get-records-columns.ts'
import { readRecordsPage } from '../../../electron/kinesis/get-records-page.ts'
import { columnsOf, holdColumns, recordsFrom, sdkRecordsFrom } from '../../../electron/kinesis/page-columns.ts'
import { sparePages } from '../../../electron/kinesis/spare-pages.ts'

const room = (size: number) => Buffer.allocUnsafeSlow(size)
const read = (body: string) => readColumns(Buffer.from(body), room)

const record = (n: number, more: object = {}) => ({
  SequenceNumber: `4959033827149025660855969253836157109592157598913658889${n}`,
  ApproximateArrivalTimestamp: 1_607_497_475.123 + n,
  Data: Buffer.from(`{"n":${n}}`).toString('base64'),
  PartitionKey: `customer-${n}`,
  ...more,
})
const page = (records: object[]) => JSON.stringify({ Records: records, NextShardIterator: 'next', MillisBehindLatest: 7 })

const ascii = fc.string({ unit: fc.constantFrom(...' !#$%&()*+,-./0123456789:;<=>?@ABCXYZ[]^_`abcxyz{|}~'), maxLength: 40 })
const entry = (encryption: object) =>
  fc
    .record({
      SequenceNumber: fc.bigInt({ min: 0n, max: 10n ** 56n }).map(String),
      ApproximateArrivalTimestamp: fc.nat(2_000_000_000_000).map((ms) => ms / 1000),
      Data: fc.uint8Array({ maxLength: 60 }).map((data) => Buffer.from(data).toString('base64')),
      PartitionKey: ascii,
    })
    .chain((members) => fc.shuffledSubarray(Object.entries({ ...members, ...encryption }), { minLength: 4 + Object.keys(encryption).length }))
    .map((members) => Object.fromEntries(members))

describe('reading a page into columns', () => {
  it('gives the records that reading them one by one gives, whatever their order of members', () => {
    fc.assert(
      fc.property(
        fc.constantFrom({}, { EncryptionType: 'NONE' }).chain((encryption) => fc.array(entry(encryption), { minLength: 1, maxLength: 20 })),
        fc.constantFrom(undefined, 1, '\t'),
        (records, space) => {
          const body = JSON.stringify({ MillisBehindLatest: 7, Records: records, NextShardIterator: 'next' }, null, space)
          const found = read(body)
          if (found === null) throw new Error(`not read: ${body}`)
          const { columns, ...members } = found
          const expected = readRecordsPage(Buffer.from(body))
          expect({ ...members, Records: sdkRecordsFrom(columns) }).toEqual(expected)
        },
      ),
    )
  })

  it.each([
    ['no records', page([])],
    ['a record that lacks something', page([record(1), { ...record(2), PartitionKey: undefined }])],
    ['a null member', page([record(1, { Data: null })])],
    ['an empty record', page([record(1), {}])],
    ['an unknown member', page([record(1, { Extra: 1 })])],
    ['a member twice', '{"Records":[{"SequenceNumber":"1","SequenceNumber":"2","ApproximateArrivalTimestamp":1,"Data":"","PartitionKey":"k"}]}'],
    ['keys beyond ASCII', page([record(1, { PartitionKey: 'clé' })])],
    ['escaped keys', page([record(1, { PartitionKey: 'a"b' })])],
    ['encryption', page([record(1, { EncryptionType: 'KMS' })])],
    ['encryption of some', page([record(1), record(2, { EncryptionType: 'NONE' })])],
    ['encryption of some, first', page([record(1, { EncryptionType: 'NONE' }), record(2)])],
    ['base64 of the URL alphabet', page([record(1, { Data: 'YW-_' })])],
    ['children', JSON.stringify({ Records: [record(1)], ChildShards: [] })],
    ['an answer cut short', page([record(1)]).slice(0, -10)],
  ])('leaves %s to the other reading', (_, body) => {
    expect(read(body)).toBeNull()
  })

  it('puts all data into one buffer, without a copy, and keeps nothing of the body', () => {
    const body = Buffer.from(page([record(1), record(2), record(3)]))
    const columns = readColumns(body, room)?.columns
    body.fill(0)
    if (columns === undefined) throw new Error('not read')
    const records = recordsFrom(columns)
    expect(records.map(({ data }) => data.buffer === columns.data)).toEqual([true, true, true])
    expect(records.map(({ data }) => Buffer.from(data).toString())).toEqual(['{"n":1}', '{"n":2}', '{"n":3}'])
    expect(records.map(({ partitionKey }) => partitionKey)).toEqual(['customer-1', 'customer-2', 'customer-3'])
  })

  it('lets an output have them as the SDK would give them, for who asks', () => {
    const columns = read(page([record(1)]))?.columns
    if (columns === undefined) throw new Error('not read')
    const output: { NextShardIterator: string; Records?: unknown[] } = { NextShardIterator: 'next' }
    let given = 0
    holdColumns(output, columns, () => given++)
    expect(output).toEqual({ NextShardIterator: 'next', Records: readRecordsPage(Buffer.from(page([record(1)])))?.Records })
    columnsOf(output)?.giveBack()
    expect(given).toBe(1)
    expect(columnsOf({ ...output })).toBeUndefined()
  })
})

describe('memory for pages', () => {
  it('is used again once it was given back, and not hoarded', () => {
    const spare = sparePages()
    const first = spare.take(1_500_000)
    expect(first.length).toBe(6 * 256 * 1024)
    spare.giveBack(first.buffer as ArrayBuffer)
    expect(spare.take(1_550_000).buffer).toBe(first.buffer)
    expect(spare.take(1_550_000).buffer).not.toBe(first.buffer)
    const many = Array.from({ length: 20 }, () => spare.take(1_100_000).buffer as ArrayBuffer)
    for (const buffer of many) spare.giveBack(buffer)
    const again = new Set(Array.from({ length: 20 }, () => spare.take(1_100_000).buffer))
    expect(many.filter((buffer) => again.has(buffer)).length).toBeLessThanOrEqual(4)
  })
})
