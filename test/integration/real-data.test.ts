import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExportedRecord } from '#shared/model/record.ts'
import { exportedBytes } from '../../electron/exchange/exported-record.ts'
import { type EmbeddedKinesis, startEmbedded } from '../fakes/embedded-kinesis.ts'
import { type CliSetting, builtCli, kinescope } from './kinescope.ts'
import { createStream, multiset, type Put, put, readAll } from './streams.ts'

/** Real CloudTrail events beside the checkout; a clone of the project alone has none. */
const data = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'cloudtrail-events.ndjson.gz')

const byKey = (all: readonly { key: string; data: Uint8Array }[]) =>
  Object.fromEntries([...Map.groupBy(all, ({ key }) => key)].map(([key, some]) => [key, some.map((one) => Buffer.from(one.data).toString())]))

describe.skipIf(!existsSync(data))('2,900 real CloudTrail events (../shared/data/cloudtrail-events.ndjson.gz)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-real-'))
  const file = join(folder, 'trail.kinescope')
  let kinesis: EmbeddedKinesis
  let setting: CliSetting
  let away: CliSetting
  let events: Put[]

  beforeAll(async () => {
    const building = builtCli()
    kinesis = await startEmbedded({ streams: 'trail:4' })
    await building
    const options = ['--endpoint', kinesis.endpoint, '--data-dir', join(folder, 'data')]
    setting = { options, home: folder }
    away = { options: [...options, '--account', '111122223333'], home: folder }
    const lines = gunzipSync(readFileSync(data)).toString('utf8').split('\n').filter(Boolean)
    events = lines.map((line) => ({ key: (JSON.parse(line) as { eventSource: string }).eventSource, data: Buffer.from(line) }))
    await put(kinesis.client(), 'trail', events)
  }, 180_000)
  afterAll(async () => {
    await kinesis.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are captured, each once and byte for byte', async () => {
    expect(events).toHaveLength(2900)
    const ended = await kinescope(['capture', 'trail', '--out', file, '--from', 'trim_horizon', '--until', 'now'], setting)
    expect(ended).toMatchObject({ code: 0, lines: [{ records: 2900, shards: 4, gaps: 0, state: 'complete' }] })
    const { lines } = await kinescope(['search', file], setting)
    const records = lines.map((line) => ExportedRecord.parse(line))
    expect(multiset(records.map((one) => ({ key: one.partitionKey, data: exportedBytes(one) ?? Buffer.of() })))).toEqual(multiset(events))
    expect(await kinescope(['verify', file], setting)).toMatchObject({ code: 0, lines: [{ ok: true, records: 2900, integrity: 'ok', problems: [] }] })
  })

  it('hold 102 throttled calls', async () => {
    const counted = await kinescope(['search', file, 'errorCode:ThrottlingException', '--count'], setting)
    expect(counted.lines).toMatchObject([{ count: 102 }])
    const { lines } = await kinescope(['search', file, 'errorCode:ThrottlingException'], setting)
    const found = lines.map((line) => JSON.parse(ExportedRecord.parse(line).data) as { errorCode: string })
    expect(found.map(({ errorCode }) => errorCode)).toEqual(Array.from({ length: 102 }, () => 'ThrottlingException'))
  })

  it('are replayed into a second account, the same keys and bytes, in order per key', async () => {
    const client = kinesis.client('111122223333')
    await createStream(client, 'trail-copy', 2)
    const ended = await kinescope(['replay', file, '--to', 'trail-copy'], away)
    expect(ended).toMatchObject({ code: 0, lines: [{ planned: 2900, sent: 2900, acknowledged: 2900, failed: 0, unknown: 0 }] })
    const copied = await readAll(client, 'trail-copy')
    expect(multiset(copied)).toEqual(multiset(events))
    expect(byKey(copied)).toEqual(byKey(await readAll(kinesis.client(), 'trail')))
  })
})
