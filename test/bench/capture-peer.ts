import { once } from 'node:events'
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { _Record as KinesisRecord } from '@aws-sdk/client-kinesis'

/**
 * One reader of the whole stream in a process of its own, so that none is the warmer or the larger for another: `sdk` throws what it reads
 * away, `ndjson` writes it as lines, `lifion` does so by a public consumer, `capture` is the console's worker. JSON in the first argument, a
 * line of JSON on stdout.
 */
export interface PeerJob {
  kind: 'sdk' | 'ndjson' | 'lifion' | 'capture'
  endpoint: string
  region: string
  stream: { name: string; arn: string }
  shards: number
  records: number
  folder: string
  /** For `lifion`: where it is installed, and the table store that it wants. */
  lifion: { installed: string; dynamoDb: string } | null
}

export interface PeerResult {
  records: number
  ms: number
  /** CPU time of the process, ms. */
  cpuMs: number
  /** The whole process's memory (RSS), MB: its peak, and how much higher that is in the second half of the records than in the first. */
  peakMb: number
  growthMb: number
  /** By how much the main thread's event loop was late, ms. */
  delayP99: number
  delayMax: number
  /** Most of its CPU time between two ticks 5 ms apart, ms: no synchronous section took more, however busy the machine was. */
  busyMax: number
  /** Records a second around the first 100,000, and at the end. */
  earlyRate: number
  lateRate: number
}

const job = JSON.parse(process.argv[2] ?? '') as PeerJob
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' }
let seen = 0
/** Ms between two looks at the clock, which are no delay. */
const RESOLUTION = 5

let busyMax = 0
let before = process.threadCpuUsage()
/** From here on, with all modules loaded. */
const watchBusy = () => {
  busyMax = 0
  before = process.threadCpuUsage()
}
const ticker = setInterval(() => {
  const now = process.threadCpuUsage()
  busyMax = Math.max(busyMax, (now.user + now.system - before.user - before.system) / 1000)
  before = now
}, RESOLUTION)

/** Every shard in parallel by the stock SDK, each answer handed to `take` before the next is asked for. */
const readBySdk = async (take: (records: KinesisRecord[]) => void): Promise<number> => {
  const { GetRecordsCommand, GetShardIteratorCommand, KinesisClient } = await import('@aws-sdk/client-kinesis')
  const { NodeHttpHandler } = await import('@smithy/node-http-handler')
  const requestHandler = new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets: 256 } })
  const client = new KinesisClient({ region: job.region, endpoint: job.endpoint, credentials, requestHandler })
  const readShard = async (shard: number) => {
    const ShardId = `shardId-${String(shard).padStart(12, '0')}`
    let iterator = (await client.send(new GetShardIteratorCommand({ StreamARN: job.stream.arn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }))).ShardIterator
    for (;;) {
      const { Records = [], NextShardIterator, MillisBehindLatest } = await client.send(new GetRecordsCommand({ StreamARN: job.stream.arn, ShardIterator: iterator }))
      seen += Records.length
      take(Records)
      if (MillisBehindLatest === 0 || NextShardIterator === undefined) return
      iterator = NextShardIterator
    }
  }
  await Promise.all(Array.from({ length: job.shards }, (_, shard) => readShard(shard)))
  client.destroy()
  return seen
}

const lines = () => {
  const file = openSync(join(job.folder, 'peer.ndjson'), 'w')
  return {
    write(records: unknown[]) {
      if (records.length > 0) writeSync(file, `${records.map((record) => JSON.stringify(record)).join('\n')}\n`)
    },
    close() {
      fsyncSync(file)
      closeSync(file)
    },
  }
}

const ndjson = async (): Promise<number> => {
  const out = lines()
  await readBySdk((page) =>
    out.write(page.map(({ SequenceNumber, ApproximateArrivalTimestamp, PartitionKey, Data }) => ({ SequenceNumber, ApproximateArrivalTimestamp, PartitionKey, Data: Buffer.from(Data ?? []).toString('base64') }))),
  )
  out.close()
  return seen
}

