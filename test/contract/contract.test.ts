import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateStreamCommand, GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { failureOf } from '#shared/contract/failure-of.ts'
import { type Client, contract } from '#shared/contract/contract.ts'
import { type Backend, createBackend } from '../../electron/backend/create-backend.ts'
import { headlessHost } from '../../electron/backend/host-services.ts'
import { type EmbeddedKinesis, startEmbedded } from '../fakes/embedded-kinesis.ts'
import { sourceWorkers } from '../fakes/source-workers.ts'
import { type Connected, transports } from './transports.ts'

const account = '111122223333'
let kinesis: EmbeddedKinesis
let backend: Backend
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinescope-contract-'))
  kinesis = await startEmbedded()
  const client = kinesis.client(account)
  for (const name of ['orders', 'copy']) await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 2 }))
  backend = createBackend({ dataDir: join(folder, 'data'), host: headlessHost('test', '0.0.0'), workers: sourceWorkers, env: { HOME: folder, PATH: process.env['PATH'] } })
})

afterAll(async () => {
  await backend.close()
  await kinesis.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Procedures that were called, to see that no procedure of the contract is left out. */
const called = new Set<string>()

function counting(client: Client): Client {
  const wrap = (value: unknown, path: string[]): unknown =>
    new Proxy(value as object, {
      get: (target, key) => (typeof key === 'string' && path.length < 2 ? wrap(Reflect.get(target, key), [...path, key]) : Reflect.get(target, key)),
      apply: (target, self, args) => {
        called.add(path.join('.'))
        return Reflect.apply(target as () => unknown, self, args)
      },
    })
  return wrap(client, []) as Client
}

async function first<T>(source: AsyncIterable<T>, until: (value: T) => boolean): Promise<T> {
  for await (const value of source) if (until(value)) return value
  throw new Error('the iterator ended before its condition was met')
}

describe.each(Object.entries(transports))('over %s', (name, connect) => {
  let connected: Connected
  let client: Client
  const label = `local ${name}`

  beforeAll(async () => {
    connected = await connect(backend)
    client = counting(connected.client)
  })
  afterAll(() => connected.close())

  test('tells what the host can do, and opens no link outside the list', async () => {
    const capabilities = await client.host.capabilities()
    expect(capabilities).toMatchObject({ host: 'test', fileDialogs: false })
    await expect(client.host.openLink({ url: 'https://evil.example/' }).catch(failureOf)).resolves.toMatchObject({ code: 'invalid-argument' })
    await expect(client.host.openLink({ url: 'https://docs.aws.amazon.com/streams/' })).resolves.toBeUndefined()
    await expect(client.host.pickCapture()).resolves.toBeNull()
    await expect(client.host.pickSavePath({ suggested: 'x.ndjson' })).resolves.toBeNull()
  })

  test('adds, lists, watches and removes connections', async () => {
    const watching = first(await client.connections.watch(), (list) => list.some((connection) => connection.label === 'gone'))
    const { id } = await client.connections.add({ kind: 'endpoint', label: 'gone', endpoint: kinesis.endpoint, region: 'us-east-1', accountId: null })
    await watching
    await client.connections.remove({ id })
    expect((await client.connections.list()).map((connection) => connection.id)).not.toContain(id)
    expect(await client.connections.profiles()).toMatchObject({ profiles: [] })
    await expect(client.connections.remove({ id }).catch(failureOf)).resolves.toMatchObject({ code: 'not-found' })
  })

  test('refuses input that is not of the contract, and says so', async () => {
    const bad = { kind: 'endpoint', label: '', endpoint: 7 } as unknown as Parameters<Client['connections']['add']>[0]
    await expect(client.connections.add(bad).catch(failureOf)).resolves.toMatchObject({ code: 'invalid-argument' })
  })

  test('does the main job: list, view, keep, search, replay, and every failure as data', async () => {
    const connection = await client.connections.add({ kind: 'endpoint', label, endpoint: kinesis.endpoint, region: 'us-east-1', accountId: account })
    const connectionId = connection.id
    expect((await client.streams.list({ connectionId })).map((stream) => stream.name).toSorted()).toEqual(['copy', 'orders'])
    const listing = await first(await client.streams.watch(), (it) => it.connectionId === connectionId && it.state === 'ready')
    expect(listing.streams).toHaveLength(2)
    await client.streams.refresh({ connectionId })
    expect(await client.streams.describe({ connectionId, stream: 'orders' })).toMatchObject({ openShards: 2, encryption: 'NONE' })
    await expect(client.streams.describe({ connectionId, stream: 'nowhere' }).catch(failureOf)).resolves.toMatchObject({
      code: 'stream-not-found',
      action: expect.any(String) as string,
    })

    const view = await client.captures.openView({ connectionId, stream: 'orders', from: { type: 'LATEST' } })
    await first(await client.captures.watch({ id: view.id }), (progress) => progress.state === 'reading' && progress.shards.length === 2 && progress.shards.every((shard) => shard.state === 'caught-up'))
    const tag = `mark-${name.replaceAll(' ', '-')}`
    const rows = await client.records.openRows({ captureId: view.id, query: '' })
    const entries = Array.from({ length: 20 }, (_, n) => ({ PartitionKey: `key-${n}`, Data: Buffer.from(JSON.stringify({ n, tag, big: '9223372036854775807' })) }))
    await kinesis.client(account).send(new PutRecordsCommand({ StreamName: 'orders', Records: entries }))
    await first(await client.records.watchRows({ rowSetId: rows.rowSetId }), ({ matched }) => matched === 20)

    const page = await client.records.page({ rowSetId: rows.rowSetId, offset: 5, limit: 10 })
    expect(page.rows).toHaveLength(10)
    const detail = await client.records.detail({ captureId: view.id, id: page.rows[0]!.id })
    expect(detail).toMatchObject({ format: 'json', partitionKey: page.rows[0]!.partitionKey })
    const bytes = await client.records.bytes({ captureId: view.id, id: page.rows[0]!.id, offset: 0, length: 5 })
    expect(Buffer.from(bytes.dataBase64, 'base64').toString()).toBe('{"n":')
    const histogram = await client.records.histogram({ rowSetId: rows.rowSetId, buckets: 10 })
    expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(20)

    const few = await client.records.openRows({ captureId: view.id, query: 'n:>=15' })
    await first(await client.records.watchRows({ rowSetId: few.rowSetId }), ({ matched, state }) => matched === 5 && state !== 'scanning')
    await client.records.stopRows({ rowSetId: few.rowSetId })
    await client.records.closeRows({ rowSetId: few.rowSetId })
    await expect(client.records.openRows({ captureId: view.id, query: 'n:(' }).catch(failureOf)).resolves.toMatchObject({
      code: 'bad-query',
      position: expect.any(Number) as number,
    })

    await client.reads.setBudget({ readsPerSecond: 4 })
    const use = await first(await client.reads.watch(), ({ streams }) => streams.some(({ readers }) => readers.some(({ captureId, readsPerSecond }) => captureId === view.id && readsPerSecond > 0)))
    expect(use.readsPerSecond).toBe(4)
    expect(use.streams.find(({ streamName }) => streamName === 'orders')?.readsPerSecond).toBeLessThanOrEqual(4)
    await expect(client.reads.setBudget({ readsPerSecond: 6 }).catch(failureOf)).resolves.toMatchObject({ code: 'invalid-argument' })

    await client.captures.pause({ id: view.id })
    await first(await client.captures.watch({ id: view.id }), ({ state }) => state === 'paused')
    await client.captures.resume({ id: view.id })
    await first(await client.captures.watch({ id: view.id }), ({ state }) => state === 'reading')
    const kept = await client.captures.keep({ id: view.id, name: `kept ${name}` })
    expect(kept.name).toBe(`kept ${name}`)
    expect(await client.captures.gaps({ id: view.id })).toEqual([])
    const stopped = await client.captures.stop({ id: view.id })
    expect(stopped).toMatchObject({ state: 'stopped', records: 20 })
    expect(stopped.path).toContain('captures')
    expect(await client.captures.verify({ path: stopped.path })).toMatchObject({ ok: true, records: 20 })
    const salvaged = []
    for await (const progress of await client.captures.salvage({ path: stopped.path, out: join(folder, `salvaged ${name}.kinescope`) })) salvaged.push(progress)
    expect(salvaged.at(-1)).toEqual({ records: 20, lost: 0, gaps: 0, done: true })
    expect(await client.captures.resumeReading({ id: view.id })).toMatchObject({ id: view.id, state: 'reading', records: 20 })
    await client.captures.stop({ id: view.id })

    const scanned = []
    for await (const batch of await client.captures.scan({ captureId: view.id, query: 'n:<3', order: 'newest', limit: null, follow: false })) scanned.push(...batch.records)
    expect(scanned.map((record) => (JSON.parse(record.data) as { n: number }).n).toSorted((a, b) => a - b)).toEqual([0, 1, 2])
    expect(await client.captures.count({ captureId: view.id, query: tag })).toMatchObject({ count: 20 })

    const request = { captureId: view.id, query: 'n:<3', target: { connectionId, stream: 'copy' }, pace: { type: 'fastest' as const } }
    const before = await read('copy')
    expect(await client.replays.plan(request)).toMatchObject({ records: 3, sourceIsTarget: false, oversize: 0 })
    expect(await read('copy')).toHaveLength(before.length)
    const replay = await client.replays.start({ ...request, confirm: null })
    const done = await first(await client.replays.watch({ replayId: replay.replayId }), ({ state }) => state !== 'running')
    expect(done).toMatchObject({ state: 'done', planned: 3, acknowledged: 3, failed: 0, unknown: 0 })
    expect((await client.replays.list()).map((it) => it.replayId)).toContain(replay.replayId)
    await expect(read('copy')).resolves.toHaveLength(before.length + 3)
    const onto = { ...request, target: { connectionId, stream: 'orders' } }
    await expect(client.replays.start({ ...onto, confirm: null }).catch(failureOf)).resolves.toMatchObject({ code: 'source-is-target' })

    const out = join(folder, `${tag}.ndjson`)
    await first(await client.captures.exportTo({ captureId: view.id, query: '', format: 'ndjson', path: out }), ({ done: written }) => written)
    const back = join(folder, `${tag}.kinescope`)
    await first(await client.captures.importFrom({ path: out, out: back, keyField: null }), ({ done: read }) => read)
    const opened = await client.captures.openFile({ path: back })
    expect(opened).toMatchObject({ records: 20, state: 'stopped' })
    await client.captures.close({ id: opened.id })

    await client.captures.close({ id: view.id })
    expect((await client.captures.open({ id: view.id })).name).toBe(`kept ${name}`)
    await first(await client.captures.watchLibrary(), (list) => list.some(({ id }) => id === view.id))
    await client.captures.remove({ id: view.id })
    expect((await client.captures.list()).map(({ id }) => id)).not.toContain(view.id)
    await client.replays.stop({ replayId: replay.replayId })
  })

  test('starts a capture under a name, which the list tells how it comes on', async () => {
    const connection = await client.connections.add({ kind: 'endpoint', label: `${label} named`, endpoint: kinesis.endpoint, region: 'us-east-1', accountId: account })
    const wanted = { connectionId: connection.id, stream: 'orders', from: { type: 'TRIM_HORIZON' as const }, until: { type: 'never' as const }, maxRecords: null }
    const started = await client.captures.start({ ...wanted, name: `named ${name}`, filter: 'n:0' })
    const told = await first(await client.captures.watchLibrary(), (list) => list.some(({ id, pace }) => id === started.id && pace !== undefined))
    expect(told.find(({ id }) => id === started.id)).toMatchObject({ name: `named ${name}`, filter: 'n:0', pace: { way: 'polling' } })
    const stopped = await client.captures.stop({ id: started.id })
    expect([stopped.state, stopped.pace]).toEqual(['stopped', undefined])
    await client.captures.remove({ id: started.id })
    await client.connections.remove({ id: connection.id })
  })

  test('captures into a file until now, and ends the iterator', async () => {
    const connection = await client.connections.add({ kind: 'endpoint', label: `${label} file`, endpoint: kinesis.endpoint, region: 'us-east-1', accountId: account })
    const path = join(folder, `file-${name.replaceAll(' ', '-')}.kinescope`)
    const seen = []
    const request = { connectionId: connection.id, stream: 'orders', path, from: { type: 'TRIM_HORIZON' as const }, until: { type: 'now' as const }, maxRecords: null }
    for await (const progress of await client.captures.record(request)) seen.push(progress)
    expect(seen.at(-1)).toMatchObject({ state: 'complete', gaps: 0 })
    expect(seen.at(-1)!.records).toBeGreaterThanOrEqual(20)
  })

  test('an abort ends a watch on both sides', async () => {
    const stop = new AbortController()
    const watching = (async () => {
      for await (const list of await client.connections.watch(undefined, { signal: stop.signal })) void list
    })()
    stop.abort()
    await watching.catch((error: unknown) => expect((error as Error).name).toBe('AbortError'))
  })
})

test('the sandbox opens through the contract, with two accounts', async () => {
  const client = counting(backend.client)
  const accounts = await client.connections.openSandbox()
  expect(accounts.map(({ id }) => id)).toEqual(['sandbox-1', 'sandbox-2'])
  await vi.waitFor(async () => expect((await client.streams.list({ connectionId: 'sandbox-1' })).length).toBeGreaterThan(2), { timeout: 10_000 })
})

test('every procedure of the contract was called', () => {
  const all = Object.entries(contract).flatMap(([domain, procedures]) => Object.keys(procedures).map((procedure) => `${domain}.${procedure}`))
  expect([...called].toSorted()).toEqual(all.toSorted())
})

async function read(stream: string): Promise<string[]> {
  const client = kinesis.client(account)
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }))
  const found: string[] = []
  for (const { ShardId } of Shards) {
    const { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' }))
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }))
    found.push(...Records.map((record) => Buffer.from(record.Data!).toString()))
  }
  return found
}
