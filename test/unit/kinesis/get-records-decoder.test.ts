import { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { GetRecordsCommand, KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultOf } from '../../../electron/kinesis/fault.ts'
import { withRecordsDecoder } from '../../../electron/kinesis/get-records-decoder.ts'
import type { RecordsDecoderOptions } from '../../../electron/kinesis/get-records-decoder.ts'
import { readRecordsPage } from '../../../electron/kinesis/get-records-page.ts'

interface Answer {
  body: Buffer | Readable
  status?: number
  headers?: Record<string, string>
}

/** A client whose server gives these answers, one after the other. */
const clientOf = (answers: Answer[]) =>
  new KinesisClient({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      handle: () => {
        const { body, status = 200, headers = {} } = answers.shift() ?? { body: Buffer.from('{}') }
        const stream = body instanceof Readable ? body : Readable.from(body.length === 0 ? [] : [body.subarray(0, 7), body.subarray(7)])
        return Promise.resolve({ response: { statusCode: status, headers: { 'X-Amzn-RequestId': 'id', ...headers }, body: stream, reason: '' } })
      },
    } as never,
  })
const get = () => new GetRecordsCommand({ ShardIterator: 'iterator' })
const stock = (body: Buffer | string) => clientOf([{ body: Buffer.from(body) }]).send(get())

const record = (n: number, more: object = {}) => ({
  SequenceNumber: `4959033827149025660855969253836157109592157598913658889${n}`,
  ApproximateArrivalTimestamp: 1_607_497_475.123 + n,
  Data: Buffer.from(`{"n":${n}}`).toString('base64'),
  PartitionKey: `customer-${n}`,
  ...more,
})
const page = (...records: object[]) => JSON.stringify({ Records: records, NextShardIterator: 'next', MillisBehindLatest: 0 })

/** Our reading equals the SDK's, or there is none; returns whether there is one. */
const agrees = async (body: Buffer | string): Promise<boolean> => {
  const ours = readRecordsPage(Buffer.from(body))
  if (ours === null) return false
  // It throws where the SDK refuses what we read.
  const { $metadata: _, ...theirs } = await stock(body)
  expect(isDeepStrictEqual(ours, theirs)).toBe(true)
  return true
}

const escaped = (text: string, how: number) =>
  how > 0 ? JSON.stringify(text) : `"${[...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`

/** JSON as odd servers may write it: in any order, with any space, with escapes where none are needed. */
const written = (): fc.Arbitrary<string> => {
  const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r ')
  const text = fc.tuple(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Za-z0-9+/]{0,12}={0,3}$/)), fc.nat(5)).map(([value, how]) => escaped(value, how))
  const base64 = fc.uint8Array({ maxLength: 40 }).map((data) => `"${Buffer.from(data).toString('base64')}"`)
  const number = fc.oneof(fc.nat().map(String), fc.double().map(String), fc.constantFrom('1607497475.123', '1.607497475E9', '-0', '1e400', '9007199254740993', '00', '.5'))
  const junk = fc.oneof(fc.json(), fc.constantFrom('null', 'true', '[', '"', '{"__proto__":1}', '{"__type":"x","y":1}'))
  const common = (ordinary: fc.Arbitrary<string>) => fc.oneof({ arbitrary: ordinary, weight: 20 }, { arbitrary: junk, weight: 1 }, { arbitrary: text, weight: 1 }, { arbitrary: fc.constant('null'), weight: 1 })
  const object = (members: Record<string, fc.Arbitrary<string>>) =>
    fc.tuple(fc.subarray([...Object.entries(members), ...Object.entries(members).slice(0, 1)], { minLength: 0 }), fc.integer(), fc.nat(30), space).chain(([chosen, seed, odd, gap]) => {
      const names = chosen.toSorted((a, b) => ((a[0].length * 7 + seed) % 5) - ((b[0].length * 7 + seed) % 5))
      return fc.tuple(...names.map(([, value]) => value)).map((values) => {
        const pairs = values.map((value, at) => `${gap}"${odd === at ? `x${names[at]?.[0]}` : names[at]?.[0]}"${gap}:${gap}${value}${gap}`)
        return `{${pairs.join(',')}${odd === 30 ? ',' : ''}}`
      })
    })
  const entry = object({ SequenceNumber: common(text), ApproximateArrivalTimestamp: common(number), Data: common(base64), PartitionKey: common(text), EncryptionType: common(fc.constantFrom('"NONE"', '"KMS"', '"NONEX"')) })
  const list = fc.tuple(fc.array(entry, { maxLength: 4 }), space).map(([entries, gap]) => `[${gap}${entries.join(`${gap},`)}]`)
  return object({ Records: common(list), NextShardIterator: common(text), MillisBehindLatest: common(number) })
}

