import { ListStreamConsumersCommand } from '@aws-sdk/client-kinesis'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '#shared/contract/failure-of.ts'
import { type Backend, createBackend } from '../../electron/backend/create-backend.ts'
import { headlessHost } from '../../electron/backend/host-services.ts'
import { openCatalog } from '../../electron/store/catalog.ts'
import { captureFixture, type CaptureFixture, expectExactly, numbered, type TestStream } from '../fakes/capture-fixture.ts'
import { sourceWorkers } from '../fakes/source-workers.ts'

let fixture: CaptureFixture
let dataDir: string
let backend: Backend | null = null
beforeAll(async () => {
  fixture = await captureFixture()
})
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kinescope-library-'))
})
afterEach(async () => {
  await backend?.close()
  backend = null
  rmSync(dataDir, { recursive: true, force: true })
})
afterAll(() => fixture[Symbol.asyncDispose]())

const start = () => {
  backend = createBackend({ dataDir, host: headlessHost('test', '0.0.0'), workers: sourceWorkers, env: { HOME: dataDir, PATH: process.env['PATH'] } })
  return backend.client
}
const connect = async (client: Backend['client'], readOnly = false) =>
  (await client.connections.add({ kind: 'endpoint', label: readOnly ? 'looker' : 'local', endpoint: fixture.kinesis.endpoint, region: 'us-east-1', accountId: null, readOnly })).id
const consumersOf = async ({ arn }: TestStream) => {
  const { Consumers = [] } = await fixture.client.send(new ListStreamConsumersCommand({ StreamARN: arn }))
  return Consumers.map(({ ConsumerName }) => ConsumerName ?? '')
}
const wanted = { from: { type: 'TRIM_HORIZON' }, until: { type: 'never' }, maxRecords: null } as const

describe('a capture that is started under a name', () => {
  it('goes on without a tab, until its condition is met, and is one file of the library then', async () => {
    const client = start()
    const connectionId = await connect(client)
    const stream = await fixture.createStream(2)
    const entries = await fixture.put(stream, numbered(50, 'a'))
    const info = await client.captures.start({ ...wanted, name: 'incident 4711', connectionId, stream: stream.name, maxRecords: 100 })
    expect(info).toMatchObject({ name: 'incident 4711', state: 'reading' })
    await client.captures.close({ id: info.id })
    entries.push(...(await fixture.put(stream, numbered(50, 'b'))))
    await expect.poll(async () => (await client.captures.list())[0]?.state, { timeout: 10_000 }).toBe('complete')
    const [last] = await client.captures.list()
    expect(last).toMatchObject({ id: info.id, records: 100 })
    expectExactly(last?.path ?? '', entries)
  })

  it('that cannot begin leaves nothing behind', async () => {
    const client = start()
    const connectionId = await connect(client)
    const stream = await fixture.createStream(1)
    const attempt = client.captures.start({ ...wanted, name: 'no query', connectionId, stream: stream.name, filter: '(' })
    await expect(attempt.catch(failureOf)).resolves.toMatchObject({ code: 'bad-query' })
    expect(await client.captures.list()).toEqual([])
  })

  it('is read on from where it was cut off, within the limits that it was started with', async () => {
    const client = start()
    const connectionId = await connect(client)
    const stream = await fixture.createStream(1)
    await fixture.put(stream, numbered(30, 'a'))
    const { id } = await client.captures.start({ ...wanted, name: 'cut off', connectionId, stream: stream.name, maxRecords: 40, filter: 'NOT nothing' })
    await expect.poll(async () => (await client.captures.list())[0]?.records, { timeout: 10_000 }).toBe(30)
    const { reading } = (() => {
      using catalog = openCatalog(dataDir)
      const [entry] = catalog.listCaptures()
      return { reading: entry?.reading ?? null }
    })()
    await client.captures.stop({ id })
    // As a kill leaves it.
    {
      using catalog = openCatalog(dataDir)
      catalog.setReading(id, reading)
    }
    await fixture.put(stream, numbered(30, 'b'))
    expect(await client.captures.resumeReading({ id })).toMatchObject({ id, filter: 'NOT nothing' })
    await expect.poll(async () => (await client.captures.list())[0]?.state, { timeout: 10_000 }).toBe('complete')
    expect((await client.captures.list())[0]?.records).toBe(40)
  })
})

