import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { GetRecordsCommand, GetShardIteratorCommand, ListShardsCommand } from '@aws-sdk/client-kinesis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { KinescopeError } from '#shared/model/error.ts'
import { createKinesisClient } from '../../electron/accounts/kinesis-client.ts'
import { startCapture } from '../../electron/capture/capture-session.ts'
import { createFetcher } from '../../electron/capture/fetcher.ts'
import type { FetcherOptions } from '../../electron/capture/fetcher.ts'
import { faultOf } from '../../electron/kinesis/fault.ts'
import { withRecordsDecoder } from '../../electron/kinesis/get-records-decoder.ts'
import { columnsOf } from '../../electron/kinesis/page-columns.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { verifyCapture } from '../../electron/store/verify.ts'
import { connectionTo } from '../fakes/capture-fixture.ts'
import { startModel } from '../fakes/kinesis-model/start-model.ts'
import type { RunningModel } from '../fakes/kinesis-model/start-model.ts'

const RECORDS = 24_000
const SHARD = 'shardId-000000000000'
let model: RunningModel
const folder = mkdtempSync(join(tmpdir(), 'kinescope-apart-'))
beforeAll(async () => {
  model = await startModel({ canned: { shards: 4, recordsPerShard: RECORDS / 4, recordBytes: 1000 } })
})
afterAll(async () => {
  await model.stop()
  rmSync(folder, { recursive: true, force: true })
})

const credentials = () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b' })
const stock = () => createKinesisClient({ region: model.region, endpoint: model.endpoint, credentials, readOnly: true })

const fetching = (options: Partial<FetcherOptions> = {}) => {
  const client = withRecordsDecoder(stock(), { onDifference: () => {} })
  const log: string[] = []
  const fetcher = createFetcher({
    client,
    entry: new URL('../../electron/capture/fetch-worker.ts', import.meta.url),
    job: { region: model.region, endpoint: model.endpoint },
    credentials,
    now: () => performance.now(),
    explain: (error) => KinescopeError.from({ code: 'internal', message: String(error), action: '', retryable: false, requestId: null, position: null }),
    log: (line) => log.push(line),
    busyBytes: 1,
    ...options,
  })
  const close = () => {
    fetcher.close()
    client.destroy()
  }
  return { fetcher, log, close }
}

const begin = async (fetcher: ReturnType<typeof fetching>['fetcher']): Promise<string> =>
  (await fetcher.send(new GetShardIteratorCommand({ StreamARN: model.stream.arn, ShardId: SHARD, ShardIteratorType: 'TRIM_HORIZON' }))).ShardIterator ?? ''
/** Reads until the thread has taken over. */
const warm = async (fetcher: ReturnType<typeof fetching>['fetcher']) => {
  const iterator = await begin(fetcher)
  await vi.waitUntil(
    async () => {
      await fetcher.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 500 }))
      return fetcher.isApart
    },
    { timeout: 20_000 },
  )
  // Past those that it reads both ways.
  for (let n = 0; n < 4; n++) await fetcher.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 500 }))
  return iterator
}

describe('fetching in a thread of its own', () => {
  it('answers as the stock client does', async () => {
    const { fetcher, close } = fetching()
    const client = stock()
    try {
      const iterator = await warm(fetcher)
      for (const Limit of [1, 30, 2000]) {
        const ours = await fetcher.send(new GetRecordsCommand({ ShardIterator: iterator, Limit }))
        const theirs = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit }))
        expect({ ...ours, $metadata: null }).toEqual({ ...theirs, $metadata: null })
        expect(ours.$metadata.httpStatusCode).toBe(200)
        expect(columnsOf(ours) === undefined).toBe(Limit < 2000)
      }
      expect((await fetcher.send(new ListShardsCommand({ StreamARN: model.stream.arn }))).Shards).toHaveLength(4)
    } finally {
      client.destroy()
      close()
    }
  })

  it('tells faults apart as the stock client does, and stops a call that is aborted', async () => {
    const { fetcher, close } = fetching()
    try {
      const iterator = await warm(fetcher)
      const refused = await fetcher.send(new GetRecordsCommand({ ShardIterator: `${'A'.repeat(200)}/99/0` })).catch((error: unknown) => error)
      expect(faultOf(refused)).toBe('invalid-argument')
      const over = new AbortController()
      const call = fetcher.send(new GetRecordsCommand({ ShardIterator: iterator }), { abortSignal: over.signal }).catch((error: unknown) => error)
      over.abort()
      expect(await call).toBeInstanceOf(Error)
    } finally {
      close()
    }
  })

  it('gives the memory of a page back, and whoever still looks at it sees none', async () => {
    const { fetcher, close } = fetching()
    try {
      const iterator = await warm(fetcher)
      const output = await fetcher.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 2000 }))
      const held = columnsOf(output)
      held?.giveBack()
      held?.giveBack()
      expect(held?.columns.data.detached).toBe(true)
    } finally {
      close()
    }
  })

  it('goes back to the own thread when that one dies, and loses no more than the call', async () => {
    const { fetcher, log, close } = fetching({ entry: new URL('../fakes/dying-fetch-worker.ts', import.meta.url) })
    try {
      const iterator = await begin(fetcher)
      let lost: unknown
      await vi.waitUntil(
        async () => {
          await fetcher.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 500 })).catch((error: unknown) => (lost = error))
          return lost !== undefined
        },
        { timeout: 20_000 },
      )
      expect(faultOf(lost)).toBe('network')
      expect(fetcher.isApart).toBe(false)
      expect(log).toHaveLength(1)
      expect((await fetcher.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 500 }))).Records).toHaveLength(500)
    } finally {
      close()
    }
  })
})

describe('a capture of much', () => {
  it('holds each record once, and sends the main thread counters and nothing that grows with the records', async () => {
    const emit = vi.spyOn(Worker.prototype, 'emit')
    const path = join(folder, 'a.kinescope')
    try {
      const session = startCapture({
        worker: new URL('../../electron/capture/capture-worker.ts', import.meta.url),
        path,
        mode: 'create',
        durable: true,
        capBytes: null,
        connection: connectionTo(model.endpoint),
        credentials,
        stream: model.stream,
        from: { type: 'TRIM_HORIZON' },
        until: { type: 'now' },
        maxRecords: null,
        readsPerSecond: Number.POSITIVE_INFINITY,
        name: null,
      })
      expect((await session.finished).records).toBe(RECORDS)
      const messages = emit.mock.calls.flatMap(([event, message]) => (event === 'message' ? [JSON.stringify(message)] : []))
      // 24 MB went by; a message has the counters of four shards.
      expect(Math.max(...messages.map(({ length }) => length))).toBeLessThan(10_000)
      expect(messages.length).toBeLessThan(RECORDS / 20)
      expect(messages.some((message) => message.includes('quick brown parcel'))).toBe(false)
    } finally {
      emit.mockRestore()
    }
    expect(verifyCapture(path).problems).toEqual([])
    using reader = openCapture(path)
    expect(reader.shards().map(({ records }) => records)).toEqual([6000, 6000, 6000, 6000])
    const rows = reader.rows(1, reader.lastRow())
    expect(new Set(rows.map(({ shardId, sequenceNumber }) => `${shardId} ${sequenceNumber}`)).size).toBe(RECORDS)
  })
})
