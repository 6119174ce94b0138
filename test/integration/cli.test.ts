import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExportedRecord } from '#shared/model/record.ts'
import { exportedBytes } from '../../electron/exchange/exported-record.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { type EmbeddedKinesis, startEmbedded } from '../fakes/embedded-kinesis.ts'
import { type CliSetting, builtCli, type Ended, kinescope, start } from './kinescope.ts'
import { createStream, multiset, type Put, put, readAll } from './streams.ts'

const folder = mkdtempSync(join(tmpdir(), 'kinescope-cli-'))
const at = (name: string) => join(folder, name)
const otherAccount = '111122223333'
let kinesis: EmbeddedKinesis
let client: KinesisClient
let other: KinesisClient
let setting: CliSetting
let away: CliSetting
/** What is on the stream `orders`. */
const orders: Put[] = [
  ...Array.from({ length: 60 }, (_, id) => ({ key: `customer-${id % 9}`, data: Buffer.from(JSON.stringify({ order: id, total: id * 2.5, state: id % 4 === 0 ? 'PAID' : 'open' })) })),
  { key: 'marked', data: Buffer.from('\ufeff{"marked":true}') },
  { key: 'binary', data: Buffer.from([0, 255, 254, 10, 13]) },
  { key: 'controls', data: Buffer.from('bell\u0007 esc\u001b[31m nel\u0085 del\u007f ls\u2028 ps\u2029 rlo\u202e lri\u2066 nul\u0000 \n\t\r') },
  { key: 'k\u202e\u001b', data: Buffer.from('key') },
  { key: '😀'.repeat(128), data: Buffer.from('emoji 😀') },
]

