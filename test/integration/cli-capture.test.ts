import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type KinesisClient, ListStreamConsumersCommand } from '@aws-sdk/client-kinesis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExportedRecord } from '#shared/model/record.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { type EmbeddedKinesis, startEmbedded } from '../fakes/embedded-kinesis.ts'
import { AggregatedRecord, sealed } from '../unit/decode/kpl-peer.ts'
import { builtCli, type CliSetting, type Ended, kinescope, type Running, start } from './kinescope.ts'
import { createStream, type Put, put } from './streams.ts'

const folder = mkdtempSync(join(tmpdir(), 'kinescope-cli-capture-'))
const at = (name: string) => join(folder, name)
let kinesis: EmbeddedKinesis
let client: KinesisClient
let setting: CliSetting

const cli = (...args: string[]): Promise<Ended> => kinescope(args, setting)
const whole = ['--from', 'trim_horizon', '--until', 'now'] as const
const events = (count: number, from = 0): Put[] =>
  Array.from({ length: count }, (_, n) => ({ key: `k${n % 13}`, data: Buffer.from(JSON.stringify({ n: from + n, kind: n % 10 === 0 ? 'order' : 'click' })) }))
const found = ({ lines }: Ended) => lines.map((line) => ExportedRecord.parse(line))
const consumersOf = async (streamArn: string): Promise<string[]> => {
  const { Consumers = [] } = await client.send(new ListStreamConsumersCommand({ StreamARN: streamArn }))
  return Consumers.map(({ ConsumerName }) => ConsumerName ?? '')
}
/** A removed one is DELETING for a moment. */
const expectNoConsumers = (arn: string) => expect.poll(() => consumersOf(arn), { timeout: 10_000, interval: 50 }).toEqual([])
const recordsIn = (file: string): number => {
  if (!existsSync(file) || statSync(file).size === 0) return 0
  using reader = openCapture(file)
  return reader.counters().records
}
const lineCount = (running: Running) => running.stdout().split('\n').length - 1
/** A message for a person: what happened, and what to do about it; it leaves no file behind. */
const expectRefused = (ended: Ended, code: number, words: string, file: string) => {
  expect(ended).toMatchObject({ code, stdout: '' })
  expect(ended.stderr).toMatch(/^kinescope: .+[.!]\n {2}\S.+\n$/)
  expect(ended.stderr).toContain(words)
  expect(readdirSync(folder)).not.toContain(file)
}

