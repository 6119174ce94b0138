import { parentPort, workerData } from 'node:worker_threads'
import { GetRecordsCommand } from '@aws-sdk/client-kinesis'
import { KinescopeError } from '#shared/model/error.ts'
import { readError } from '../accounts/failure-context.ts'
import { createKinesisClient } from '../accounts/kinesis-client.ts'
import { withRecordsDecoder } from '../kinesis/get-records-decoder.ts'
import { columnsOf, withoutRecords } from '../kinesis/page-columns.ts'
import { withServerDate } from '../kinesis/server-date.ts'
import { sparePages } from '../kinesis/spare-pages.ts'
import { prepareBlocks } from '../store/prepared-blocks.ts'
import { askedCredentials } from './asked-credentials.ts'
import type { FetchJob, FromFetcher, SentError, ToFetcher } from './fetch-messages.ts'

// GetRecords, the reading of its answers and the filters of their records, for one busy capture, beside the thread that stores them.
const port = parentPort
if (port === null) throw new Error('This file runs as a worker thread.')
const { region, endpoint } = workerData as FetchJob
const send = (message: FromFetcher, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

/** From the main thread, by way of the capture's. */
const { provide: credentials, answered } = askedCredentials((id) => send({ type: 'credentials', id }))

const spare = sparePages()
const client = withRecordsDecoder(withServerDate(createKinesisClient({ region, endpoint, credentials, readOnly: true })), {
  onDifference: (where) => send({ type: 'log', line: `GetRecords: our reading of ${where} differs from the SDK's, which is used from now on` }),
  room: spare.take,
})

const sentError = (error: unknown): SentError => {
  if (error instanceof KinescopeError) return { name: error.name, message: error.message, failure: error.failure }
  const { name, message, code, hostname, status, requestId } = readError(error)
  return {
    name,
    message,
    ...(code === '' ? {} : { code }),
    ...(hostname === null ? {} : { hostname }),
    $metadata: { ...(status === null ? {} : { httpStatusCode: status }), ...(requestId === null ? {} : { requestId }) },
  }
}

const aborts = new Map<number, AbortController>()
const get = async ({ id, input }: ToFetcher & { type: 'get' }) => {
  const abort = new AbortController()
  aborts.set(id, abort)
  try {
    const output = await client.send(new GetRecordsCommand(input), { abortSignal: abort.signal })
    const columns = columnsOf(output)?.columns
    if (columns === undefined) send({ type: 'page', id, output, columns: null, blocks: null })
    else {
      const blocks = prepareBlocks(columns)
      send({ type: 'page', id, output: withoutRecords(output), columns, blocks }, [columns.data, columns.text.buffer as ArrayBuffer, blocks.filters.buffer as ArrayBuffer])
    }
  } catch (error) {
    send({ type: 'failed', id, error: sentError(error) })
  } finally {
    aborts.delete(id)
  }
}

port.on('message', (message: ToFetcher) => {
  switch (message.type) {
    case 'get':
      void get(message)
      break
    case 'abort':
      aborts.get(message.id)?.abort()
      break
    case 'spare':
      spare.giveBack(message.data)
      break
    case 'credentials':
      answered(message.id, message.result)
      break
  }
})
send({ type: 'ready' })