const cli = (...args: string[]): Promise<Ended> => kinescope(args, setting)
const records = ({ lines }: Ended): ExportedRecord[] => lines.map((line) => ExportedRecord.parse(line))
const asPuts = (found: readonly ExportedRecord[]) => found.map((one) => ({ key: one.partitionKey, data: exportedBytes(one) ?? Buffer.from('?') }))
/** A message for a person: what happened, and what to do about it. */
const expectSentence = ({ stderr }: Ended) => {
  // Progress may stand before it where the machine is slow.
  expect(stderr).toMatch(/^kinescope: .+[.!]\n {2}\S.+\n/m)
  expect(stderr).not.toMatch(/\n\s+at |internal|undefined|\[object/i)
}

beforeAll(async () => {
  const building = builtCli()
  kinesis = await startEmbedded({ streams: 'orders:4,clicks:2' })
  await building
  client = kinesis.client()
  other = kinesis.client(otherAccount)
  const options = ['--endpoint', kinesis.endpoint, '--data-dir', at('data')]
  setting = { options, home: folder }
  away = { options: [...options, '--account', otherAccount], home: folder }
  await put(client, 'orders', orders)
}, 180_000)
afterAll(async () => {
  await kinesis.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('kinescope streams', () => {
  it('prints a line for each stream of the account', async () => {
    const ended = await cli('streams')
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const clicks = ended.lines.find((line) => (line as { name: string }).name === 'clicks')
    expect(clicks).toEqual({
      account: '000000000000',
      region: 'us-east-1',
      name: 'clicks',
      arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks',
      status: 'ACTIVE',
      mode: 'PROVISIONED',
      openShards: 2,
      retentionHours: 24,
      encryption: 'NONE',
    })
    expect(ended.stdout.split('\n')[0]).toMatch(/^{"account":"[^"]*","region":"[^"]*","name":"[^"]*","arn":"[^"]*","status":"[^"]*","mode":"[^"]*","openShards":\d+,"retentionHours":\d+,"encryption":"[^"]*"}$/)
  })

  it('has none in an account that has none', async () => {
    expect(await kinescope(['streams', '--account', '999900001111'], setting)).toMatchObject({ code: 0, lines: [] })
  })
})

describe('kinescope capture and search', () => {
  it('captures each record once, and gives its bytes back', async () => {
    const ended = await cli('capture', 'orders', '--out', at('orders.kinescope'), '--from', 'trim_horizon', '--until', 'now')
    expect(ended.code).toBe(0)
    expect(ended.lines).toEqual([
      {
        file: at('orders.kinescope'),
        records: orders.length,
        bytes: orders.reduce((sum, { data }) => sum + data.length, 0),
        filtered: 0,
        shards: 4,
        gaps: 0,
        firstArrival: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        lastArrival: expect.stringMatching(/Z$/) as string,
        state: 'complete',
      },
    ])
    const found = await cli('search', at('orders.kinescope'))
    expect(found.code).toBe(0)
    expect(multiset(asPuts(records(found)))).toEqual(multiset(orders))
    const arrivals = records(found).map(({ arrival }) => arrival)
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
    // Nothing that a terminal or a line reader would obey.
    const active = Array.from(found.stdout).filter((sign) => {
      const code = sign.codePointAt(0) ?? 0
      return (code < 32 && sign !== '\n') || (code >= 0x7f && code <= 0x9f) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
    })
    expect(active).toEqual([])
    expect(records(found).find(({ partitionKey }) => partitionKey === 'binary')).toMatchObject({ encoding: 'base64' })
    expect(records(found).find(({ partitionKey }) => partitionKey === 'marked')).toMatchObject({ encoding: 'utf8', data: '\ufeff{"marked":true}' })
  })

  it('searches, limits, orders and counts', async () => {
    const file = at('orders.kinescope')
    const paid = await cli('search', file, 'state:paid total:>=50')
    expect(asPuts(records(paid)).map(({ data }) => (JSON.parse(data.toString()) as { order: number }).order).toSorted((a, b) => a - b)).toEqual([20, 24, 28, 32, 36, 40, 44, 48, 52, 56])
    expect(records(await cli('search', file, 'PAID', '--limit', '3'))).toHaveLength(3)
    const oldest = records(await cli('search', file)).map(({ sequenceNumber }) => sequenceNumber)
    const newest = records(await cli('search', file, '--order', 'newest')).map(({ sequenceNumber }) => sequenceNumber)
    expect(newest).toEqual(oldest.toReversed())
    expect(await cli('search', file, 'no such thing')).toMatchObject({ code: 0, stdout: '' })
    expect((await cli('search', file, '_key:customer-1', '--count')).lines).toEqual([{ count: 7, scanned: expect.any(Number) as number }])
    expect((await cli('search', file, '--count')).lines).toEqual([{ count: orders.length, scanned: orders.length }])
  })

  it('continues a file from where it ended, by ARN too, and refuses another stream', async () => {
    await createStream(client, 'growing', 2)
    const growing = Array.from({ length: 30 }, (_, id) => ({ key: `k${id}`, data: Buffer.from(`first ${id}`) }))
    await put(client, 'growing', growing)
    const file = at('growing.kinescope')
    writeFileSync(file, '') // as a kill may leave it
    expect((await cli('capture', 'growing', '--out', file, '--from', 'trim_horizon', '--until', 'now')).lines).toMatchObject([{ records: 30, state: 'complete' }])
    const more = Array.from({ length: 20 }, (_, id) => ({ key: `k${id}`, data: Buffer.from(`second ${id}`) }))
    await put(client, 'growing', more)
    const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/growing'
    expect((await cli('capture', arn, '--out', file, '--from', 'trim_horizon', '--until', 'now')).lines).toMatchObject([{ records: 50, state: 'complete' }])
    expect(multiset(asPuts(records(await cli('search', file))))).toEqual(multiset([...growing, ...more]))

    const before = readFileSync(file)
    const refused = await cli('capture', 'orders', '--out', file, '--until', 'now')
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expectSentence(refused)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('stops after so many records, after a time, and at a time', async () => {
    const some = await cli('capture', 'orders', '--out', at('some.kinescope'), '--from', 'trim_horizon', '--max-records', '10')
    expect(some).toMatchObject({ code: 0, lines: [{ records: 10, state: 'complete' }] })
    const started = performance.now()
    const short = await cli('capture', 'orders', '--out', at('short.kinescope'), '--from', 'latest', '--until', '2s')
    expect(short).toMatchObject({ code: 0, lines: [{ records: 0, state: 'complete', firstArrival: null, lastArrival: null }] })
    expect(performance.now() - started).toBeGreaterThan(2000)
    // The page that holds the first record after the time is kept.
    const past = await cli('capture', 'orders', '--out', at('past.kinescope'), '--from', 'trim_horizon', '--until', '2020-01-01T00:00:00Z')
    expect(past).toMatchObject({ code: 0, lines: [{ state: 'complete' }] })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly at %s', async (signal) => {
    const file = at(`${signal}.kinescope`)
    const running = start(['capture', 'orders', '--out', file, '--from', 'trim_horizon'], setting)
    await expect.poll(() => recordsIn(file), { timeout: 30_000, interval: 100 }).toBe(orders.length)
    running.child.kill(signal)
    const ended = await running.ended
    expect(ended.code).toBe(130)
    expect(ended.lines).toMatchObject([{ file, records: orders.length, shards: 4, state: 'stopped' }])
    expect(readdirSync(folder).filter((name) => name.startsWith(signal))).toEqual([`${signal}.kinescope`])
    expect((await cli('verify', file)).lines).toEqual([{ ok: true, records: orders.length, integrity: 'ok', problems: [] }])
  })

  it('ends cleanly when the npm that started it is ended', async () => {
    const file = at('orphan.kinescope')
    const npm = { shell: 'run() { "$@" & wait; }; run', env: { npm_lifecycle_event: 'kinescope' } }
    const running = start(['capture', 'orders', '--out', file, '--from', 'trim_horizon'], setting, npm)
    await expect.poll(() => recordsIn(file), { timeout: 30_000, interval: 100 }).toBe(orders.length)
    running.child.kill('SIGTERM')
    expect((await running.ended).lines).toMatchObject([{ records: orders.length, state: 'stopped' }])
  })

  it('goes on after a kill, without a record twice', async () => {
    const file = at('killed.kinescope')
    const running = start(['capture', 'orders', '--out', file, '--from', 'trim_horizon'], setting)
    await expect.poll(() => recordsIn(file), { timeout: 30_000, interval: 100 }).toBeGreaterThan(0)
    running.child.kill('SIGKILL')
    await running.ended
    expect(await cli('capture', 'orders', '--out', file, '--from', 'trim_horizon', '--until', 'now')).toMatchObject({ code: 0, lines: [{ records: orders.length }] })
    expect(multiset(asPuts(records(await cli('search', file))))).toEqual(multiset(orders))
  })
})

describe('kinescope tail', () => {
  it('prints what is there and what comes, until it is interrupted', async () => {
    await createStream(client, 'tailed', 2)
    const first = [{ key: 'a', data: Buffer.from('one') }, { key: 'b', data: Buffer.from([255]) }]
    await put(client, 'tailed', first)
    const running = start(['tail', 'tailed', '--from', 'trim_horizon'], setting)
    const lineCount = () => running.stdout().split('\n').length - 1
    await expect.poll(lineCount, { timeout: 30_000, interval: 50 }).toBe(2)
    const next = { key: 'c', data: Buffer.from('three') }
    await put(client, 'tailed', [next])
    await expect.poll(lineCount, { timeout: 30_000, interval: 50 }).toBe(3)
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect(ended).toMatchObject({ code: 130, stderr: '' })
    expect(multiset(asPuts(records(ended)))).toEqual(multiset([...first, next]))
    expect(readdirSync(at('data/views'))).toEqual([])
  })

  it('ends quietly when its reader does', async () => {
    const shell = 'first_two() { "$@" | head -n 2 >&3; return "${PIPESTATUS[0]}"; }; exec 3>&1; first_two'
    const running = start(['tail', 'tailed', '--from', 'trim_horizon'], setting, { shell })
    await expect.poll(running.stdout, { timeout: 30_000, interval: 50 }).toMatch(/\n.*\n/)
    // Nobody reads any more: the next record that is printed shows it.
    const puts = setInterval(() => void put(client, 'tailed', [{ key: 'd', data: Buffer.from('more') }]), 200)
    const ended = await running.ended.finally(() => clearInterval(puts))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.lines).toHaveLength(2)
  })
})

describe('kinescope replay', () => {
  it('tells what it would send, and sends exactly that into another account', async () => {
    await createStream(other, 'copy', 2)
    const args = ['replay', at('orders.kinescope'), '--to', 'copy', '--query', 'state:paid']
    const dry = await kinescope([...args, '--dry-run'], away)
    expect(dry).toMatchObject({ code: 0, lines: [{ planned: 15, sent: 0, acknowledged: 0, failed: 0, unknown: 0 }] })
    expect(await readAll(other, 'copy')).toEqual([])
    const sent = await kinescope(args, away)
    expect(sent).toMatchObject({ code: 0, lines: [{ planned: 15, sent: 15, acknowledged: 15, failed: 0, unknown: 0 }] })
    const matches = asPuts(records(await cli('search', at('orders.kinescope'), 'state:paid')))
    expect(multiset(await readAll(other, 'copy'))).toEqual(multiset(matches))
  })

  it('keeps a rate', async () => {
    await createStream(other, 'slow', 1)
    const started = performance.now()
    const ended = await kinescope(['replay', at('orders.kinescope'), '--to', 'slow', '--rate', '30'], away)
    expect(ended.lines).toEqual([{ planned: orders.length, sent: orders.length, acknowledged: orders.length, failed: 0, unknown: 0 }])
    expect(performance.now() - started).toBeGreaterThan(((orders.length - 1) * 1000) / 30)
    expect(multiset(await readAll(other, 'slow'))).toEqual(multiset(orders))
  })

  it('refuses its own source unless the name is given', async () => {
    await createStream(client, 'loop', 1)
    await put(client, 'loop', [{ key: 'k', data: Buffer.from('x') }])
    const file = at('loop.kinescope')
    await cli('capture', 'loop', '--out', file, '--from', 'trim_horizon', '--until', 'now')
    const localhost: CliSetting = { ...setting, options: setting.options.map((option) => option.replace('127.0.0.1', 'localhost')) }
    const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/loop'
    for (const attempt of [cli('replay', file, '--to', 'loop'), cli('replay', file, '--to', arn), kinescope(['replay', file, '--to', 'loop'], localhost), cli('replay', file, '--to', 'loop', '--confirm', 'lop')]) {
      const refused = await attempt
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expectSentence(refused)
      expect(refused.stderr).toContain('--confirm loop')
    }
    expect(await readAll(client, 'loop')).toHaveLength(1)
    expect(await cli('replay', file, '--to', 'loop', '--confirm', 'loop')).toMatchObject({ code: 0, lines: [{ acknowledged: 1 }] })
    expect(await readAll(client, 'loop')).toHaveLength(2)
  })
})

describe('kinescope export, import and verify', () => {
  it('goes out and comes back the same', async () => {
    const file = at('orders.kinescope')
    expect(await cli('export', file, '--format', 'ndjson', '--out', at('orders.ndjson'))).toMatchObject({ code: 0, lines: [{ file: at('orders.ndjson'), records: orders.length }] })
    expect(readFileSync(at('orders.ndjson'), 'utf8')).toBe((await cli('search', file)).stdout)
    expect(await cli('import', at('orders.ndjson'), '--out', at('back.kinescope'))).toMatchObject({ code: 0, lines: [{ records: orders.length }] })
    expect((await cli('search', at('back.kinescope'))).stdout).toBe((await cli('search', file)).stdout)
    expect(await cli('verify', at('back.kinescope'))).toMatchObject({ code: 0, lines: [{ ok: true, records: orders.length, integrity: 'ok', problems: [] }] })
    expect(await cli('export', file, '--format', 'csv', '--out', at('orders.csv'))).toMatchObject({ code: 0 })
    expect(readFileSync(at('orders.csv'), 'utf8')).toMatch(/^shardId,sequenceNumber,subsequence,arrival,partitionKey,explicitHashKey,data,encoding\n/)
  })

  it('imports plain JSON by a field, and finds it again', async () => {
    const lines = ['{"user":{"id":"anna"},"n":1}', '{"user":{"id":77},"n":2}']
    writeFileSync(at('plain.ndjson'), `${lines.join('\n')}\n`)
    expect(await cli('import', at('plain.ndjson'), '--out', at('plain.kinescope'), '--key', 'user.id')).toMatchObject({ code: 0, lines: [{ records: 2 }] })
    const found = records(await cli('search', at('plain.kinescope')))
    expect(found.map(({ data, partitionKey }) => [partitionKey, data])).toEqual([['anna', lines[0]], ['77', lines[1]]])
    expect((await cli('search', at('plain.kinescope'), 'n:2', '--count')).lines).toMatchObject([{ count: 1 }])
  })

  it('finds damage', async () => {
    const bytes = readFileSync(at('orders.kinescope'))
    bytes.fill(0x41, bytes.length - 20_000, bytes.length - 4000)
    writeFileSync(at('damaged.kinescope'), bytes)
    const ended = await cli('verify', at('damaged.kinescope'))
    expect(ended.code).toBe(1)
    expect(ended.lines).toMatchObject([{ ok: false }])
    expect(ended.stderr).not.toBe('')
    expect(readFileSync(at('damaged.kinescope')).equals(bytes)).toBe(true)
  })
})

/** Each of the commands ends with the code and a sentence, and leaves no file behind. */
const allRefused = async (code: number, commands: readonly string[][]): Promise<void> => {
  const before = readdirSync(folder).toSorted()
  const all = await Promise.all(commands.map(async (args) => ({ args, ...(await cli(...args)) })))
  for (const ended of all) {
    expect(ended).toMatchObject({ code, stdout: '' })
    expectSentence(ended)
  }
  expect(readdirSync(folder).toSorted()).toEqual(before)
}
const refused = (code: number, ...args: string[]) => allRefused(code, [args])

describe('bad input', () => {
  it('unknown stream', async () => {
    await allRefused(1, [
      ['capture', 'nosuch', '--out', at('x.kinescope'), '--until', 'now'],
      ['tail', 'nosuch'],
      ['replay', at('orders.kinescope'), '--to', 'nosuch'],
    ])
  })

  it('wrong region', async () => {
    await refused(1, 'capture', 'orders', '--region', 'eu-west-1', '--out', at('x.kinescope'))
    await refused(2, 'capture', 'arn:aws:kinesis:us-east-1:000000000000:stream/orders', '--region', 'eu-west-1', '--out', at('x.kinescope'))
    await refused(2, 'streams', '--region', 'no such/region')
  })

  it('refused connection', async () => {
    const nowhere: CliSetting = { options: ['--endpoint', 'http://127.0.0.1:1', '--data-dir', at('data')], home: folder }
    for (const args of [['streams'], ['tail', 'orders'], ['capture', 'orders', '--out', at('x.kinescope')], ['replay', at('orders.kinescope'), '--to', 'orders']]) {
      const ended = await kinescope(args, nowhere)
      expect(ended).toMatchObject({ code: 1, stdout: '' })
      expectSentence(ended)
    }
    expect(existsSync(at('x.kinescope'))).toBe(false)
  })

  it('malformed ARN or name', async () => {
    const malformed = ['arn:aws:kinesis', 'arn:aws:kinesis:us-east-1:12:stream/orders', 'arn:aws:s3:::bucket', 'no spaces', 'or/ders']
    await allRefused(2, [
      ...malformed.map((stream) => ['capture', stream, '--out', at('x.kinescope'), '--until', 'now']),
      ['tail', 'arn:aws:kinesis:us-east-1:000000000000:table/orders'],
      ['replay', at('orders.kinescope'), '--to', 'arn:x'],
    ])
  })

  it('garbage query', async () => {
    const file = at('orders.kinescope')
    await allRefused(2, [
      ...['(a', 'a AND', 'field:[1 TO', '"open', 'NOT'].map((query) => ['search', file, query]),
      ['search', file, '((', '--count'],
      ['replay', file, '--to', 'clicks', '--query', '(('],
      ['export', file, '--format', 'ndjson', '--out', at('x.ndjson'), '--query', '(('],
    ])
  })

  it('a file that is no capture, or from a newer version', async () => {
    writeFileSync(at('text.kinescope'), 'hello')
    writeFileSync(at('binary.kinescope'), Buffer.alloc(50_000, 7))
    writeFileSync(at('newer.kinescope'), readFileSync(at('orders.kinescope')))
    const newer = new Database(at('newer.kinescope'))
    newer.pragma('user_version = 9999')
    newer.close()
    const plain = new Database(at('sqlite.kinescope'))
    plain.exec('CREATE TABLE a (b); INSERT INTO a VALUES (1)')
    plain.close()
    const commandsOn = (file: string) => [
      ['search', file],
      ['verify', file],
      ['export', file, '--format', 'csv', '--out', at('x.csv')],
      ['replay', file, '--to', 'clicks'],
      ['capture', 'orders', '--out', file, '--until', 'now'],
    ]
    for (const name of ['text', 'binary', 'newer', 'sqlite']) {
      const file = at(`${name}.kinescope`)
      const before = readFileSync(file)
      await allRefused(1, commandsOn(file))
      expect(readFileSync(file).equals(before)).toBe(true)
    }
    await refused(1, 'search', at('nothing.kinescope'))
    await refused(1, 'verify', folder)
  })

  it('an existing file as a target', async () => {
    writeFileSync(at('mine'), 'mine')
    await refused(1, 'export', at('orders.kinescope'), '--format', 'ndjson', '--out', at('mine'))
    await refused(1, 'import', at('orders.ndjson'), '--out', at('mine'))
    await refused(1, 'export', at('orders.kinescope'), '--format', 'ndjson', '--out', at('no/folder/x'))
    expect(readFileSync(at('mine'), 'utf8')).toBe('mine')
  })

  it('a line that can not be imported', async () => {
    writeFileSync(at('bad.ndjson'), '{"a":1}\nnonsense\n')
    expect((await cli('import', at('bad.ndjson'), '--out', at('x.kinescope'), '--key', 'a')).stderr).toContain('Line 2 ')
    await refused(2, 'import', at('bad.ndjson'), '--out', at('x.kinescope'), '--key', 'a')
    await refused(2, 'import', at('bad.ndjson'), '--out', at('x.kinescope'))
    await refused(1, 'import', at('nothing.ndjson'), '--out', at('x.kinescope'))
  })

  it('a full disk', async () => {
    await createStream(client, 'large', 1)
    await put(client, 'large', Array.from({ length: 40 }, (_, id) => ({ key: 'k', data: Buffer.alloc(20_000, 65 + (id % 20)) })))
    // A limit on the size of files stands in for it: each write past 400 KiB fails, to root too.
    const shell = 'ulimit -f 400 && exec'
    const ended = await kinescope(['capture', 'large', '--out', at('full.kinescope'), '--from', 'trim_horizon', '--until', 'now'], setting, { shell })
    expect(ended.code).toBe(1)
    expectSentence(ended)
    expect((await cli('verify', at('full.kinescope'))).lines).toMatchObject([{ ok: true }])

    await cli('capture', 'large', '--out', at('large.kinescope'), '--from', 'trim_horizon', '--until', 'now')
    const out = await kinescope(['export', at('large.kinescope'), '--format', 'ndjson', '--out', at('full.ndjson')], setting, { shell })
    expect(out).toMatchObject({ code: 1, stdout: '' })
    expectSentence(out)
    expect(out.stderr).toContain('full')
    expect(existsSync(at('full.ndjson'))).toBe(false)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('wrong use', async () => {
    await allRefused(2, [
      [],
      ['fly'],
      ['capture', 'orders'],
      ['search'],
      ['streams', '--wings'],
      ['search', at('orders.kinescope'), '--limit', '0'],
      ['capture', 'orders', '--out', at('x'), '--until', 'soon'],
      ['streams', '--account', '12'],
      ['streams', '--endpoint', 'nonsense'],
    ])
  })
})

function recordsIn(file: string): number {
  if (!existsSync(file) || statSync(file).size === 0) return 0
  const reader = openCapture(file)
  try {
    return reader.counters().records
  } finally {
    reader.close()
  }
}