describe('reading a page of GetRecords', () => {
  it.each([
    ['records', page(record(1), record(2))],
    ['no records', page()],
    ['white space', JSON.stringify({ Records: [record(1)], NextShardIterator: 'a' }, null, '\t ')],
    ['other orders of keys', `{"MillisBehindLatest":7,"Records":[{"PartitionKey":"k","Data":"YQ==","SequenceNumber":"1","ApproximateArrivalTimestamp":1}]}`],
    ['absent members', '{"Records":[{"SequenceNumber":"1"},{}]}'],
    ['null members', '{"Records":[{"SequenceNumber":"1","Data":null,"EncryptionType":null}],"NextShardIterator":null}'],
    ['nothing', '{}'],
    ['encryption', page(record(1, { EncryptionType: 'NONE' }), record(2, { EncryptionType: 'KMS' }))],
    ['empty data', page(record(1, { Data: '' }))],
    ['one and two bytes', page(record(1, { Data: 'YQ==' }), record(2, { Data: 'YWI=' }))],
    ['bits behind the end', page(record(1, { Data: 'YR==' }))],
    ['keys beyond ASCII', page(record(1, { PartitionKey: 'clé 客户 \u{1f600}' }))],
    ['escapes', `{"Records":[{"PartitionKey":"a\\"\\\\\\/\\u00e9\\ud83d\\ude00\\ud800\\n","SequenceNumber":"\\u0031"}]}`],
    ['invalid UTF-8', Buffer.concat([Buffer.from('{"Records":[{"PartitionKey":"'), Buffer.from([0xff, 0xe2, 0x82]), Buffer.from('"}]}')])],
    ['times in many forms', `{"Records":[${['0', '1.5', '1607497475', '1607497475.1', '1607497475.12', '1.607497475123E9', '-1.25', '1607497475.1239', '16074974751234.5', '1e300', '0.0004'].map((time) => `{"ApproximateArrivalTimestamp":${time}}`).join()}]}`],
    ['large numbers', '{"MillisBehindLatest":123456789012345678901234567890}'],
  ])('reads %s as the SDK does', async (_, body) => {
    expect(await agrees(body)).toBe(true)
  })

  it.each([
    ['unknown keys', '{"Records":[{"SequenceNumber":"1","Extra":{"a":[1]}}]}'],
    ['a type', '{"__type":"x","extra":1}'],
    ['a key twice', '{"Records":[{"SequenceNumber":"1","SequenceNumber":"2"}]}'],
    ['a key twice, null first', '{"Records":null,"Records":[]}'],
    ['escaped keys', '{"\\u0052ecords":[]}'],
    ['children', '{"Records":[],"ChildShards":[{"ShardId":"s","ParentShards":["p"],"HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"1"}}]}'],
    ['a null record', '{"Records":[null]}'],
    ['records of other types', '{"Records":["a",1,[2]]}'],
    ['other types', '{"Records":{"a":1},"NextShardIterator":5,"MillisBehindLatest":"NaN"}'],
    ['a time as text', '{"Records":[{"ApproximateArrivalTimestamp":"1607497475.123"}]}'],
    ['a time out of range', '{"Records":[{"ApproximateArrivalTimestamp":1e999}]}'],
    ['base64 cut short', '{"Records":[{"Data":"YWI"}]}'],
    ['base64 of the URL alphabet', '{"Records":[{"Data":"YW-_"}]}'],
    ['base64 with white space', '{"Records":[{"Data":"YW I"}]}'],
    ['base64 with padding inside', '{"Records":[{"Data":"AAAA=AA="}]}'],
    ['base64 of padding', '{"Records":[{"Data":"===="}]}'],
    ['base64 with escapes', '{"Records":[{"Data":"YW\\/v"}]}'],
    ['base64 beyond ASCII', '{"Records":[{"Data":"YW\u0141v"}]}'],
    ['a control character', '{"NextShardIterator":"a\u0001"}'],
    ['a number with a leading zero', '{"MillisBehindLatest":01}'],
    ['a time with a leading zero', '{"Records":[{"ApproximateArrivalTimestamp":01.5}]}'],
    ['a number without digits behind the point', '{"Records":[{"ApproximateArrivalTimestamp":1.}]}'],
    ['a comma too many', '{"Records":[],}'],
    ['something behind the end', '{"Records":[]}x'],
    ['a byte order mark', '\ufeff{}'],
    ['no object', '[]'],
    ['null', 'null'],
    ['no body', ''],
    ['a page of a proxy', '<html>'],
  ])('leaves %s to the SDK', async (_, body) => {
    expect(await agrees(body)).toBe(false)
  })

  it('agrees with the SDK on whatever else may come', async () => {
    let read = 0
    await fc.assert(
      fc.asyncProperty(written(), async (text) => {
        if (await agrees(text)) read++
      }),
      { numRuns: 1500 },
    )
    // It is no proof if most of them are left to the SDK.
    expect(read).toBeGreaterThan(200)
  })

  it('agrees with the SDK on answers with a byte changed, and on those cut short', async () => {
    const whole = Buffer.from(page(record(1, { EncryptionType: 'NONE' }), record(2, { Data: 'YQ==' })))
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[],:=-_ 0eE.n'))), fc.boolean(), async (at, byte, isCut) => {
        const body = Buffer.from(isCut ? whole.subarray(0, at) : whole)
        if (!isCut) body[at] = byte
        await agrees(body)
      }),
      { numRuns: 1500 },
    )
  })

  it('makes blobs that do not change with the body', () => {
    const body = Buffer.from(page(record(1)))
    const read = readRecordsPage(body)
    body.fill(0)
    expect(Buffer.from(read?.Records?.[0]?.Data ?? []).toString()).toBe('{"n":1}')
  })
})