interface LifionPage {
  records: { data: Buffer; [header: string]: unknown }[]
}
interface Lifion {
  on(event: 'data', listener: (page: LifionPage) => void): void
  on(event: 'error', listener: (error: Error) => void): void
  startConsumer(): Promise<void>
}

/** Of its settings only what costs it time by design is switched off: waiting between polls, and parsing what is written as it came. */
const lifion = async (): Promise<number> => {
  if (job.lifion === null) throw new Error('lifion-kinesis is not installed')
  const Consumer = createRequire(join(job.lifion.installed, 'package.json'))('lifion-kinesis') as new (options: object) => Lifion
  const options = { region: job.region, credentials, accessKeyId: 'bench', secretAccessKey: 'bench' }
  const consumer = new Consumer({
    ...options,
    endpoint: job.endpoint,
    streamName: job.stream.name,
    consumerGroup: `bench-${process.pid}`,
    createStreamIfNeeded: false,
    initialPositionInStream: 'TRIM_HORIZON',
    pollDelay: 0,
    shouldParseJson: false,
    useAutoShardAssignment: false,
    dynamoDb: { ...options, endpoint: job.lifion.dynamoDb, tableName: `bench-${process.pid}` },
  })
  const out = lines()
  const all = Promise.withResolvers<void>()
  consumer.on('error', all.reject)
  consumer.on('data', ({ records }) => {
    out.write(records.map((record) => ({ ...record, data: record.data.toString('base64') })))
    seen += records.length
    if (seen >= job.records) all.resolve()
  })
  await consumer.startConsumer()
  await all.promise
  out.close()
  return seen
}

const capture = async (): Promise<number> => {
  const { startCapture } = await import('../../electron/capture/capture-session.ts')
  watchBusy()
  const session = startCapture({
    // As it is delivered: the types of source files cost each thread time and memory to strip.
    worker: new URL('../../out/main/capture-worker.cjs', import.meta.url),
    path: join(job.folder, 'peer.kinescope'),
    mode: 'create',
    durable: true,
    capBytes: null,
    connection: { id: 'bench', kind: 'endpoint', label: 'bench', environment: 'local', region: job.region, endpoint: job.endpoint, profile: null, accountId: null, readOnly: true },
    credentials: () => Promise.resolve(credentials),
    stream: job.stream,
    from: { type: 'TRIM_HORIZON' },
    until: { type: 'now' },
    maxRecords: null,
    readsPerSecond: Number.POSITIVE_INFINITY,
    name: null,
  })
  session.subscribe(({ records }) => {
    seen = records
  })
  const { state, failure, records } = await session.finished
  if (state !== 'complete') throw new Error(`the capture ended as ${state}: ${failure?.message ?? ''}`)
  return records
}

const samples: { at: number; records: number; rss: number }[] = []
const sample = () => samples.push({ at: performance.now(), records: seen, rss: process.memoryUsage.rss() })
const sampler = setInterval(sample, 50)
const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
delay.enable()
const usage = process.cpuUsage()
const start = performance.now()
const records = await { sdk: () => readBySdk(() => {}), ndjson, lifion, capture }[job.kind]()
const ms = performance.now() - start
const { user, system } = process.cpuUsage(usage)
delay.disable()
clearInterval(sampler)
clearInterval(ticker)
sample()

const most = (from: number, to: number) => Math.max(...samples.filter(({ records: at }) => at >= from && at <= to).map(({ rss }) => rss)) / 1e6
const rate = (from: number, to: number) => {
  const [first, last] = [samples.find(({ records: at }) => at >= from), samples.find(({ records: at }) => at >= to)]
  return first === undefined || last === undefined ? 0 : ((last.records - first.records) / (last.at - first.at)) * 1000
}
const result: PeerResult = {
  records,
  ms,
  cpuMs: (user + system) / 1000,
  peakMb: most(0, records),
  growthMb: most(records / 2, records) - most(0, records / 2),
  delayP99: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION),
  delayMax: Math.max(0, delay.max / 1e6 - RESOLUTION),
  busyMax,
  earlyRate: rate(50_000, 150_000),
  lateRate: rate(records - 100_000, records),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
process.exit(0)
