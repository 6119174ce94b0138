import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CaptureInfo } from '#shared/model/capture.ts'
import type { RecordDetail } from '#shared/model/record.ts'
import { base64Of, bytesOf } from '../../../../renderer/features/records/base64.ts'
import { keyQuery, ndjsonLine, putCommand, readCommand, recordPath, shellWord } from '../../../../renderer/features/records/copy-as.ts'

const detail: RecordDetail = {
  id: 1,
  shardId: 'shardId-000000000008',
  sequenceNumber: '49590338271490256608559690327376482433038760522494771330',
  subsequence: 0,
  arrival: Date.UTC(2026, 10, 22, 14, 31, 59, 77),
  partitionKey: "it's $(touch /tmp/x)\u001b[2J",
  size: 3,
  explicitHashKey: null,
  tags: [],
  hash: '0'.repeat(32),
  outsideShard: false,
  dataBase64: '',
  dataTruncated: false,
  text: null,
  textTruncated: false,
  format: 'binary',
  steps: [],
}
const place = { streamName: 'orders', region: 'eu-west-1', endpoint: 'http://127.0.0.1:4567' }

test('bytes survive base64 both ways', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100_000 }), (bytes) => {
      expect(bytesOf(base64Of(bytes))).toEqual(new Uint8Array(bytes))
    }), { numRuns: 20 })
})

describe('ndjsonLine', () => {
  test('text is text, with what acts escaped, and the byte order mark kept', () => {
    const line = ndjsonLine(detail, new TextEncoder().encode('\ufeffa\u2028\u202e\u0007'))
    expect(line).not.toMatch(/[\p{Cc}\u2028\u202e]/u)
    expect(JSON.parse(line)).toMatchObject({ data: '\ufeffa\u2028\u202e\u0007', encoding: 'utf8', arrival: '2026-11-22T14:31:59.077Z', partitionKey: detail.partitionKey })
  })
  test('other bytes are base64', () => {
    expect(JSON.parse(ndjsonLine(detail, new Uint8Array([0xff, 0xfe])))).toMatchObject({ data: '//4=', encoding: 'base64' })
  })
})

describe('shell commands', () => {
  test('a hostile key is one harmless word for a shell', () => {
    const keys = [detail.partitionKey, "a'b", '`id`', 'x\ny', '$(id)', '\\', "\\'", '-rf', '😀', '\u202e\u0007']
    for (const key of keys) {
      const word = shellWord(key)
      expect(word).not.toMatch(/\p{Cc}/u)
      expect(execFileSync('bash', ['-c', `printf %s ${word}`], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } })).toBe(key)
    }
  })
  test('name the stream where it lives', () => {
    expect(readCommand(detail, place, undefined)).toContain('--region eu-west-1 --endpoint-url http://127.0.0.1:4567 --limit 1')
    expect(readCommand(detail, place, undefined)).toContain(`--starting-sequence-number ${detail.sequenceNumber}`)
    expect(putCommand(detail, new Uint8Array([1, 2, 3]), place, undefined)).toContain('--data AQID')
  })
})

test('a link leads to the record', () => {
  const capture = { id: 'c 1', name: null, connectionId: 'prod/eu', region: 'eu-west-1', streamName: 'orders' } as CaptureInfo
  const link = new URL(recordPath(detail, capture), 'http://x')
  expect(link.pathname).toBe('/streams/prod%2Feu/eu-west-1/orders/records')
  expect(link.searchParams.get('from')).toBe(`at:${detail.shardId}:${detail.sequenceNumber}`)
  const kept = new URL(recordPath(detail, { ...capture, name: 'incident' }), 'http://x')
  expect(kept.pathname).toBe('/captures/c%201')
  expect(kept.searchParams.get('q')).toContain(detail.sequenceNumber)
})

test('following a key asks for exactly that key', () => {
  expect(keyQuery('a "b"')).toBe('_key:"a \\"b\\""')
})
