import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { storedText } from '../../../electron/decode/decode-record.ts'
import { createCapture } from '../../../electron/store/capture-writer.ts'
import type { CaptureWriter } from '../../../electron/store/capture-writer.ts'
import type { PlainQuery, PlainRecord } from './brute-force.ts'

/** Words that fold in all the ways there are, and that JSON can write otherwise. */
const words = ['alpha', 'ALPHA', 'Straße', 'straſſe', 'Kelvin', '\u212aelvin', 'İstanbul', 'ıstanbul', 'ΣΊΣΥΦΟΣ', 'σίσυφος', 'naïve', 'NAÏVE', 'a/b', 'x"y', 'tab\there', '日本語', '😀🎉', 'c:\\dir', 'PT', 'pt', '', '5', '007', 'true', 'a*b', '\ufffd']
const numbers = ['5', '5.0', '0.5e1', '1000', '1e3', '1E+3', '1000.00', '-0', '0', '12345678901234567890', '12345678901234567891', '-7.25', '0.1']
const names = ['a', 'b', 'name', 'total', 'Ä', 'a.b', 'long-name', 'e']
const paths = ['a', 'b', 'name', 'total', 'Ä', 'a.b', 'a.name', 'b.a.b', 'long-name', 'e', 'a.a', 'missing']

const escaped = (text: string): string => JSON.stringify(text).replace(/[^"\\]/gu, (sign) => (sign.length === 1 && sign.charCodeAt(0) % 3 === 0 ? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}` : sign))

const string = fc.tuple(fc.constantFrom(...words), fc.boolean()).map(([word, isEscaped]) => (isEscaped && !word.includes('\\') && !word.includes('"') && !word.includes('\t') ? escaped(word) : JSON.stringify(word)))
const { value: jsonText } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    string,
    fc.constantFrom(...numbers),
    fc.constantFrom('true', 'false', 'null', '"1e3"', '"5"', '[]', '{}'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' , ')}]`),
    fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 4 }).map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  ),
}))
const object = fc.array(fc.tuple(fc.constantFrom(...names), jsonText), { minLength: 1, maxLength: 4 }).map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`)
const prose = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 }).map((found) => found.join(' '))

const payload: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 6, arbitrary: object.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: object.map((text) => Buffer.from(`\ufeff${text}`)) },
  { weight: 2, arbitrary: object.map((text) => gzipSync(text)) },
  { weight: 1, arbitrary: object.map((text) => Buffer.from(text.slice(0, -1))) },
  { weight: 3, arbitrary: prose.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: prose.map((text) => Buffer.from(text, 'latin1')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
)

const start = Date.parse('2026-01-01T00:00:00.000Z')
const key = fc.oneof(fc.constantFrom('alpha', 'Alpha', 'order-4711', 'Kelvin'), fc.nat(500).map((number) => `customer-${number}`))

export const someRecord = fc.record({ data: payload, partitionKey: key, shard: fc.nat(3), arrival: fc.nat(5000) })
export type SomeRecord = typeof someRecord extends fc.Arbitrary<infer T> ? T : never

const operator = fc.constantFrom('>', '>=', '<', '<=')
const term = fc.tuple(fc.constantFrom(...words, 'lph', 'ΊΣΥ', 'é', 'customer-1', '":', 'SSE', '\t'), fc.nat(2)).map(([word, cut]) => (Array.from(word).length > cut + 1 ? Array.from(word).slice(cut).join('') : word))
const plain = words.filter((word) => /^[\p{L}\p{N}]+$/u.test(word))
const clause: fc.Arbitrary<PlainQuery> = fc.oneof(
  { weight: 4, arbitrary: term.filter((text) => text !== '').map((text) => ({ is: 'text' as const, text })) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('equals' as const), path: fc.constantFrom(...paths), value: fc.constantFrom(...words, ...numbers), quoted: fc.constant(true) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('equals' as const), path: fc.constantFrom(...paths), value: fc.constantFrom(...plain, ...numbers, '*', 'al*', '*LPH?', '?', '1*0', '*ß*', '日??', '*.0'), quoted: fc.constant(false) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('order' as const), path: fc.constantFrom(...paths), operator, value: fc.constantFrom(...numbers) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('range' as const), path: fc.constantFrom(...paths), from: fc.constantFrom('*', ...numbers), to: fc.constantFrom('*', ...numbers) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('meta' as const), name: fc.constant('_key'), operator: fc.constant(''), value: fc.constantFrom('alpha', 'order-4711', 'customer-*', '*4711', 'c*9', 'nobody-at-all') }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('meta' as const), name: fc.constant('_shard'), operator: fc.constant(''), value: fc.constantFrom('3', '003', 'shardId-000000000002', '9') }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('meta' as const), name: fc.constant('_seq'), operator: fc.oneof(operator, fc.constant('')), value: fc.nat(900).map((at) => String(sequence(at))) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('meta' as const), name: fc.constant('_size'), operator: fc.oneof(operator, fc.constant('')), value: fc.nat(60).map(String) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('meta' as const), name: fc.constant('_time'), operator: fc.oneof(operator, fc.constant('')), value: fc.nat(5000).map((at) => new Date(start + at).toISOString()) }) },
)
export const someQuery: fc.Arbitrary<PlainQuery> = fc.letrec<{ query: PlainQuery }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    clause,
    fc.record({ is: fc.constantFrom('and' as const, 'or' as const), left: tie('query'), right: tie('query') }),
    fc.record({ is: fc.constant('not' as const), of: tie('query') }),
  ),
})).query

const sequence = (at: number): bigint => 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n + BigInt(at)

/** A folder for captures that is gone when the test is. */
export const captureFolder = (): { folder: string; remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-search-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export const makeCapture = (path: string): CaptureWriter => {
  const writer = createCapture(
    path,
    {
      streamArn: 'arn:aws:kinesis:eu-west-1:111111111111:stream/orders',
      streamName: 'orders',
      streamCreatedAt: null,
      endpoint: null,
      region: 'eu-west-1',
      account: '111111111111',
      connectionId: null,
      from: { type: 'TRIM_HORIZON' },
      dueFrom: null,
      filter: null,
      createdAt: start,
      tool: 'test',
      name: null,
    },
    { durable: false },
  )
  writer.putShards(
    Array.from({ length: 4 }, (_, at) => ({ shardId: shardId(at), parentShardId: null, adjacentParentShardId: null, startingHashKey: '0', endingHashKey: '1', startingSequenceNumber: '1', endingSequenceNumber: null })),
  )
  return writer
}

const shardId = (at: number): string => `shardId-${String(at).padStart(12, '0')}`

export const asStored = (record: SomeRecord, id: number): PlainRecord => ({
  id,
  data: record.data,
  text: storedText(record.data),
  partitionKey: record.partitionKey,
  shardId: shardId(record.shard),
  sequenceNumber: String(sequence(id)),
  arrival: start + record.arrival,
})

/** Appends in one transaction; ids count on from `firstId`. Returns the records as the brute force wants them. */
export const append = (writer: CaptureWriter, records: readonly SomeRecord[], firstId: number): PlainRecord[] => {
  const stored = records.map((record, at) => asStored(record, firstId + at))
  const checkpoint = { sequenceNumber: null, ended: false, heldFrom: null }
  writer.append(
    stored.map((record) => ({ shardId: record.shardId, checkpoint, records: [{ ...record, subsequence: 0, explicitHashKey: null }] })),
    [],
  )
  return stored
}

export const inOrder = (records: readonly PlainRecord[]): number[] => records.toSorted((a, b) => a.arrival - b.arrival || a.id - b.id).map(({ id }) => id)
