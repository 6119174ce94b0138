import { once } from 'node:events'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { CreateStreamCommand, DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis'
import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { createKinesisClient } from '../accounts/kinesis-client.ts'
import { placeholderKeys } from '../accounts/placeholder-keys.ts'
import { DEMO_REGION, type DemoAccount, demoAccounts } from './demo-accounts.ts'
import type { ServerListening, TrafficPlan, TrafficRate, TrafficStarted } from './messages.ts'

/** Records per second over all streams, for the first 150,000 of them: see `thinning`. */
const DEFAULT_RATE = 120
/** Ms for the whole start: 1.6 s on 2 idle cores, 12 s where ten programs shared them. */
const DEADLINE = 60_000
/** MB of heap for the embedded server; what is past it ends that thread, and not the app. */
const HEAP = 3072
/** Ms between two looks at a stream that is being created. */
const LOOK = 15

export interface SandboxOptions {
  /** Entry of the server's thread. */
  serverWorker: URL | string
  /** Entry of the traffic's thread. */
  trafficWorker: URL | string
  /** Over all streams, 120 by default; 0 writes the first burst and no more. Thins out after the first 150,000 records, which the server holds in memory. */
  ratePerSecond?: number
  /** The same seed gives the same records, but for their times; random by default. */
  seed?: number
  /** Gives the start up; the threads are gone when it rejects. */
  signal?: AbortSignal
}

export interface Sandbox extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; the access key id of a request selects the account. */
  readonly endpoint: string
  readonly region: string
  readonly accounts: readonly DemoAccount[]
  readonly ratePerSecond: number
  setRate(ratePerSecond: number): void
  /** Null when it was stopped; why, when one of its threads died by itself. */
  readonly finished: Promise<KinescopeError | null>
  /** Ends both threads, and with them everything that they hold. */
  stop(): Promise<void>
}

/**
 * Starts the embedded Kinesis and its demo traffic, each in a thread of its own, and resolves when two
 * accounts have their streams and the first records. Throws `internal` where a thread dies, `timed-out`, `cancelled`.
 */
export const startSandbox = async ({
  serverWorker,
  trafficWorker,
  ratePerSecond = DEFAULT_RATE,
  seed = Math.trunc(Math.random() * 2 ** 32),
  signal,
}: SandboxOptions): Promise<Sandbox> => {
  const deaths = Promise.withResolvers<never>()
  deaths.promise.catch(() => {})
  const threads: Worker[] = []
  const run = (name: string, entry: URL | string, options: WorkerOptions): Worker => {
    const worker = new Worker(entry, { ...options, stdout: true, stderr: true })
    threads.push(worker)
    let complaint = ''
    // Nothing of it may reach our own stdout, which belongs to results; and unread output would pile up.
    worker.stdout.resume()
    worker.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = `${complaint}${text}`.slice(-400)))
    worker.once('error', (error) => deaths.reject(threadDied(name, error instanceof Error ? error.message : String(error))))
    worker.once('exit', (code) => deaths.reject(threadDied(name, `exit code ${code} ${complaint}`.trim())))
    return worker
  }
  const stop = async (): Promise<void> => {
    await Promise.all(threads.map((worker) => worker.terminate()))
  }

  const failed = new AbortController()
  const giveUp = AbortSignal.any([AbortSignal.timeout(DEADLINE), failed.signal, ...(signal === undefined ? [] : [signal])])
  const starting = async (): Promise<{ endpoint: string; traffic: Worker }> => {
    const server = run('embedded Kinesis', serverWorker, { env: SERVER_ENV, resourceLimits: { maxOldGenerationSizeMb: HEAP } })
    const [{ port }] = (await once(server, 'message', { signal: giveUp })) as [ServerListening]
    const endpoint = `http://127.0.0.1:${port}`
    await Promise.all(demoAccounts.map((account) => createStreams(endpoint, account, giveUp)))
    giveUp.throwIfAborted() // before another thread is started
    const plan: TrafficPlan = { endpoint, region: DEMO_REGION, ratePerSecond, seed }
    const traffic = run('demo traffic', trafficWorker, { workerData: plan, env: {} })
    await (once(traffic, 'message', { signal: giveUp }) as Promise<[TrafficStarted]>)
    return { endpoint, traffic }
  }

  let started
  try {
    signal?.throwIfAborted()
    started = await Promise.race([starting(), deaths.promise])
  } catch (error) {
    failed.abort()
    await stop()
    throw startFailed(error, signal)
  }
  const { endpoint, traffic } = started
  let rate = ratePerSecond
  let isStopped = false
  const end = (): Promise<void> => {
    isStopped = true
    return stop()
  }
  return {
    endpoint,
    region: DEMO_REGION,
    accounts: demoAccounts,
    get ratePerSecond() {
      return rate
    },
    setRate: (ratePerSecond) => {
      rate = ratePerSecond
      traffic.postMessage({ ratePerSecond } satisfies TrafficRate)
    },
    finished: deaths.promise.catch((error: KinescopeError) => (isStopped ? null : error)),
    stop: end,
    [Symbol.asyncDispose]: end,
  }
}

/** Nothing of ours: the threads are given no credentials, proxies or Node options of the person's. */
const SERVER_ENV = {
  AWS_REGION: DEMO_REGION,
  LOG_LEVEL: 'ERROR',
  ROOT_LOG_LEVEL: 'ERROR',
  // Enough to try what a stream of hundreds of shards looks like.
  SHARD_LIMIT: '1000',
  CREATE_STREAM_DURATION: '10ms',
}

const createStreams = async (endpoint: string, account: DemoAccount, signal: AbortSignal): Promise<void> => {
  const client = createKinesisClient({ region: DEMO_REGION, endpoint, credentials: placeholderKeys(account.id), readOnly: false, maxAttempts: 3 })
  const options = { abortSignal: signal }
  try {
    await Promise.all(
      account.streams.map(async ({ name, shards }) => {
        await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }), options)
        for (;;) {
          const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: name }), options)
          if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return
          await new Promise((done) => setTimeout(done, LOOK))
          signal.throwIfAborted()
        }
      }),
    )
  } finally {
    client.destroy()
  }
}

const threadDied = (name: string, why: string): KinescopeError =>
  new KinescopeError('internal', `The sandbox ended: the thread of its ${name} died (${printable(why)}).`, {
    action: 'Open the sandbox again; what was in it is gone.',
    retryable: true,
  })

const startFailed = (error: unknown, signal: AbortSignal | undefined): KinescopeError => {
  if (signal?.aborted) return new KinescopeError('cancelled', 'The start of the sandbox was cancelled.')
  if (error instanceof KinescopeError) return error
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
    return new KinescopeError('timed-out', `The sandbox was not up after ${DEADLINE / 1000} s.`, {
      action: 'Try again when the machine is less busy.',
      retryable: true,
    })
  }
  return new KinescopeError('internal', `The sandbox could not start: ${printable(error instanceof Error ? error.message : String(error))}`, {
    action: 'Try again; if it happens again, report it.',
    cause: error,
  })
}
