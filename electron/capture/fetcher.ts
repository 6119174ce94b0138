import { Worker } from 'node:worker_threads'
import { GetRecordsCommand } from '@aws-sdk/client-kinesis'
import type { GetRecordsCommandInput, GetRecordsCommandOutput, KinesisClient } from '@aws-sdk/client-kinesis'
import type { AwsCredentialIdentity } from '@aws-sdk/types'
import { KinescopeError } from '#shared/model/error.ts'
import { columnsOf, holdColumns } from '../kinesis/page-columns.ts'
import type { KinesisSender } from '../kinesis/server-date.ts'
import { FETCHING } from './heap-limits.ts'
import { leavePrepared } from '../store/prepared-blocks.ts'
import type { FetchJob, FromFetcher, SentError, ToFetcher } from './fetch-messages.ts'

export interface FetcherOptions {
  /** Sends everything, and GetRecords too while there is little to read. */
  client: KinesisClient
  /** Our built or source entry of the fetching thread. */
  entry: URL
  job: FetchJob
  credentials: () => Promise<AwsCredentialIdentity>
  /** Monotonic ms. */
  now: () => number
  /** An error as a failure that can cross between threads. */
  explain: (error: unknown) => KinescopeError
  log: (line: string) => void
  /** Bytes of data within a second that make it busy; 0: it is from the start. */
  busyBytes?: number
}

export interface Fetcher extends KinesisSender {
  /** Whether GetRecords is made in the other thread by now. */
  readonly isApart: boolean
  close(): void
}

/** So much within a second, and storing it leaves no time to fetch: a stream at its tip, or read at a view's pace, stays far below. */
const BUSY_BYTES = 8 * 1024 * 1024

const rebuilt = ({ failure, ...error }: SentError): Error => (failure === undefined ? Object.assign(new Error(error.message), error) : KinescopeError.from(failure))

/**
 * A client for one capture. Once much comes in, GetRecords and the reading of its answers move into a thread of their own, so that a page is
 * fetched while the one before is stored; pages come back as columns, whose data are handed over and not copied. What readers see is the
 * same. If that thread dies, calls on their way fail as a lost connection does, and everything is done here again.
 */
export const createFetcher = ({ client, entry, job, credentials, now, explain, log, busyBytes = BUSY_BYTES }: FetcherOptions): Fetcher => {
  const calls = new Map<number, PromiseWithResolvers<GetRecordsCommandOutput>>()
  let thread: Worker | null = null
  let isReady = false
  let isOver = false
  /** Ready, or never. */
  const settled = Promise.withResolvers<void>()
  let lastId = 0
  let since = now()
  let bytes = 0

  const post = (message: ToFetcher, transfer: ArrayBuffer[] = []) => thread?.postMessage(message, transfer)
  const answerCredentials = async (id: number) => {
    try {
      post({ type: 'credentials', id, result: { credentials: await credentials() } })
    } catch (error) {
      post({ type: 'credentials', id, result: { failure: explain(error).failure } })
    }
  }
  const lost = (why: string) => {
    if (isOver) return
    isOver = true
    thread = null
    settled.resolve()
    log(`Fetching went back to the capture's own thread: ${why}`)
    for (const { reject } of calls.values()) reject(Object.assign(new Error('the fetching thread ended'), { code: 'ECONNRESET' }))
    calls.clear()
  }
  const take = (message: FromFetcher) => {
    switch (message.type) {
      case 'ready':
        isReady = true
        settled.resolve()
        break
      case 'page': {
        const { id, output, columns, blocks } = message
        const giveBack = (data: ArrayBuffer) => {
          // Handed over once; what still looks at it sees nothing then.
          if (!data.detached) post({ type: 'spare', data }, [data])
        }
        // One a turn of the event loop: a port hands over up to 1,000 messages at once, and timers and the word to stop would wait for all.
        setImmediate(() => {
          const call = calls.get(id)
          if (columns !== null) {
            if (call === undefined) giveBack(columns.data)
            else {
              if (blocks !== null) leavePrepared(columns.data, blocks)
              holdColumns(output, columns, () => giveBack(columns.data))
            }
          }
          call?.resolve(output)
        })
        break
      }
      case 'failed':
        calls.get(message.id)?.reject(rebuilt(message.error))
        break
      case 'credentials':
        void answerCredentials(message.id)
        break
      case 'log':
        log(message.line)
        break
    }
  }
  const start = () => {
    thread = new Worker(entry, { workerData: job, name: 'fetch', resourceLimits: FETCHING })
    thread.on('message', take)
    thread.on('error', (error) => lost(error instanceof Error ? error.message : 'it failed'))
    thread.on('exit', (code) => lost(`it ended with code ${code}`))
  }
  const watch = (output: GetRecordsCommandOutput) => {
    const at = now()
    if (at - since > 1000) {
      since = at
      bytes = 0
    }
    // Pages of less are not worth a thread, however many.
    bytes += columnsOf(output)?.columns.dataEnds.at(-1) ?? 0
    if (bytes >= busyBytes && thread === null && !isOver) start()
  }
  const getApart = async (input: GetRecordsCommandInput, signal: AbortSignal | undefined): Promise<GetRecordsCommandOutput> => {
    lastId += 1
    const id = lastId
    const call = Promise.withResolvers<GetRecordsCommandOutput>()
    const abort = () => post({ type: 'abort', id })
    calls.set(id, call)
    signal?.addEventListener('abort', abort, { once: true })
    post({ type: 'get', id, input })
    try {
      return await call.promise
    } finally {
      calls.delete(id)
      signal?.removeEventListener('abort', abort)
    }
  }
  const send = async (command: unknown, options?: { abortSignal?: AbortSignal }): Promise<unknown> => {
    if (!(command instanceof GetRecordsCommand)) return client.send(command as Parameters<KinesisClient['send']>[0], options)
    // What one thread has taken for its buffers, it does not give back: not both, where it is known that the other will be needed.
    if (busyBytes === 0) await settled.promise
    if (isReady && !isOver) return getApart(command.input, options?.abortSignal)
    const output = await client.send(command, options)
    watch(output)
    return output
  }

  if (busyBytes === 0) start()
  return {
    // One signature for all commands' overloads: outputs belong to their commands as the client has them.
    send: send as KinesisClient['send'],
    get isApart() {
      return isReady && !isOver
    },
    close() {
      isOver = true
      settled.resolve()
      void thread?.terminate()
    },
  }
}