const decoding = (answers: Answer[], options: Partial<RecordsDecoderOptions> = {}) => {
  const differences: string[] = []
  const client = withRecordsDecoder(clientOf(answers), { onDifference: (where) => differences.push(where), ...options })
  return { client, differences }
}
const answer = (n: number): Answer => ({ body: Buffer.from(page(record(n))) })
const failure = (send: Promise<unknown>) => send.then(
    () => null,
    (error: unknown) => error as Error,
  )

const marked = (body: Buffer) => ({ ...readRecordsPage(body), NextShardIterator: body.includes('customer-5') ? 'ours' : 'next' })
const wrongIterator = (body: Buffer) => ({ ...readRecordsPage(body), ...(body.includes('customer') ? { NextShardIterator: 'wrong' } : {}) })

/** A body that breaks off, with an error or without one. */
const broken = (error: Error | undefined) =>
  new Readable({
    read() {
      this.push('{"Rec')
      this.destroy(error)
    },
  })

describe('a client with the decoder', () => {
  it('answers as the stock client does, metadata included', async () => {
    const { client, differences } = decoding([0, 1, 2, 3, 4, 5].map(answer))
    for (let n = 0; n < 6; n++) expect(isDeepStrictEqual(await client.send(get()), await stock(page(record(n))))).toBe(true)
    expect(differences).toEqual([])
  })

  it('reads by itself, and both ways only now and then', async () => {
    const { client, differences } = decoding([0, 1, 2, 3, 4, 5].map(answer), { read: marked })
    const iterators: (string | undefined)[] = []
    for (let n = 0; n < 6; n++) iterators.push((await client.send(get())).NextShardIterator)
    expect(iterators).toEqual(['next', 'next', 'next', 'next', 'next', 'ours'])
    expect(differences).toEqual([])
  })

  it('checks the first pages with records also where many were empty before', async () => {
    const { client, differences } = decoding([...Array.from({ length: 20 }, () => ({ body: Buffer.from(page()) })), answer(1)], { read: wrongIterator })
    for (let n = 0; n < 20; n++) await client.send(get())
    expect(differences).toEqual([])
    expect((await client.send(get())).NextShardIterator).toBe('next')
    expect(differences).toEqual(['NextShardIterator'])
  })

  it('uses the SDK for good after the first difference, and says so once', async () => {
    let calls = 0
    const wrong = (body: Buffer) => {
      calls += 1
      const read = readRecordsPage(body)
      return { ...read, Records: read?.Records?.slice(1) ?? [], NextShardIterator: 'next' }
    }
    const { client, differences } = decoding([1, 2, 3, 4].map(answer), { read: wrong })
    for (let n = 1; n < 5; n++) expect((await client.send(get())).Records?.[0]?.PartitionKey).toBe(`customer-${n}`)
    expect(differences).toEqual(['Records'])
    expect(calls).toBe(1)
  })

  it('notices what it would read and the SDK refuses', async () => {
    const { client, differences } = decoding([{ body: Buffer.from('<html>') }, answer(1)], { read: () => ({ Records: [] }) })
    expect((await failure(client.send(get())))?.name).toBe('SyntaxError')
    expect((await client.send(get())).Records).toHaveLength(1)
    expect(differences).toEqual(['an answer that the SDK refuses'])
  })

  it('leaves errors, odd answers and other operations as they are', async () => {
    const expired = { status: 400, body: Buffer.from('{"__type":"ExpiredIteratorException","message":"old"}') }
    const odd = { body: Buffer.from('{"Records":[{"Data":"YW-_"}]}') }
    for (const each of [expired, odd, { body: Buffer.from('{"Records":[') }]) {
      const [theirs, ours] = [await failure(clientOf([each]).send(get())), await failure(decoding([each]).client.send(get()))]
      expect([ours?.name, ours?.message]).toEqual([theirs?.name, theirs?.message])
      expect(ours).not.toBeNull()
    }
    const listing = { body: Buffer.from('{"StreamNames":["a"],"HasMoreStreams":false}') }
    expect((await decoding([listing]).client.send(new ListStreamsCommand({}))).StreamNames).toEqual(['a'])
  })

  it('takes bodies in pieces, with and without a length, and of more than one room', async () => {
    const large = Buffer.from(page(...Array.from({ length: 2500 }, (_, n) => record(n % 10, { Data: Buffer.alloc(900, n).toString('base64') }))))
    const pieces = () => Readable.from(Array.from({ length: Math.ceil(large.length / 60_001) }, (_, at) => large.subarray(at * 60_001, (at + 1) * 60_001)))
    const lengths = [undefined, String(large.length), '12', 'much', '999999999999'].flatMap((length) => [length, length])
    const { client, differences } = decoding(lengths.map((length) => ({ body: pieces(), headers: length === undefined ? {} : { 'content-length': length } })))
    const expected = await stock(large)
    for (const _ of lengths) expect(isDeepStrictEqual((await client.send(get())).Records, expected.Records)).toBe(true)
    expect(differences).toEqual([])
  })

  it('takes a connection that breaks in the middle for a lost one', async () => {
    for (const error of [Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), undefined]) {
      const seen = await failure(decoding([{ body: broken(error) }]).client.send(get()))
      expect(seen).not.toBeNull()
      expect(faultOf(seen)).toBe('network')
    }
  })
})