beforeAll(async () => {
  const building = builtCli()
  kinesis = await startEmbedded({ streams: 'events:2' })
  await building
  client = kinesis.client()
  setting = { options: ['--endpoint', kinesis.endpoint, '--data-dir', at('data')], home: folder }
  await put(client, 'events', events(200))
}, 180_000)
afterAll(async () => {
  await kinesis.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('kinescope capture --filter', () => {
  it('stores what matches and counts the rest, also when it goes on', async () => {
    await createStream(client, 'filtered', 2)
    await put(client, 'filtered', events(100))
    const file = at('filtered.kinescope')
    expect(await cli('capture', 'filtered', '--out', file, ...whole, '--filter', 'kind:order')).toMatchObject({ code: 0, lines: [{ records: 10, filtered: 90, state: 'complete' }] })
    await put(client, 'filtered', events(50, 100))
    expect(await cli('capture', 'filtered', '--out', file, ...whole)).toMatchObject({ code: 0, lines: [{ records: 15, filtered: 135 }] })
    const data = found(await cli('search', file)).map((one) => (JSON.parse(one.data) as { kind: string }).kind)
    expect(data).toEqual(Array.from({ length: 15 }, () => 'order'))

    const before = readFileSync(file)
    const other = await cli('capture', 'filtered', '--out', file, ...whole, '--filter', 'kind:click')
    expect(other).toMatchObject({ code: 2, stdout: '' })
    expect(other.stderr).toContain('with the filter kind:order')
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('takes a query that begins with a dash', async () => {
    const ended = await cli('capture', 'events', '--filter', '-kind:click', '--out', at('dash.kinescope'), ...whole)
    expect(ended).toMatchObject({ code: 0, lines: [{ records: 20, filtered: 180 }] })
  })

  it('tells where a query is wrong, as a search does, before a consumer is paid for', async () => {
    const ended = await cli('capture', 'events', '--filter', 'kind:order (a', '--out', at('wrong.kinescope'), '--fan-out', ...whole)
    expectRefused(ended, 2, 'It is at character 12 of the query.', 'wrong.kinescope')
    const search = await cli('search', at('dash.kinescope'), 'kind:order (a')
    expect(ended.stderr).toBe(search.stderr)
    expect(await consumersOf('arn:aws:kinesis:us-east-1:000000000000:stream/events')).toEqual([])
  })
})

describe('kinescope capture --max-bytes', () => {
  it('ends with the record that reaches it; another run brings the rest', async () => {
    await createStream(client, 'sized', 1)
    await put(client, 'sized', Array.from({ length: 40 }, (_, n) => ({ key: `k${n}`, data: Buffer.alloc(100, 65 + (n % 26)) })))
    const file = at('sized.kinescope')
    expect(await cli('capture', 'sized', '--out', file, '--from', 'trim_horizon', '--max-bytes', '1KiB')).toMatchObject({ code: 0, lines: [{ records: 11, bytes: 1100, state: 'complete' }] })
    expect(await cli('capture', 'sized', '--out', file, '--max-bytes', '100')).toMatchObject({ code: 0, lines: [{ records: 12, state: 'complete' }] })
    expect(await cli('capture', 'sized', '--out', file, '--until', 'now')).toMatchObject({ code: 0, lines: [{ records: 40, bytes: 4000, gaps: 0 }] })
  })
})

describe('kinescope capture --keep-at-most', () => {
  it('keeps the newest within the size, and says what was dropped', async () => {
    await createStream(client, 'ring', 1)
    // The stream holds little, and the file its text: 24 MiB into 16.
    await put(client, 'ring', Array.from({ length: 48 }, (_, n) => ({ key: `k${n}`, data: gzipSync('text '.repeat(100_000) + String(n)) })))
    const file = at('ring.kinescope')
    const ended = await cli('capture', 'ring', '--out', file, ...whole, '--keep-at-most', '16MiB')
    expect(ended).toMatchObject({ code: 0, lines: [{ gaps: 1, state: 'complete' }] })
    using reader = openCapture(file)
    const keys = reader.page(0, 100).map(({ partitionKey }) => partitionKey)
    expect(keys).toEqual(Array.from({ length: keys.length }, (_, n) => `k${48 - keys.length + n}`))
    expect(keys.length).toBeGreaterThan(24)
    expect(keys.length).toBeLessThanOrEqual(32)
    expect(reader.gaps()).toMatchObject([{ reason: 'ring', detail: expect.stringContaining(`${48 - keys.length} older records`) as string }])
    expect((await cli('verify', file)).lines).toMatchObject([{ ok: true }])
  })
})

describe('kinescope capture --fan-out', () => {
  it('reads by a consumer of its own, and removes it at the end', async () => {
    const arn = await createStream(client, 'pushed', 2)
    await put(client, 'pushed', events(60))
    const file = at('pushed.kinescope')
    const running = start(['capture', 'pushed', '--out', file, '--from', 'trim_horizon', '--max-records', '80', '--fan-out'], setting)
    await expect.poll(() => recordsIn(file), { timeout: 30_000, interval: 100 }).toBe(60)
    expect(await consumersOf(arn)).toEqual([expect.stringMatching(/^kinescope-[0-9a-f]{12}$/)])
    await put(client, 'pushed', events(20, 60))
    expect(await running.ended).toMatchObject({ code: 0, lines: [{ records: 80, gaps: 0, state: 'complete' }] })
    await expectNoConsumers(arn)
    const numbers = found(await cli('search', file)).map((one) => (JSON.parse(one.data) as { n: number }).n)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, n) => n))
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('removes it at %s too', async (signal) => {
    const arn = await createStream(client, `pushed-${signal}`, 1)
    await put(client, `pushed-${signal}`, events(10))
    const file = at(`pushed-${signal}.kinescope`)
    const running = start(['capture', `pushed-${signal}`, '--out', file, '--from', 'trim_horizon', '--fan-out'], setting)
    await expect.poll(() => recordsIn(file), { timeout: 30_000, interval: 100 }).toBe(10)
    running.child.kill(signal)
    const ended = await running.ended
    expect(ended).toMatchObject({ code: 130, lines: [{ records: 10, state: 'stopped' }] })
    expect(ended.stderr).not.toContain('registered')
    await expectNoConsumers(arn)
  })

  it('leaves none where it is interrupted while it registers', async () => {
    const arn = await createStream(client, 'early', 1)
    const running = start(['capture', 'early', '--out', at('early.kinescope'), '--fan-out'], setting)
    await expect.poll(() => consumersOf(arn), { timeout: 30_000, interval: 5 }).toHaveLength(1)
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    await expectNoConsumers(arn)
  })
})

it('says which consumer could not be removed: it is paid for until the next start removes it', async () => {
  await using lost = await startEmbedded({ streams: 'lost:1' })
  await put(lost.client(), 'lost', events(3))
  const file = at('lost.kinescope')
  const running = start(['capture', 'lost', '--out', file, '--from', 'trim_horizon', '--fan-out'], { ...setting, options: ['--endpoint', lost.endpoint, '--data-dir', at('lost-data')] })
  await expect.poll(() => recordsIn(file), { timeout: 30_000, interval: 100 }).toBe(3)
  await lost.stop()
  running.child.kill('SIGINT')
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 130, lines: [{ records: 3, state: 'stopped' }] })
  expect(ended.stderr).toMatch(/The consumer kinescope-[0-9a-f]{12} is still registered with arn:aws:kinesis:\S+ and will be removed at the next start of Kinescope\./)
})

describe('kinescope tail --fan-out', () => {
  it('prints what comes by a consumer of its own, which is gone afterwards', async () => {
    const arn = await createStream(client, 'tailed', 2)
    await put(client, 'tailed', events(5))
    const running = start(['tail', 'tailed', '--from', 'trim_horizon', '--fan-out'], setting)
    await expect.poll(() => lineCount(running), { timeout: 30_000, interval: 50 }).toBe(5)
    expect(await consumersOf(arn)).toHaveLength(1)
    await put(client, 'tailed', events(3, 5))
    await expect.poll(() => lineCount(running), { timeout: 30_000, interval: 50 }).toBe(8)
    running.child.kill('SIGINT')
    expect(await running.ended).toMatchObject({ code: 130, stderr: '' })
    await expectNoConsumers(arn)
    expect(readdirSync(at('data/views'))).toEqual([])
  })
})

describe('tags of KPL records', () => {
  it('are printed, exported and imported', async () => {
    await createStream(client, 'tagged', 1)
    const message = AggregatedRecord.encode({
      partition_key_table: ['a'],
      records: [0, 1].map((n) => ({ partition_key_index: 0, data: Buffer.from(`${n}`), tags: n === 1 ? [{ key: 'trace', value: '\u001b[2J' }, { key: 'urgent' }] : [] })),
    }).finish()
    await put(client, 'tagged', [{ key: 'outer', data: sealed(message) }])
    await cli('capture', 'tagged', '--out', at('tagged.kinescope'), ...whole)
    const printed = await cli('search', at('tagged.kinescope'))
    expect(found(printed).map(({ tags }) => tags)).toEqual([undefined, [{ key: 'trace', value: '\u001b[2J' }, { key: 'urgent', value: null }]])
    expect(printed.stdout).not.toContain('\u001b')
    await cli('export', at('tagged.kinescope'), '--format', 'ndjson', '--out', at('tagged.ndjson'))
    await cli('import', at('tagged.ndjson'), '--out', at('tagged-back.kinescope'))
    expect((await cli('search', at('tagged-back.kinescope'))).stdout).toBe(printed.stdout)
    expect((await cli('search', at('tagged-back.kinescope'), '--order', 'newest', '--limit', '1')).lines).toMatchObject([{ tags: [{ key: 'trace' }, { key: 'urgent' }] }])
  })
})

describe('bad values', () => {
  it.each([
    ['a size of another unit', ['--max-bytes', '5MB'], '--max-bytes 5MB is not a size.'],
    ['a negative size', ['--max-bytes', '-1'], '--max-bytes -1 is not a size.'],
    ['no size', ['--max-bytes', ''], '--max-bytes is empty.'],
    ['a ring that is too small', ['--keep-at-most', '15MiB'], '--keep-at-most 15MiB is too little: it takes at least 16 MiB.'],
    ['a ring of no size', ['--keep-at-most', 'much'], '--keep-at-most much is not a size.'],
    ['a query that is too long', ['--filter', 'a'.repeat(10_001)], 'A value was refused: filter: '],
    ['a switch with a value', ['--fan-out=no'], "Option '--fan-out' does not take an argument"],
  ])('%s ends with a sentence', async (_name, args, words) => {
    expectRefused(await cli('capture', 'events', '--out', at('bad.kinescope'), ...args), 2, words, 'bad.kinescope')
  })
})
