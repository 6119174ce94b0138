import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RecordDetail } from '#shared/model/record.ts'
import { aggregate, isAggregate, type UserRecord } from '../../electron/decode/kpl.ts'
import { hashKeyOf } from '../../electron/kinesis/hash-key.ts'
import { detailOf } from '../../electron/search/record-view.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { verifyCapture } from '../../electron/store/verify.ts'
import { captureFixture, expectExactly } from '../fakes/capture-fixture.ts'
import type { CaptureFixture, TestStream } from '../fakes/capture-fixture.ts'
import { AggregatedRecord, peerBuilds, peerTakesApart, sealed } from '../unit/decode/kpl-peer.ts'

/** A real aggregate beside the checkout; a clone of the project alone has none. */
const realFile = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'kpl-aggregated-lambda-event.json')

let fixture: CaptureFixture
beforeAll(async () => {
  fixture = await captureFixture()
})
afterEach(() => fixture.stopCaptures())
afterAll(() => fixture[Symbol.asyncDispose]())

const users = (count: number, tag: string): UserRecord[] =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `${tag}-ключ-${n % 7}`, explicitHashKey: null, data: Buffer.from(n % 5 === 0 ? '' : `${tag} ${n} 😀`) }))

/** Captures what is on a stream, and everything that the inspector would say of it. */
const detailsOf = async (stream: TestStream): Promise<RecordDetail[]> => {
  const last = await fixture.capture(stream).finished
  expect(last).toMatchObject({ state: 'complete', failure: null, gaps: 0 })
  using reader = openCapture(stream.path)
  return reader.rows(1, reader.lastRow()).map(({ id }) => detailOf(reader, reader.record(id)!))
}

describe('a stream that a KPL producer writes to', () => {
  it('is captured by user records, as aws-kinesis-agg put them together', async () => {
    const stream = await fixture.createStream(2)
    const batches = Array.from({ length: 6 }, (_, n) => users(50, `batch${n}`))
    await fixture.put(
      stream,
      batches.map((batch) => {
        const { partitionKey, data } = peerBuilds(batch)
        return { partitionKey, explicitHashKey: null, data }
      }),
    )
    await detailsOf(stream)
    expectExactly(stream.path, batches.flat())
  })

  it('has tags on some, which are kept', async () => {
    const stream = await fixture.createStream(1)
    const tags = [{ key: 'trace', value: 'abc' }, { key: 'urgent' }]
    const message = AggregatedRecord.encode({
      partition_key_table: ['a'],
      records: [0, 1, 2].map((n) => ({ partition_key_index: 0, data: Buffer.from(`${n}`), tags: n === 1 ? tags : [] })),
    }).finish()
    await fixture.put(stream, [{ partitionKey: 'outer', explicitHashKey: null, data: sealed(message) }])
    const details = await detailsOf(stream)
    expect(details.map(({ tags }) => tags)).toEqual([[], [{ key: 'trace', value: 'abc' }, { key: 'urgent', value: null }], []])
    expect(verifyCapture(stream.path)).toMatchObject({ ok: true })
  })

  it('that does not know of a split yet puts records on a shard that is not theirs: they are shown, and flagged', async () => {
    const stream = await fixture.createStream(1)
    await fixture.split(stream)
    const batch = users(40, 'stale')
    await fixture.put(stream, [
      { partitionKey: 'outer', explicitHashKey: '0', data: aggregate(batch) },
      // Plain records go where their hash key says, which nobody is told afterwards.
      { partitionKey: 'plain', explicitHashKey: '0', data: Buffer.from('x') },
      { partitionKey: 'plain', explicitHashKey: String(2n ** 128n - 1n), data: Buffer.from('y') },
    ])
    const details = await detailsOf(stream)
    expect(details.filter(({ partitionKey }) => partitionKey === 'plain').map(({ outsideShard }) => outsideShard)).toEqual([false, false])
    const flagged = details.filter(({ partitionKey }) => partitionKey !== 'plain')
    const isUpper = batch.map(({ partitionKey }) => hashKeyOf(partitionKey) >= 2n ** 127n)
    expect(flagged.map(({ outsideShard }) => outsideShard)).toEqual(isUpper)
    expect(new Set(isUpper).size).toBe(2)
  })

  it.skipIf(!existsSync(realFile))('gives the user records of a real aggregate (../shared/data/kpl-aggregated-lambda-event.json)', async () => {
    const event = JSON.parse(readFileSync(realFile, 'utf8')) as { Records: { kinesis: { partitionKey: string; data: string } }[] }
    const aggregates = event.Records.map(({ kinesis }) => ({ partitionKey: kinesis.partitionKey, explicitHashKey: null, data: Buffer.from(kinesis.data, 'base64') }))
    expect(aggregates.every(({ data }) => isAggregate(data))).toBe(true)
    const stream = await fixture.createStream(1)
    await fixture.put(stream, aggregates)
    const details = await detailsOf(stream)
    const peers = aggregates.flatMap(({ data }) => peerTakesApart(data))
    expect(details.map((one) => [one.partitionKey, one.explicitHashKey, one.subsequence, one.dataBase64])).toEqual(
      peers.map((one) => [one.partitionKey, one.explicitPartitionKey ?? null, one.subSequenceNumber, one.data]),
    )
    expect(details[0]?.steps[1]).toMatchObject({ name: 'KPL aggregate', note: 'record 1 of 100, MD5 good' })
  })
})
