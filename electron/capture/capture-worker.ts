import { parentPort, workerData } from 'node:worker_threads'
import type { KinescopeError } from '#shared/model/error.ts'
import { awsFailure } from '../accounts/aws-failure.ts'
import { isLoopback } from '../accounts/endpoint.ts'
import { createKinesisClient } from '../accounts/kinesis-client.ts'
import { systemClock } from '../kinesis/clock.ts'
import { withRecordsDecoder } from '../kinesis/get-records-decoder.ts'
import { withServerDate } from '../kinesis/server-date.ts'
import { createCheckpointer } from '../store/checkpointer.ts'
import { askedCredentials } from './asked-credentials.ts'
import { startRun } from './capture-run.ts'
import { createFetcher } from './fetcher.ts'
import type { CaptureJob, FromWorker, ToWorker } from './messages.ts'

// One capture in a thread of its own, so that payloads never cross the main thread.
const port = parentPort
if (port === null) throw new Error('This file runs as a worker thread.')
const job = workerData as CaptureJob
const send = (message: FromWorker) => port.postMessage(message)

/** Credentials live in the main thread. */
const { provide: credentials, answered } = askedCredentials((id) => send({ type: 'credentials', id }))

const { connection, stream } = job
const { endpoint, region, profile } = connection
const explain = (error: unknown): KinescopeError => awsFailure(error, { action: 'read the stream', stream: stream.arn, endpoint, region, profile })

// A capture never writes to the stream, whatever its connection allows.
const client = withRecordsDecoder(withServerDate(createKinesisClient({ region, endpoint, credentials, readOnly: true })), {
  onDifference: (where) => send({ type: 'log', line: `GetRecords: our reading of ${where} differs from the SDK's, which is used from now on` }),
})
/** All entries are built into one folder; as source, each is where it belongs. */
const entryOf = (folder: string, name: string) => new URL(import.meta.url.endsWith('.ts') ? `../${folder}/${name}.ts` : `${name}.cjs`, import.meta.url)
const fetcher = createFetcher({
  client,
  entry: entryOf('capture', 'fetch-worker'),
  job: { region, endpoint },
  credentials,
  now: () => systemClock.now(),
  explain,
  log: (line) => send({ type: 'log', line }),
  // Nothing holds it back, and it has something to catch up with.
  ...(job.readsPerSecond === Number.POSITIVE_INFINITY && job.until.type !== 'never' ? { busyBytes: 0 } : {}),
})
/** HTTP/2, which SubscribeToShard needs at AWS; a server on this machine speaks HTTP/1.1 only. */
const fanOutClient =
  job.fanOut === null ? null : withServerDate(createKinesisClient({ region, endpoint, credentials, readOnly: true, transport: endpoint !== null && isLoopback(endpoint) ? 'http1' : 'http2' }))
const checkpointer = createCheckpointer(entryOf('store', 'checkpoint-worker'), { path: job.path }, (why) => send({ type: 'log', line: `The writer checkpoints by itself: ${why}` }))
const run = startRun({
  job,
  client: fetcher,
  ...(fanOutClient === null ? {} : { fanOutClient }),
  clock: systemClock,
  explain,
  ...(job.durable ? { checkpointer } : {}),
  onProgress: (snapshot) => send({ type: 'progress', snapshot }),
  tellTurns: (event) => send({ type: 'turns', event }),
})

const keep = async (id: number, name: string) => {
  try {
    await run.keep(name)
    send({ type: 'kept', id, failure: null })
  } catch (error) {
    send({ type: 'kept', id, failure: explain(error).failure })
  }
}

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'credentials':
      answered(message.id, message.result)
      break
    case 'pause':
      run.pause()
      break
    case 'resume':
      run.resume()
      break
    case 'keep':
      void keep(message.id, message.name)
      break
    case 'budget':
      run.setBudget(message.readsPerSecond)
      break
    case 'turn':
      run.takeTurn(message.turn)
      break
    case 'stop':
      run.stop()
      break
  }
})

const finish = async () => {
  const snapshot = await run.finished
  fetcher.close()
  client.destroy()
  fanOutClient?.destroy()
  send({ type: 'final', snapshot })
  port.close()
}
void finish()