describe('a capture of the sandbox that was cut off', () => {
  it('is whole, and not offered to be read on: its streams are gone', async () => {
    const client = start()
    const stream = await fixture.createStream(1)
    await fixture.put(stream, numbered(10, 'a'))
    const info = await client.captures.start({ ...wanted, name: 'demo', connectionId: await connect(client), stream: stream.name })
    await client.captures.stop({ id: info.id })
    await backend?.close()
    {
      using catalog = openCatalog(dataDir)
      catalog.setReading(info.id, { since: 1, connectionId: 'sandbox-1', streamArn: stream.arn, until: { type: 'never' }, maxRecords: null, maxBytes: null, capBytes: null, fanOut: false })
    }
    const [entry] = await start().captures.list()
    expect(entry).toMatchObject({ id: info.id, state: 'stopped', failure: null })
    expect(entry?.held).toBeUndefined()
  })
})

describe('reading by fan-out', () => {
  it('registers a consumer of its own, reads by it, and removes it at the end', async () => {
    const client = start()
    const connectionId = await connect(client)
    const stream = await fixture.createStream(2)
    const entries = await fixture.put(stream, numbered(50, 'a'))
    const info = await client.captures.start({ ...wanted, name: 'pushed', connectionId, stream: stream.name, fanOut: true })
    expect(await consumersOf(stream)).toEqual([expect.stringMatching(/^kinescope-[0-9a-f]{12}$/)])
    entries.push(...(await fixture.put(stream, numbered(50, 'b'))))
    for await (const progress of await client.captures.watch({ id: info.id })) {
      expect(progress).toMatchObject({ way: 'fan-out', fallback: null, failure: null })
      if (progress.records === entries.length) break
    }
    const { path } = await client.captures.stop({ id: info.id })
    expectExactly(path, entries)
    // It is DELETING for a moment.
    await expect.poll(() => consumersOf(stream)).toEqual([])
  })

  it('removes one that is only just being registered when Kinescope closes', async () => {
    const client = start()
    const connectionId = await connect(client)
    const stream = await fixture.createStream(1)
    const attempt = client.captures.start({ ...wanted, name: 'too late', connectionId, stream: stream.name, fanOut: true }).catch(failureOf)
    // It is CREATING for half a second.
    await expect.poll(() => consumersOf(stream), { interval: 5 }).toHaveLength(1)
    await backend?.close()
    backend = null
    {
      using catalog = openCatalog(dataDir)
      expect(catalog.listConsumers()).toEqual([])
      expect(catalog.listCaptures()).toEqual([])
    }
    await expect(attempt).resolves.toHaveProperty('code')
    await expect.poll(() => consumersOf(stream)).toEqual([])
  })

  it('removes what a killed Kinescope has left registered', async () => {
    const connection = { id: 'gone', kind: 'endpoint', label: 'gone', environment: 'local', region: 'us-east-1', endpoint: fixture.kinesis.endpoint, profile: null, accountId: null, readOnly: false } as const
    const stream = await fixture.createStream(1)
    const { RegisterStreamConsumerCommand } = await import('@aws-sdk/client-kinesis')
    await fixture.client.send(new RegisterStreamConsumerCommand({ StreamARN: stream.arn, ConsumerName: 'kinescope-left' }))
    {
      using catalog = openCatalog(dataDir)
      catalog.addConsumer({ name: 'kinescope-left', streamArn: stream.arn, connection, owner: 'a process that is gone', registeredAt: 1 })
      // It was noted, and then never registered.
      catalog.addConsumer({ name: 'kinescope-never', streamArn: stream.arn, connection, owner: 'a process that is gone', registeredAt: 1 })
    }
    start()
    await expect.poll(() => consumersOf(stream), { timeout: 10_000 }).toEqual([])
    await expect
      .poll(() => {
        using catalog = openCatalog(dataDir)
        return catalog.listConsumers()
      })
      .toEqual([])
  })

  it('is refused on a read-only connection before anything is sent', async () => {
    const client = start()
    const connectionId = await connect(client, true)
    const stream = await fixture.createStream(1)
    const attempt = client.captures.openView({ connectionId, stream: stream.name, from: { type: 'LATEST' }, fanOut: true })
    await expect(attempt.catch(failureOf)).resolves.toMatchObject({ code: 'read-only', action: 'Read by polling, or use a connection that may write.' })
    expect(await consumersOf(stream)).toEqual([])
  })
})
