import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KinescopeError } from '#shared/model/error.ts'
import { exportRecords } from '../../../electron/exchange/export-records.ts'
import { type RecordToExport, exportedBytes, toExported } from '../../../electron/exchange/exported-record.ts'
import { importRecords } from '../../../electron/exchange/import-records.ts'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kinescope-exchange-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const inFolder = (name: string) => join(folder, name)
const record = (id: number, data: string | Uint8Array, rest: Partial<RecordToExport> = {}): RecordToExport => ({
  shardId: 'shardId-000000000000',
  sequenceNumber: String(1000 + id),
  subsequence: 0,
  arrival: 1_700_000_000_000 + id,
  partitionKey: `key-${id}`,
  explicitHashKey: null,
  data: typeof data === 'string' ? Buffer.from(data) : data,
  ...rest,
})
async function* batches(records: readonly RecordToExport[]) {
  for (let at = 0; at < records.length; at += 3) yield records.slice(at, at + 3)
}
const drain = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const value of values) all.push(value)
  return all
}
const failureOf = async (work: Promise<unknown>): Promise<KinescopeError['failure']> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  return (error as KinescopeError).failure
}
const exported = (records: readonly RecordToExport[], name: string, format: 'ndjson' | 'csv' = 'ndjson') =>
  drain(exportRecords(batches(records), { path: inFolder(name), format }))
const imported = (name: string, out: string, keyField: string | null = null) =>
  drain(importRecords({ path: inFolder(name), out: inFolder(out), keyField, now: 1_750_000_000_000, tool: 'test' }))
const readBack = (name: string) => {
  const reader = openCapture(inFolder(name))
  try {
    return reader.rows(1, 1_000_000)
  } finally {
    reader.close()
  }
}

describe('an exported record', () => {
  it('gives its bytes back exactly', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }).map((text) => Buffer.from(`\ufeff${text}`))), (data) => {
        const { data: text, encoding } = toExported(record(1, data))
        expect(exportedBytes(JSON.parse(JSON.stringify({ data: text, encoding })) as { data: string; encoding: 'utf8' })).toEqual(Buffer.from(data))
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['\ufeff{"a":1}', 'utf8'],
    ['', 'utf8'],
    [Buffer.from([0xff]), 'base64'],
    [Buffer.from([0xed, 0xa0, 0x80]), 'base64'], // half of a surrogate pair
    [Buffer.from([0xc0, 0x80]), 'base64'], // overlong
    [Buffer.from([0x1f, 0x8b, 0x08]), 'base64'],
    ['\u0000\u001b[31m', 'utf8'],
  ])('%j is %s', (data, encoding) => {
    expect(toExported(record(1, data)).encoding).toBe(encoding)
  })
})

