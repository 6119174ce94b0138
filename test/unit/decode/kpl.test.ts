import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aggregate, isAggregate, takeApart } from '../../../electron/decode/kpl.ts'

interface PeerRecord {
  partitionKey: string
  explicitPartitionKey?: string
  data: string
  subSequenceNumber: number
}
interface Peer {
  deaggregateSync(record: object, checksums: boolean, done: (error: Error | null, records?: PeerRecord[]) => void): void
  RecordAggregator: new () => {
    addUserRecord(record: object): void
    build(): { partitionKey: string; data: Buffer }
  }
}
const peer = createRequire(import.meta.url)('aws-kinesis-agg') as Peer

const peerTakesApart = (data: Uint8Array): PeerRecord[] => {
  let result: PeerRecord[] = []
  peer.deaggregateSync({ kinesisSchemaVersion: '1.0', data: Buffer.from(data).toString('base64'), partitionKey: 'outer', sequenceNumber: '1' }, true, (error, records) => {
    if (error) throw error
    result = records ?? []
  })
  return result
}

const userRecord = fc.record({
  partitionKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  explicitHashKey: fc.option(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(String)),
  data: fc.uint8Array({ maxLength: 300 }),
})
const records = fc.array(userRecord, { minLength: 1, maxLength: 40 })

const taken = (data: Uint8Array) => {
  const result = takeApart(data)
  if (result === null || !('userRecords' in result)) throw new Error(`not taken apart: ${JSON.stringify(result)}`)
  return result.userRecords
}

describe('KPL aggregates', () => {
  test('come apart as they were put together', () => {
    fc.assert(
      fc.property(records, (input) => {
        const output = taken(aggregate(input))
        expect(output.map(({ tags, ...record }) => ({ ...record, data: Uint8Array.from(record.data), tags: tags.length }))).toEqual(
          input.map((record) => ({ ...record, tags: 0 })),
        )
      }),
    )
  })

  // The peer takes an absent hash key for the first of the table: all records have one, or none has.
  const allOrNone = fc.tuple(records, fc.boolean()).map(([input, some]) => input.map((record) => ({ ...record, explicitHashKey: some ? (record.explicitHashKey ?? '7') : null })))

  test('are read by aws-kinesis-agg', () => {
    fc.assert(
      fc.property(allOrNone, (input) => {
        expect(
          peerTakesApart(aggregate(input)).map((record) => ({
            partitionKey: record.partitionKey,
            explicitHashKey: record.explicitPartitionKey ?? null,
            data: record.data,
            subsequence: record.subSequenceNumber,
          })),
        ).toEqual(
          input.map((record, subsequence) => ({
            partitionKey: record.partitionKey,
            explicitHashKey: record.explicitHashKey,
            data: Buffer.from(record.data).toString('base64'),
            subsequence,
          })),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('of aws-kinesis-agg are read', () => {
    const aggregator = new peer.RecordAggregator()
    const input = Array.from({ length: 30 }, (_, at) => ({ partitionKey: `key-${at % 7}`, explicitHashKey: String(at % 3), data: Buffer.from(`payload ${at} é`) }))
    for (const record of input) aggregator.addUserRecord({ ...record })
    const output = taken(aggregator.build().data)
    expect(output.map(({ partitionKey, explicitHashKey, data }) => ({ partitionKey, explicitHashKey, data: Buffer.from(data).toString() }))).toEqual(
      input.map((record) => ({ ...record, data: record.data.toString() })),
    )
  })

  test('that are damaged say what is wrong and are kept as they came', () => {
    const good = Buffer.from(aggregate([{ partitionKey: 'a', explicitHashKey: null, data: Buffer.from('hello') }]))
    expect(takeApart(Buffer.from('hello'))).toBeNull()
    expect(takeApart(good.subarray(0, 10))).toEqual({ failure: 'it ends before its checksum' })
    for (let at = 4; at < good.length; at++) {
      const bad = Buffer.from(good)
      bad[at]! ^= 1
      expect(takeApart(bad)).toEqual({ failure: 'its MD5 checksum does not match its content' })
    }
    expect(takeApart(aggregate([]))).toEqual({ failure: 'it holds no records' })
  })

  test('with good checksums over garbage never crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (message) => {
        const empty = Buffer.from(aggregate([]))
        const md5 = createHash('md5').update(message).digest()
        const result = takeApart(Buffer.concat([empty.subarray(0, 4), message, md5]))
        expect(result).not.toBeNull()
      }),
      { numRuns: 2000 },
    )
  })

  const realFile = new URL('../../../../shared/data/kpl-aggregated-lambda-event.json', import.meta.url)
  test.skipIf(!existsSync(realFile))('a real aggregate of a Lambda event holds 100 user records (needs ../shared/data)', () => {
    const event = JSON.parse(readFileSync(realFile, 'utf8')) as { Records: { kinesis: { data: string } }[] }
    const aggregates = event.Records.map((record) => Buffer.from(record.kinesis.data, 'base64')).filter(isAggregate)
    expect(aggregates.length).toBeGreaterThan(0)
    for (const data of aggregates) {
      const ours = taken(data)
      const theirs = peerTakesApart(data)
      expect(ours.map((record) => [record.partitionKey, Buffer.from(record.data).toString('base64')])).toEqual(theirs.map((record) => [record.partitionKey, record.data]))
    }
    expect(taken(aggregates[0]!)).toHaveLength(100)
  })
})
