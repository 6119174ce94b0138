import { Worker } from 'node:worker_threads'
import type { AwsCredentialIdentityProvider } from '@aws-sdk/types'
import { KinescopeError } from '#shared/model/error.ts'
import type { Failure } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { awsFailure } from '../accounts/aws-failure.ts'
import { firstSnapshot } from './capture-progress.ts'
import { STORING } from './heap-limits.ts'
import type { TurnEvent } from '../kinesis/leased-turns.ts'
import type { Turn } from '../kinesis/shared-budget.ts'
import type { CaptureJob, CaptureSnapshot, FromWorker, ToWorker } from './messages.ts'

export type { CaptureSnapshot } from './messages.ts'

/** Where a capture's turns come from: the one read budget over all readers of this process. */
export interface TurnDealer {
  tell(event: TurnEvent): void
  /** Called once, with what takes a turn when it has come. */
  onTurn(take: (turn: Turn) => void): void
}

type Extra = 'isView' | 'maxBytes' | 'filter' | 'fanOut'

export interface CaptureOptions extends Omit<CaptureJob, 'tool' | 'dealtTurns' | Extra>, Partial<Pick<CaptureJob, Extra>> {
  /** Without one the capture keeps to `readsPerSecond` by itself. */
  turns?: TurnDealer
  /** Our built or source worker entry. */
  worker: URL | string
  credentials: AwsCredentialIdentityProvider
  /** Written into a new file as what made it. */
  tool?: string
  /** For the program's log: never payloads. */
  log?: (line: string) => void
}

/** The main thread's handle on a capture that runs in its worker. */
export interface CaptureSession extends AsyncDisposable {
  /** The newest counters; complete from the start, with the state `starting`. */
  progress(): CaptureSnapshot
  /** Called with every change, the last one included. Returns what ends it. */
  subscribe(listener: (snapshot: CaptureSnapshot) => void): () => void
  pause(): void
  resume(): void
  /** Names the capture and makes it durable. Rejects with a `KinescopeError` where the file can't be synced. */
  keep(name: string): Promise<void>
  /** GetRecords calls a second and shard from now on. */
  setBudget(readsPerSecond: number): void
  /** Stores what was read, closes the file, and resolves with the last word. */
  stop(): Promise<CaptureSnapshot>
  /** The last word: complete, stopped or failed, with the reason. Never rejects. */
  readonly finished: Promise<CaptureSnapshot>
}

/** A worker that does not answer a stop is ended after this many ms; its file is whole all the same. */
const STOP_PATIENCE = 20_000

const crashOf = (error: unknown): Failure => {
  const text = printable(error instanceof Error ? error.message : String(error))
  return new KinescopeError('internal', `The capture ended unexpectedly: ${text}`, { action: 'Continue it: it goes on from its last checkpoint.' }).failure
}

/**
 * Starts a capture in a worker thread of its own. Returns at once; whether it succeeds is told by `finished`:
 * an unknown stream, a file that can't be used, a refused connection end it as `failed`.
 */
export const startCapture = ({ worker: entry, credentials, turns, tool = 'Kinescope', log, ...rest }: CaptureOptions): CaptureSession => {
  const job: CaptureJob = { isView: false, maxBytes: null, filter: null, fanOut: null, ...rest, tool, dealtTurns: turns !== undefined }
  const worker = new Worker(entry, { workerData: job, name: 'capture', resourceLimits: STORING })
  const listeners = new Set<(snapshot: CaptureSnapshot) => void>()
  const { promise: finished, resolve: finish } = Promise.withResolvers<CaptureSnapshot>()
  const keeping = new Map<number, PromiseWithResolvers<void>>()
  let snapshot = firstSnapshot(job, Date.now())
  let lastId = 0
  let isOver = false

  const post = (message: ToWorker) => {
    if (!isOver) worker.postMessage(message, [])
  }
  const update = (next: CaptureSnapshot) => {
    snapshot = next
    for (const listener of listeners) listener(next)
  }
  const end = (last: CaptureSnapshot) => {
    if (isOver) return
    isOver = true
    const gone = new KinescopeError('not-found', 'The capture ended.', { action: 'Start it again.' })
    for (const { reject } of keeping.values()) reject(gone)
    keeping.clear()
    update(last)
    listeners.clear()
    finish(last)
  }
  const died = (error: unknown) =>
    end({ ...snapshot, state: 'failed', failure: crashOf(error) })
  const answerCredentials = async (id: number) => {
    try {
      post({ type: 'credentials', id, result: { credentials: plain(await credentials()) } })
    } catch (error) {
      const { endpoint, region, profile } = job.connection
      const { failure } = awsFailure(error, { action: 'get credentials', endpoint, region, profile })
      post({ type: 'credentials', id, result: { failure } })
    }
  }

  turns?.onTurn((turn) => post({ type: 'turn', turn }))
  worker.on('message', (message: FromWorker) => {
    switch (message.type) {
      case 'progress':
        update(message.snapshot)
        break
      case 'credentials':
        void answerCredentials(message.id)
        break
      case 'turns':
        turns?.tell(message.event)
        break
      case 'kept': {
        const waiting = keeping.get(message.id)
        keeping.delete(message.id)
        if (message.failure === null) waiting?.resolve()
        else waiting?.reject(KinescopeError.from(message.failure))
        break
      }
      case 'log':
        log?.(message.line)
        break
      case 'final':
        end(message.snapshot)
        break
    }
  })
  worker.on('error', died)
  worker.on('messageerror', died)
  worker.on('exit', (code) => died(new Error(`The capture's thread ended with code ${code}.`)))

  const stop = (): Promise<CaptureSnapshot> => {
    post({ type: 'stop' })
    const timer = setTimeout(() => void worker.terminate(), STOP_PATIENCE)
    return finished.finally(() => clearTimeout(timer))
  }
  return {
    progress: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    pause: () => post({ type: 'pause' }),
    resume: () => post({ type: 'resume' }),
    keep(name) {
      if (isOver) return Promise.reject(new KinescopeError('not-found', 'The capture ended.', { action: 'Start it again.' }))
      const kept = Promise.withResolvers<void>()
      lastId += 1
      keeping.set(lastId, kept)
      post({ type: 'keep', id: lastId, name })
      return kept.promise
    },
    setBudget: (readsPerSecond) => post({ type: 'budget', readsPerSecond }),
    stop,
    finished,
    async [Symbol.asyncDispose]() {
      await stop()
    },
  }
}

/** Only what a client needs: a provider's answer may carry what can't be cloned. */
const plain = ({ accessKeyId, secretAccessKey, sessionToken, expiration, accountId, credentialScope }: Awaited<ReturnType<AwsCredentialIdentityProvider>>) => ({
  accessKeyId,
  secretAccessKey,
  ...(sessionToken === undefined ? {} : { sessionToken }),
  ...(expiration === undefined ? {} : { expiration }),
  ...(accountId === undefined ? {} : { accountId }),
  ...(credentialScope === undefined ? {} : { credentialScope }),
})
