import { Worker } from 'node:worker_threads'
import { KinescopeError } from '#shared/model/error.ts'
import type { RowSetProgress } from '#shared/model/row-set.ts'
import { unpackBatch } from './batch.ts'
import { cancelled } from './failure-of.ts'
import type { CallName, Calls, FromWorker, ScannedBatch, ScanRequest, ToWorker } from './messages.ts'

export interface LaneEvents {
  progress: (progress: RowSetProgress) => void
  /** A row set has gone, by itself or with its worker; `failure` says why, null where it was asked for. */
  closed: (rowSetId: string, failure: KinescopeError | null) => void
  slow: (name: string, ms: number) => void
}

interface Waiting {
  resolve: (value: unknown) => void
  reject: (error: KinescopeError) => void
}

interface RunningScan {
  batches: ScannedBatch[]
  end: { error: KinescopeError | null } | null
  wake: () => void
}

/**
 * One worker thread and what is under way in it. The thread starts with the first question; if it dies, what was under
 * way fails with an explanation, and the next question starts another.
 */
export class SearchLane {
  readonly rowSets = new Set<string>()
  readonly #url: URL | string
  readonly #events: LaneEvents
  readonly #calls = new Map<number, Waiting>()
  readonly #scans = new Map<number, RunningScan>()
  #worker: Worker | null = null
  #nextId = 1

  constructor(url: URL | string, events: LaneEvents) {
    this.#url = url
    this.#events = events
  }

  /** How busy it is, to choose between lanes. */
  get load(): number {
    return this.#calls.size * 2 + this.#scans.size * 2 + this.rowSets.size
  }

  get isRunning(): boolean {
    return this.#worker !== null
  }

  call<Name extends CallName>(name: Name, input: Calls[Name]['input'], signal?: AbortSignal): Promise<Calls[Name]['output']> {
    const id = this.#nextId++
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const cancel = (): void => {
      this.#post({ kind: 'cancel', id })
      this.#calls.delete(id)
      reject(cancelled())
    }
    if (signal?.aborted) return Promise.reject(cancelled())
    this.#calls.set(id, { resolve, reject })
    signal?.addEventListener('abort', cancel, { once: true })
    this.#post({ kind: 'call', id, name, input } as ToWorker)
    return promise.finally(() => signal?.removeEventListener('abort', cancel)) as Promise<Calls[Name]['output']>
  }

  /** Batches as they come; leaving the loop, or the signal, stops the scan. An abort throws `cancelled`. */
  async *scan(request: ScanRequest, signal?: AbortSignal): AsyncGenerator<ScannedBatch, void, undefined> {
    if (signal?.aborted) throw cancelled()
    const scanId = this.#nextId++
    let wake = Promise.withResolvers<void>()
    const running: RunningScan = { batches: [], end: null, wake: () => wake.resolve() }
    this.#scans.set(scanId, running)
    signal?.addEventListener('abort', running.wake, { once: true })
    this.#post({ kind: 'scan', scanId, request })
    try {
      for (;;) {
        if (signal?.aborted) throw cancelled()
        const batch = running.batches.shift()
        if (batch !== undefined) {
          yield batch
          this.#post({ kind: 'more', scanId })
        } else if (running.end !== null) {
          if (running.end.error !== null) throw running.end.error
          return
        } else {
          await wake.promise
          wake = Promise.withResolvers<void>()
        }
      }
    } finally {
      signal?.removeEventListener('abort', running.wake)
      this.#scans.delete(scanId)
      if (running.end === null) this.#post({ kind: 'stop', scanId })
    }
  }

  /** Says that a file has changed, where anyone is there to hear it. */
  changed(path: string): void {
    this.#worker?.postMessage({ kind: 'changed', path } satisfies ToWorker)
  }

  /** Closes the readers, so that the captures are folded into one file, and ends the thread. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === null) return
    await this.call('close', null).catch(() => null)
    this.#worker = null
    this.#fail(new KinescopeError('cancelled', 'The search was closed.'))
    await worker.terminate()
  }

  #post(message: ToWorker): void {
    // What only concerns work under way is lost with the worker that did it.
    const isNew = message.kind === 'call' || message.kind === 'scan'
    if (this.#worker === null && isNew) this.#worker = this.#start()
    this.#worker?.postMessage(message)
  }

  #start(): Worker {
    const worker = new Worker(this.#url, { name: 'search' })
    let reason = ''
    worker.on('message', (message: FromWorker) => this.#receive(message))
    worker.on('messageerror', (error) => (reason = error.message))
    worker.on('error', (error) => (reason = error instanceof Error ? error.message : String(error)))
    worker.on('exit', (code) => {
      if (this.#worker !== worker) return
      this.#worker = null
      const why = reason === '' ? `it ended with code ${code}` : reason
      this.#fail(new KinescopeError('internal', `The search thread has stopped: ${why}.`, { action: 'Search again: a new thread takes over.', retryable: true }))
    })
    return worker
  }

  #fail(error: KinescopeError): void {
    for (const { reject } of this.#calls.values()) reject(error)
    this.#calls.clear()
    for (const running of this.#scans.values()) {
      running.end = { error }
      running.wake()
    }
    this.#scans.clear()
    for (const rowSetId of this.rowSets) this.#events.closed(rowSetId, error)
    this.rowSets.clear()
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'result':
        this.#calls.get(message.id)?.resolve(message.value)
        this.#calls.delete(message.id)
        return
      case 'failure':
        this.#calls.get(message.id)?.reject(KinescopeError.from(message.failure))
        this.#calls.delete(message.id)
        return
      case 'progress':
        return this.#events.progress(message.progress)
      case 'closed':
        this.rowSets.delete(message.rowSetId)
        return this.#events.closed(message.rowSetId, null)
      case 'batch': {
        const running = this.#scans.get(message.scanId)
        running?.batches.push(unpackBatch(message.batch))
        return running?.wake()
      }
      case 'end': {
        const running = this.#scans.get(message.scanId)
        if (running === undefined) return
        running.end = { error: message.failure === null ? null : KinescopeError.from(message.failure) }
        return running.wake()
      }
      case 'slow':
        return this.#events.slow(message.name, message.ms)
    }
  }
}
