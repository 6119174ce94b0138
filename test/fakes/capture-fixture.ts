import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CreateStreamCommand, DescribeStreamSummaryCommand, ListShardsCommand, MergeShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis'
import { expect } from 'vitest'
import type { Connection } from '#shared/model/connection.ts'
import { startCapture } from '../../electron/capture/capture-session.ts'
import type { CaptureOptions, CaptureSession } from '../../electron/capture/capture-session.ts'
import { systemClock } from '../../electron/kinesis/clock.ts'
import { putRecords } from '../../electron/kinesis/producer.ts'
import type { PutEntry } from '../../electron/kinesis/producer.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import type { StoredRecord } from '../../electron/store/capture-rows.ts'
import { verifyCapture } from '../../electron/store/verify.ts'
import { startEmbedded } from './embedded-kinesis.ts'

const worker = new URL('../../electron/capture/capture-worker.ts', import.meta.url)

export interface TestStream {
  name: string
  arn: string
  path: string
}

export type Options = Omit<CaptureOptions, 'worker' | 'credentials'>

export const connectionTo = (endpoint: string): Connection => ({
  id: 'test',
  kind: 'endpoint',
  label: 'test',
  environment: 'local',
  region: 'us-east-1',
  endpoint,
  profile: null,
  accountId: null,
  readOnly: false,
})

export const numbered = (count: number, tag: string): PutEntry[] =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `${tag}-${n % 50}`, explicitHashKey: null, data: Buffer.from(JSON.stringify({ tag, n })) }))

/** Four of them are more than a block of the file holds. */
export const large = (count: number): PutEntry[] =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `large-${n}`, explicitHashKey: null, data: randomBytes(60_000) }))

export const userRecords = (count: number): PutEntry[] =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `user-${n}`, explicitHashKey: null, data: Buffer.from(`user record ${n}`) }))

export const stored = (path: string): StoredRecord[] => {
  using reader = openCapture(path)
  return reader.rows(1, reader.lastRow())
}

const fingerprint = ({ partitionKey, data }: { partitionKey: string; data: Uint8Array }): string =>
  `${partitionKey} ${createHash('sha1').update(data).digest('hex')}`

/** The file holds exactly these, each shard's in its order, and is whole. */
export const expectExactly = (path: string, entries: readonly PutEntry[]) => {
  const records = stored(path)
  expect(records.map(fingerprint).toSorted()).toEqual(entries.map(fingerprint).toSorted())
  const last = new Map<string, bigint>()
  for (const { shardId, sequenceNumber, subsequence } of records) {
    const place = BigInt(sequenceNumber) * 10_000n + BigInt(subsequence)
    expect(place > (last.get(shardId) ?? -1n)).toBe(true)
    last.set(shardId, place)
  }
  expect(verifyCapture(path)).toMatchObject({ ok: true, problems: [] })
}

export const reaches = (session: CaptureSession, records: number) =>
  expect.poll(() => session.progress().records, { timeout: 20_000, interval: 20 }).toBe(records)

export const isCaughtUp = (session: CaptureSession, shards: number) =>
  expect.poll(() => session.progress().shards.filter(({ state }) => state === 'caught-up').length, { timeout: 15_000, interval: 20 }).toBe(shards)

/** An embedded server with streams to capture, and a folder for the files; stops what it started. */
export const captureFixture = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-capture-'))
  const kinesis = await startEmbedded()
  const client = kinesis.client()
  const running: CaptureSession[] = []
  let streams = 0

  const untilActive = async (name: string): Promise<string> => {
    // No `expect.poll`: soaks use this outside of vitest.
    for (const deadline = performance.now() + 10_000; ; ) {
      const { StreamDescriptionSummary: summary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: name }))
      if (summary?.StreamStatus === 'ACTIVE') return summary.StreamARN ?? ''
      if (performance.now() > deadline) throw new Error(`the stream ${name} does not become ACTIVE`)
      await delay(20)
    }
  }
  const createStream = async (shards: number, name = `stream-${(streams += 1)}`): Promise<TestStream> => {
    await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }))
    return { name, arn: await untilActive(name), path: join(folder, `${name}.kinescope`) }
  }
  const optionsFor = ({ name, arn, path }: TestStream, changes: Partial<Options> = {}): Options => ({
    path,
    mode: 'create-or-continue',
    durable: true,
    capBytes: null,
    connection: connectionTo(kinesis.endpoint),
    stream: { name, arn },
    from: { type: 'TRIM_HORIZON' },
    until: { type: 'now' },
    maxRecords: null,
    readsPerSecond: 5,
    name: null,
    ...changes,
  })
  const capture = (stream: TestStream, changes: Partial<CaptureOptions> = {}): CaptureSession => {
    const session = startCapture({
      worker,
      credentials: async () => ({ accessKeyId: '000000000000', secretAccessKey: 'placeholder' }),
      ...optionsFor(stream),
      ...changes,
    })
    running.push(session)
    return session
  }
  const put = async ({ arn }: TestStream, entries: PutEntry[]): Promise<PutEntry[]> => {
    const results = await putRecords(client, { arn }, entries, { signal: new AbortController().signal, clock: systemClock })
    expect(results.every(({ state }) => state === 'acknowledged')).toBe(true)
    return entries
  }
  /** Puts records until it is told to stop, and returns them then. */
  const keepPutting = (stream: TestStream, atATime: number): (() => Promise<PutEntry[]>) => {
    const over = new AbortController()
    const entries: PutEntry[] = []
    const producing = (async () => {
      for (let n = 0; !over.signal.aborted; n += 1) entries.push(...(await put(stream, numbered(atATime, `p${n}`))))
    })()
    return async () => {
      over.abort()
      await producing
      return entries
    }
  }
  const openShards = async ({ name }: TestStream) => {
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: name }))
    return Shards.filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined).toSorted((a, b) =>
      BigInt(a.HashKeyRange?.StartingHashKey ?? 0) < BigInt(b.HashKeyRange?.StartingHashKey ?? 0) ? -1 : 1,
    )
  }
  const split = async (stream: TestStream) => {
    const [first] = await openShards(stream)
    const { StartingHashKey = '0', EndingHashKey = '0' } = first?.HashKeyRange ?? {}
    const middle = (BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n
    await client.send(new SplitShardCommand({ StreamName: stream.name, ShardToSplit: first?.ShardId, NewStartingHashKey: String(middle) }))
    await untilActive(stream.name)
  }
  const merge = async (stream: TestStream) => {
    const [first, second] = await openShards(stream)
    await client.send(new MergeShardsCommand({ StreamName: stream.name, ShardToMerge: first?.ShardId, AdjacentShardToMerge: second?.ShardId }))
    await untilActive(stream.name)
  }
  return {
    folder,
    kinesis,
    client,
    createStream,
    optionsFor,
    capture,
    put,
    keepPutting,
    split,
    merge,
    /** Ends the captures that a test left running. */
    stopCaptures: () => Promise.all(running.splice(0).map((session) => session.stop())),
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map((session) => session.stop()))
      await kinesis.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type CaptureFixture = Awaited<ReturnType<typeof captureFixture>>
