import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { KinesisClient, ListStreamsCommand, DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** The account of a client that names none: the embedded server's own default. */
export const DEFAULT_ACCOUNT = '000000000000'
const REGION = 'us-east-1'

export interface EmbeddedOptions {
  /** As `INITIALIZE_STREAMS` wants it: `orders:4,clicks:2`, made in the default account. */
  streams?: string
  /** More of the server's environment, as `SPLIT_SHARD_DURATION: '50ms'`. */
  env?: Record<string, string>
}

export interface EmbeddedKinesis extends AsyncDisposable {
  endpoint: string
  region: string
  /** A client of the SDK's own on the account; each call makes one, all are destroyed by `stop`. */
  client(accountId?: string): KinesisClient
  stop(): Promise<void>
}

/** Starts `kinesis-local` in a worker thread on free ports, and resolves when it answers and its streams are ACTIVE. */
export const startEmbedded = async (options: EmbeddedOptions = {}): Promise<EmbeddedKinesis> => {
  // The sandbox's own entry: it listens on 127.0.0.1 only, on a free port that it tells.
  const worker = new Worker(new URL('../../electron/sandbox/server-worker.ts', import.meta.url), {
    env: {
      LOG_LEVEL: 'WARN',
      SHARD_LIMIT: '1000',
      CREATE_STREAM_DURATION: '50ms',
      DELETE_STREAM_DURATION: '50ms',
      SPLIT_SHARD_DURATION: '50ms',
      MERGE_SHARDS_DURATION: '50ms',
      UPDATE_SHARD_COUNT_DURATION: '50ms',
      ...(options.streams === undefined ? {} : { INITIALIZE_STREAMS: options.streams }),
      ...options.env,
    },
    stdout: true,
    stderr: true,
  })
  // It prints a stack for every error that it answers with; the tests look at the answers.
  worker.stdout.resume()
  worker.stderr.resume()
  const [{ port }] = (await once(worker, 'message')) as [{ port: number }]
  const endpoint = `http://127.0.0.1:${port}`
  const clients: KinesisClient[] = []
  const client = (accountId = DEFAULT_ACCOUNT): KinesisClient => {
    const made = new KinesisClient({
      endpoint,
      region: REGION,
      credentials: { accessKeyId: accountId, secretAccessKey: 'placeholder' },
      requestHandler: new NodeHttpHandler({ connectionTimeout: 5000, requestTimeout: 30_000 }),
      maxAttempts: 1,
    })
    clients.push(made)
    return made
  }
  const stop = async () => {
    for (const made of clients) made.destroy()
    await worker.terminate()
  }

  const died = new Promise<never>((_, reject) => {
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the embedded Kinesis ended with code ${code} while starting`)))
  })
  died.catch(() => {})
  const wanted = (options.streams ?? '').split(',').filter(Boolean).map((entry) => entry.split(':')[0] ?? entry)
  const answers = async () => {
    const probe = client()
    for (let tries = 0; ; tries += 1) {
      try {
        await probe.send(new ListStreamsCommand({ Limit: 1 }))
        for (const name of wanted) {
          const summary = await probe.send(new DescribeStreamSummaryCommand({ StreamName: name }))
          if (summary.StreamDescriptionSummary?.StreamStatus !== 'ACTIVE') throw new Error(`${name} is not ACTIVE`)
        }
        return
      } catch (error) {
        if (tries >= 300) throw error
        await new Promise((done) => setTimeout(done, 50))
      }
    }
  }
  try {
    await Promise.race([answers(), died])
  } catch (error) {
    await stop()
    throw error
  }
  return { endpoint, region: REGION, client, stop, [Symbol.asyncDispose]: stop }
}