describe('exporting', () => {
  it('writes a line for each record and tells how many', async () => {
    const progress = await exported(Array.from({ length: 7 }, (_, id) => record(id, `{"id":${id}}`)), 'out.ndjson')
    expect(progress).toEqual([
      { written: 3, done: false },
      { written: 6, done: false },
      { written: 7, done: false },
      { written: 7, done: true },
    ])
    const lines = readFileSync(inFolder('out.ndjson'), 'utf8').split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toHaveLength(7)
    expect(JSON.parse(lines[2] ?? '')).toEqual({
      shardId: 'shardId-000000000000',
      sequenceNumber: '1002',
      subsequence: 0,
      arrival: '2023-11-14T22:13:20.002Z',
      partitionKey: 'key-2',
      explicitHashKey: null,
      data: '{"id":2}',
      encoding: 'utf8',
    })
    expect(readdirSync(folder)).toEqual(['out.ndjson'])
  })

  it('refuses a path where something is, and leaves it alone', async () => {
    writeFileSync(inFolder('there'), 'mine')
    symlinkSync('nowhere', inFolder('link'))
    expect(await failureOf(exported([record(1, 'x')], 'there'))).toMatchObject({ code: 'file-exists' })
    expect(await failureOf(exported([record(1, 'x')], 'link'))).toMatchObject({ code: 'file-exists' })
    expect(readFileSync(inFolder('there'), 'utf8')).toBe('mine')
    expect(readdirSync(folder).toSorted()).toEqual(['link', 'there'])
  })

  it('does not replace what came there meanwhile', async () => {
    const late = exportRecords(
      (async function* () {
        yield [record(1, 'x')]
        writeFileSync(inFolder('race'), 'mine')
      })(),
      { path: inFolder('race'), format: 'ndjson' },
    )
    expect(await failureOf(drain(late))).toMatchObject({ code: 'file-exists' })
    expect(readFileSync(inFolder('race'), 'utf8')).toBe('mine')
    expect(readdirSync(folder)).toEqual(['race'])
  })

  it('leaves nothing behind when it ends early', async () => {
    for await (const { written } of exportRecords(batches(Array.from({ length: 9 }, (_, id) => record(id, 'x'))), { path: inFolder('early'), format: 'csv' })) {
      if (written >= 3) break
    }
    const broken = exportRecords(
      (async function* () {
        yield [record(1, 'x')]
        throw new Error('unreadable')
      })(),
      { path: inFolder('broken'), format: 'ndjson' },
    )
    await expect(drain(broken)).rejects.toThrow('unreadable')
    expect(readdirSync(folder)).toEqual([])
  })

  it('says where a folder is missing', async () => {
    expect(await failureOf(exported([record(1, 'x')], 'no/such/out'))).toMatchObject({ code: 'file-system', action: expect.stringContaining('folder') as string })
  })

  it('makes formulas and controls harmless in CSV', async () => {
    const hostile = ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\t=1', 'a,"b"\nc', '\u001b[31m\u202e', '{"a":1}']
    await exported(hostile.map((data, id) => record(id, data, { partitionKey: id === 0 ? '=cmd' : 'k' })), 'out.csv', 'csv')
    const text = readFileSync(inFolder('out.csv'), 'utf8')
    const [head, first] = text.split('\n')
    expect(head).toBe('shardId,sequenceNumber,subsequence,arrival,partitionKey,explicitHashKey,data,encoding')
    expect(first).toContain(`,'=cmd,`)
    expect(first).toContain(`"'=HYPERLINK(""http://x"")"`)
    for (const data of ['+1', '-1', '@SUM(A1)', '\t=1']) expect(text).toContain(`,'${data},utf8`)
    expect(text).toContain('"a,""b""\nc"')
    expect(text).toContain(String.raw`\u001b[31m\u202e`)
    expect(text).toContain('"{""a"":1}"')
  })
})

describe('importing what was exported', () => {
  it('brings the same records back', async () => {
    const records = [
      record(1, '{"text":"caf\u00e9"}'),
      record(2, Buffer.from([0, 255, 1])),
      record(3, '\ufeffmarked'),
      record(4, ''),
      record(5, 'other shard', { shardId: 'shardId-000000000007', sequenceNumber: '49590338271490256608559692538361571095921575989136588898', subsequence: 3, explicitHashKey: '12' }),
      record(6, 'a\u2028b\u0000\n\r'),
      record(7, 'x', { partitionKey: '😀'.repeat(128) }),
    ]
    await exported(records, 'out.ndjson')
    expect((await imported('out.ndjson', 'in.kinescope')).at(-1)).toEqual({ records: 7, done: true })
    expect(readBack('in.kinescope').map(toExported)).toEqual(records.map(toExported))
    expect(verifyCapture(inFolder('in.kinescope'))).toMatchObject({ ok: true, records: 7, problems: [] })
    expect(readdirSync(folder).toSorted()).toEqual(['in.kinescope', 'out.ndjson'])
  })

  it('brings tags back, written only where there are any', async () => {
    const tags = [{ key: 'trace', value: '\u202e1' }, { key: 'trace', value: '' }, { key: 'urgent', value: null }]
    await exported([record(1, 'a', { tags }), record(2, 'b', { tags: [] }), record(3, 'c')], 'out.ndjson')
    const lines = readFileSync(inFolder('out.ndjson'), 'utf8').split('\n')
    expect(lines[0]).toContain(String.raw`"encoding":"utf8","tags":[{"key":"trace","value":"\u202e1"},{"key":"trace","value":""},{"key":"urgent","value":null}]}`)
    expect(lines.slice(1).join()).not.toContain('tags')
    await imported('out.ndjson', 'in.kinescope')
    const reader = openCapture(inFolder('in.kinescope'))
    expect(reader.tagsOf([1, 2, 3])).toEqual(new Map([[1, tags]]))
    reader.close()
    await exported([record(1, 'a', { tags })], 'out.csv', 'csv')
    expect(readFileSync(inFolder('out.csv'), 'utf8')).not.toContain('trace')
  })

  it('exports again to the same bytes, over many commits', async () => {
    const records = Array.from({ length: 2500 }, (_, id) => record(id, id % 7 === 0 ? Buffer.from([id & 255, 254]) : `{"id":${id}}`, { shardId: `shardId-00000000000${id % 4}` }))
    await exported(records, 'first.ndjson')
    const progress = await imported('first.ndjson', 'in.kinescope')
    expect(progress.map((one) => one.records)).toEqual([1000, 2000, 2500, 2500])
    await exported(readBack('in.kinescope'), 'second.ndjson')
    expect(readFileSync(inFolder('second.ndjson'), 'utf8')).toBe(readFileSync(inFolder('first.ndjson'), 'utf8'))
  })

  const good = JSON.stringify(toExported(record(1, 'x')))
  const changed = (change: object) => JSON.stringify({ ...toExported(record(2, 'y')), ...change })
  it.each([
    ['not JSON', '{', 'not JSON'],
    ['a number', '5', 'as Kinescope exports it'],
    ['plain JSON', '{"order":1}', 'as Kinescope exports it'],
    ['a field of another kind', changed({ subsequence: 'a' }), '"subsequence"'],
    ['bad base64', changed({ data: '***', encoding: 'base64' }), 'base64'],
    ['half a pair', changed({ data: '\ud800' }), 'surrogate'],
    ['a bad time', changed({ arrival: 'yesterday' }), 'arrival'],
    ['a time without a zone', changed({ arrival: '2026-01-01T00:00:00' }), 'arrival'],
    ['a bad shard', changed({ shardId: '../../etc' }), 'shardId'],
    ['a huge sequence number', changed({ sequenceNumber: '9'.repeat(80) }), 'sequenceNumber'],
    ['tags of another kind', changed({ tags: [{ key: 'a' }] }), '"tags.0.value"'],
    ['half a pair in a tag', changed({ tags: [{ key: 'a', value: '\ud800' }] }), 'surrogate'],
    ['a bad hash key', changed({ explicitHashKey: '-5' }), 'explicitHashKey'],
  ])('explains a line with %s, and leaves nothing behind', async (_name, line, why) => {
    writeFileSync(inFolder('bad.ndjson'), `${good}\n\n${line}\n${good}\n`)
    const failure = await failureOf(imported('bad.ndjson', 'in.kinescope'))
    expect(failure.code).toBe('invalid-argument')
    expect(failure.message).toContain('Line 3 ')
    expect(failure.message).toContain(why)
    expect(failure.action).not.toBeNull()
    expect(readdirSync(folder)).toEqual(['bad.ndjson'])
  })

  it('refuses to write over a file, but takes the place of an empty one', async () => {
    writeFileSync(inFolder('in.ndjson'), `${good}\n`)
    writeFileSync(inFolder('full.kinescope'), 'mine')
    writeFileSync(inFolder('empty.kinescope'), '')
    expect(await failureOf(imported('in.ndjson', 'full.kinescope'))).toMatchObject({ code: 'file-exists' })
    expect(readFileSync(inFolder('full.kinescope'), 'utf8')).toBe('mine')
    await imported('in.ndjson', 'empty.kinescope')
    expect(readBack('empty.kinescope')).toHaveLength(1)
  })

  it('names the path that was asked for where its folder is missing', async () => {
    writeFileSync(inFolder('in.ndjson'), `${good}\n`)
    const failure = await failureOf(imported('in.ndjson', 'no/in.kinescope'))
    expect(failure).toMatchObject({ code: 'file-system', message: expect.stringContaining('no/in.kinescope: there is no such file or folder') as string })
  })

  it('says when there is nothing to read', async () => {
    expect(await failureOf(imported('nothing', 'in.kinescope'))).toMatchObject({ code: 'file-system' })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('importing plain JSON', () => {
  it('keeps each line as it stands and takes the key from its field', async () => {
    const lines = ['{"a":{"b":"one"}, "n": 1.0}', '{ "a":{"b":12345678901234567890}}', '{"a":{"b":true}}', '{"a.b":"dotted","a":5}', '{"a":{"b":"caf\\u00e9"}}']
    writeFileSync(inFolder('in.ndjson'), `\ufeff${lines.join('\r\n')}\r\n  \n`)
    await imported('in.ndjson', 'in.kinescope', 'a.b')
    const rows = readBack('in.kinescope')
    expect(rows.map(({ data }) => data.toString())).toEqual(lines)
    expect(rows.map(({ partitionKey }) => partitionKey)).toEqual(['one', '12345678901234567890', 'true', 'dotted', 'café'])
    expect(rows.map(({ sequenceNumber }) => Number(sequenceNumber))).toEqual([1, 2, 3, 4, 5])
    expect(new Set(rows.map(({ arrival, shardId }) => `${arrival} ${shardId}`))).toEqual(new Set(['1750000000000 shardId-000000000000']))
  })

  it('finds keys in arrays and by the last of repeated names', async () => {
    writeFileSync(inFolder('in.ndjson'), '{"a":[{"k":"x"},{"k":"y"}]}\n{"a":[0,{"k":"first","k":"last"}]}')
    await imported('in.ndjson', 'in.kinescope', 'a.1.k')
    expect(readBack('in.kinescope').map(({ partitionKey }) => partitionKey)).toEqual(['y', 'last'])
  })

  it.each([
    ['{"a":1', 'not JSON'],
    ['{"b":1}', 'no field "a"'],
    ['{"a":null}', 'null'],
    ['{"a":{}}', 'object'],
    ['{"a":""}', 'empty'],
    [`{"a":"${'x'.repeat(257)}"}`, '256'],
    ['{"toString":1}', 'no field'],
  ])('explains %s', async (line, why) => {
    writeFileSync(inFolder('bad.ndjson'), `{"a":1}\n${line}\n`)
    const failure = await failureOf(imported('bad.ndjson', 'in.kinescope', 'a'))
    expect(failure.message).toContain('Line 2 ')
    expect(failure.message).toContain(why)
  })

  it('explains bytes that are no UTF-8', async () => {
    writeFileSync(inFolder('bad.ndjson'), Buffer.concat([Buffer.from('{"a":1}\n{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n')]))
    expect((await failureOf(imported('bad.ndjson', 'in.kinescope', 'a'))).message).toBe("Line 2 can't be imported: it is not valid UTF-8.")
  })

  it('reads JSON of 10,000 levels', async () => {
    writeFileSync(inFolder('deep.ndjson'), `{"a":"k","b":${'['.repeat(10_000)}${']'.repeat(10_000)}}\n`)
    await imported('deep.ndjson', 'in.kinescope', 'a')
    expect(readBack('in.kinescope')).toHaveLength(1)
  })
})
