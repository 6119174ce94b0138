import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { DescribeStreamSummaryCommand, GetRecordsCommand, GetShardIteratorCommand, type KinesisClient, ListStreamsCommand, PutRecordCommand } from '@aws-sdk/client-kinesis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createKinesisClient } from '../../electron/accounts/kinesis-client.ts'
import { placeholderKeys } from '../../electron/accounts/placeholder-keys.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../electron/sandbox/start-sandbox.ts'

const options: SandboxOptions = {
  serverWorker: new URL('../../electron/sandbox/server-worker.ts', import.meta.url),
  trafficWorker: new URL('../../electron/sandbox/traffic-worker.ts', import.meta.url),
  seed: 7,
}

const clients: KinesisClient[] = []
const clientOf = ({ endpoint, region }: Sandbox, account: string | null, readOnly = false): KinesisClient => {
  const client = createKinesisClient({ endpoint, region, credentials: placeholderKeys(account), readOnly })
  clients.push(client)
  return client
}
const readAll = async (client: KinesisClient, stream: string, shard: number) => {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName: stream, ShardId: `shardId-${String(shard).padStart(12, '0')}`, ShardIteratorType: 'TRIM_HORIZON' }),
  )
  return (await client.send(new GetRecordsCommand({ ShardIterator }))).Records ?? []
}
const isOpen = (url: string) =>
  new Promise<boolean>((done) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })

describe('the sandbox', () => {
  let sandbox: Sandbox
  let shop: KinesisClient
  let rehearsal: KinesisClient
  const count = async () => (await readAll(shop, 'orders', 1)).length
  beforeAll(async () => {
    sandbox = await startSandbox(options)
    shop = clientOf(sandbox, sandbox.accounts[0]?.id ?? '')
    rehearsal = clientOf(sandbox, sandbox.accounts[1]?.id ?? '')
  })
  afterAll(async () => {
    for (const client of clients) client.destroy()
    await sandbox.stop()
  })

  test('has two accounts, each with its own streams, all active', async () => {
    expect((await shop.send(new ListStreamsCommand())).StreamNames?.toSorted()).toEqual(['app-logs', 'clicks', 'iot-readings', 'orders', 'payments-kpl'])
    expect((await rehearsal.send(new ListStreamsCommand())).StreamNames?.toSorted()).toEqual(['audit', 'orders-copy'])
    const { StreamDescriptionSummary: orders } = await shop.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }))
    expect(orders).toMatchObject({ StreamARN: 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders', OpenShardCount: 4, StreamStatus: 'ACTIVE' })
  })

  test('has records in every stream at once, but for the one to replay into', async () => {
    for (const { name, shards } of sandbox.accounts.flatMap(({ streams }) => streams)) {
      const client = name === 'audit' || name === 'orders-copy' ? rehearsal : shop
      const found = await Promise.all(Array.from({ length: shards }, (_, shard) => readAll(client, name, shard)))
      expect([name, found.flat().length > 0]).toEqual([name, name !== 'orders-copy'])
    }
  })

  test('has traffic that goes on, and follows the rate', async () => {
    const before = await count()
    await vi.waitFor(async () => expect(await count()).toBeGreaterThan(before + 10), { timeout: 15_000, interval: 100 })
    sandbox.setRate(0)
    expect(sandbox.ratePerSecond).toBe(0)
    let last = -1
    await vi.waitFor(
      async () => {
        const now = await count()
        const isStill = now === last
        last = now
        expect(isStill).toBe(true)
      },
      { timeout: 15_000, interval: 1000 },
    )
  })

  test('puts the hot customer on one shard', async () => {
    const sizes = await Promise.all([0, 1, 2, 3].map(async (shard) => (await readAll(shop, 'orders', shard)).length))
    expect(Math.max(...sizes)).toBe(sizes[1])
    expect(sizes[1]).toBeGreaterThan(1.4 * Math.max(...sizes.toSpliced(1, 1)))
  })

  test('refuses a write of a read-only client, and stores nothing', async () => {
    const put = new PutRecordCommand({ StreamName: 'orders-copy', PartitionKey: 'k', Data: Buffer.from('x') })
    await expect(clientOf(sandbox, '444455556666', true).send(put)).rejects.toMatchObject({ failure: { code: 'read-only' } })
    expect(await readAll(rehearsal, 'orders-copy', 0)).toEqual([])
    expect(await readAll(rehearsal, 'orders-copy', 1)).toEqual([])
  })

  test('listens on the loopback interface only', async () => {
    const outside = Object.values(networkInterfaces()).flatMap((list) => list ?? []).find(({ internal, family }) => !internal && family === 'IPv4')
    expect(await isOpen(sandbox.endpoint)).toBe(true)
    if (outside !== undefined) expect(await isOpen(`http://${outside.address}:${new URL(sandbox.endpoint).port}`)).toBe(false)
  })
})

describe('its threads', () => {
  const threads: Worker[] = []
  const remember = (worker: Worker) => threads.push(worker)
  /** A thread that has ended has no id any more. */
  const running = () => threads.filter(({ threadId }) => threadId !== -1).length
  beforeEach(() => {
    threads.length = 0
    process.on('worker', remember)
  })
  afterEach(() => process.off('worker', remember))

  test('end with it, and free its port, while another sandbox goes on', async () => {
    await using one = await startSandbox({ ...options, ratePerSecond: 0 })
    await using two = await startSandbox({ ...options, ratePerSecond: 0 })
    expect(one.endpoint).not.toBe(two.endpoint)
    expect(running()).toBe(4)
    await one.stop()
    expect(await one.finished).toBeNull()
    expect(running()).toBe(2)
    expect(await isOpen(one.endpoint)).toBe(false)
    expect(await isOpen(two.endpoint)).toBe(true)
    await two.stop()
    expect(running()).toBe(0)
  })

  test('are gone when the start is given up', async () => {
    const abort = new AbortController()
    const start = startSandbox({ ...options, signal: abort.signal })
    await expect.poll(running).toBe(1)
    abort.abort()
    await expect(start).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    expect(running()).toBe(0)
  })

  test('end the start with a reason when one dies', async () => {
    const serverWorker = new URL('data:text/javascript,throw new Error("no such luck")')
    await expect(startSandbox({ ...options, serverWorker })).rejects.toMatchObject({ failure: { code: 'internal', message: expect.stringContaining('no such luck') } })
    const trafficWorker = new URL('data:text/javascript,process.exit(3)')
    await expect(startSandbox({ ...options, trafficWorker })).rejects.toMatchObject({ failure: { code: 'internal', message: expect.stringContaining('exit code 3') } })
    expect(running()).toBe(0)
  })

  test('tell when one dies later', async () => {
    await using sandbox = await startSandbox({ ...options, ratePerSecond: 0 })
    await threads[0]?.terminate()
    expect(await sandbox.finished).toMatchObject({ failure: { code: 'internal', message: expect.stringContaining('embedded Kinesis') } })
  })
})
