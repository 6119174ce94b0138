import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRecord, storedText } from '../../../electron/decode/decode-record.ts'
import { MOST_DECOMPRESSED } from '../../../electron/decode/decompress.ts'
import { aggregate } from '../../../electron/decode/kpl.ts'
import { summarise } from '../../../electron/decode/summarise.ts'

const json = '{"type":"OrderPlaced","order":4711}'
const named = (data: Uint8Array): string[] => decodeRecord(data).steps.map(({ name, failure }) => (failure === null ? name : `${name} failed`))
const utf16 = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])

describe('a record is decoded', () => {
  test('step by step, each with its size', () => {
    const data = gzipSync(json)
    expect(decodeRecord(data)).toEqual({
      text: json,
      format: 'json',
      isVerbatim: false,
      steps: [
        { name: 'Kinesis record', note: `${data.length} bytes`, size: data.length, failure: null },
        { name: 'gzip', note: 'to 0.7 times the size', size: json.length, failure: null },
        { name: 'JSON', note: 'UTF-8, 5 values', size: json.length, failure: null },
      ],
    })
  })

  test.each([
    ['JSON', Buffer.from(json), 'json', json, true, ['Kinesis record', 'JSON']],
    ['JSON behind a byte order mark', Buffer.from(`\ufeff${json}`), 'json', json, true, ['Kinesis record', 'JSON']],
    ['zlib', deflateSync(json), 'json', json, false, ['Kinesis record', 'zlib', 'JSON']],
    ['zstd', zstdCompressSync(json), 'json', json, false, ['Kinesis record', 'zstd', 'JSON']],
    ['gzip in gzip', gzipSync(gzipSync(json)), 'json', json, false, ['Kinesis record', 'gzip', 'gzip', 'JSON']],
    ['UTF-16 by its mark', utf16(json), 'json', json, false, ['Kinesis record', 'JSON']],
    ['big-endian UTF-16', utf16('héllo').swap16(), 'text', 'héllo', false, ['Kinesis record', 'text']],
    ['text', Buffer.from('héllo 😀\n'), 'text', 'héllo 😀\n', true, ['Kinesis record', 'text']],
    ['terminal colours', Buffer.from('\u001b[31mred\u001b[0m'), 'text', '\u001b[31mred\u001b[0m', true, ['Kinesis record', 'text']],
    ['nothing', Buffer.alloc(0), 'text', '', true, ['Kinesis record', 'text']],
    ['malformed JSON', Buffer.from('{"a":1,}'), 'text', '{"a":1,}', true, ['Kinesis record', 'JSON failed', 'text']],
    ['a formula that begins like zlib', Buffer.from('x^2 + y'), 'text', 'x^2 + y', true, ['Kinesis record', 'text']],
    ['invalid UTF-8', Buffer.from([0x61, 0xff, 0xfe, 0x62]), 'binary', null, false, ['Kinesis record', 'binary']],
    ['NULs', Buffer.from('a\0b\0'), 'binary', null, false, ['Kinesis record', 'binary']],
    ['cut off gzip', gzipSync(json.repeat(9)).subarray(0, 30), 'binary', null, false, ['Kinesis record', 'gzip failed', 'binary']],
    ['damaged gzip in gzip', gzipSync(gzipSync(json).fill(0xff, 15)), 'binary', null, false, ['Kinesis record', 'gzip', 'gzip failed', 'binary']],
    ['a damaged aggregate', Buffer.from(aggregate([{ partitionKey: 'a', explicitHashKey: null, data: Buffer.from('x') }])).fill(0, 10), 'binary', null, false, ['Kinesis record', 'KPL aggregate failed', 'binary']],
  ])('%s', (_name, data, format, text, isVerbatim, steps) => {
    const decoded = decodeRecord(data)
    expect(decoded).toMatchObject({ format, text, isVerbatim })
    expect(named(data)).toEqual(steps)
  })

  test('and a CloudWatch Logs subscription is gzip of JSON', () => {
    const envelope = JSON.stringify({ messageType: 'DATA_MESSAGE', logGroup: 'g', logEvents: [{ id: '1', timestamp: 1, message: 'hello' }] })
    expect(decodeRecord(gzipSync(envelope))).toMatchObject({ format: 'json', text: envelope })
  })

  test('within limits: a bomb says that it is one', () => {
    const bomb = gzipSync(Buffer.alloc(MOST_DECOMPRESSED / 2))
    const { steps, text } = decodeRecord(bomb)
    expect(text).toBeNull()
    expect(steps[1]).toMatchObject({ name: 'gzip', size: bomb.length, failure: expect.stringMatching(/^could not be unpacked: it would grow beyond \d+(\.\d+)? MiB$/) })
    expect(named(zstdCompressSync(Buffer.alloc(MOST_DECOMPRESSED + 1)))[1]).toBe('zstd failed')
    expect(named(gzipSync(Buffer.alloc(1_000_000, 'a'))).slice(0, 2)).toEqual(['Kinesis record', 'gzip'])
  })

  test('without ever throwing, and a capture stores just what is not the data itself', () => {
    const start = fc.constantFrom([], [0x1f, 0x8b, 8], [0x78, 0x9c], [0x28, 0xb5, 0x2f, 0xfd], [0xff, 0xfe], [0xfe, 0xff], [0xef, 0xbb, 0xbf], [0xf3, 0x89, 0x9a, 0xc2], [0x7b], [0x78, 0x5e])
    const whole = fc.constantFrom(json, 'hello', '\ufeffx').chain((text) => fc.constantFrom(Buffer.from(text), gzipSync(text), deflateSync(text), zstdCompressSync(text), utf16(text)))
    const damaged = fc.tuple(whole, fc.nat(), fc.nat(255)).map(([data, at, byte]) => Buffer.from(data).fill(byte, at % data.length, (at % data.length) + 1))
    const any = fc.oneof(fc.tuple(start, fc.uint8Array({ maxLength: 60 })).map(([head, tail]) => Buffer.from([...head, ...tail])), damaged, whole)
    fc.assert(
      fc.property(any, (data) => {
        const { text, isVerbatim, steps, format } = decodeRecord(data)
        expect(storedText(data)).toBe(isVerbatim ? null : text)
        expect(text === null).toBe(format === 'binary')
        if (isVerbatim) expect(Buffer.from(text!).equals(data) || Buffer.from(`\ufeff${text}`).equals(data)).toBe(true)
        expect(steps.length).toBeGreaterThan(1)
        summarise(data, storedText(data))
      }),
      { numRuns: 1000 },
    )
  })
})
