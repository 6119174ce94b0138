import type { StoredRecord } from '../store/capture-rows.ts'
import { batchesOf, packBatch } from './batch.ts'
import { BATCHES_AHEAD } from './messages.ts'
import type { PackedBatch, ScanRequest } from './messages.ts'
import type { UsedReader } from './open-files.ts'
import type { Query } from '../query/query.ts'
import { scan } from './scan.ts'

/**
 * A scan that hands its records out in batches, no further ahead of its consumer than `BATCHES_AHEAD`. With `follow` it
 * goes on with what comes in, batch by batch in order of arrival, until it is stopped.
 */
export class ScanJob {
  readonly #request: ScanRequest
  readonly #file: UsedReader
  readonly #query: Query
  readonly #send: (batch: PackedBatch) => void
  readonly #abort = new AbortController()
  #mayGoOn = Promise.withResolvers<void>()
  #credit = BATCHES_AHEAD
  #hasChanged = false
  #scanned = 0
  #sent = 0

  constructor(request: ScanRequest, file: UsedReader, query: Query, send: (batch: PackedBatch) => void) {
    this.#request = request
    this.#file = file
    this.#query = query
    this.#send = send
  }

  get path(): string {
    return this.#request.path
  }

  get wasStopped(): boolean {
    return this.#abort.signal.aborted
  }

  /** Until the end, or until it was stopped. Throws what the file does. */
  async run(): Promise<void> {
    using file = this.#file
    const { signal } = this.#abort
    let afterRow = 0
    let afterBlock = 0
    while (!signal.aborted) {
      this.#hasChanged = false
      const lastRow = this.#request.lastRow ?? file.reader.lastRow()
      const { order, limit } = this.#request
      const before = this.#scanned
      for await (const { hits, progress } of scan(file.reader, this.#query, { order, limit: limit === null ? null : limit - this.#sent, afterRow, afterBlock, lastRow, signal })) {
        this.#scanned = before + progress.scanned
        afterBlock = progress.lastBlock
        await this.#handOut(hits.flatMap(({ record }) => record ?? []))
        if (signal.aborted) return
      }
      afterRow = lastRow
      if (!this.#request.follow || this.#sent >= (limit ?? Infinity)) return
      while (!this.#hasChanged && !signal.aborted) await this.#pause()
    }
  }

  /** The consumer has taken a batch. */
  more(): void {
    this.#credit++
    this.#mayGoOn.resolve()
  }

  /** The file has grown. */
  changed(): void {
    this.#hasChanged = true
    this.#mayGoOn.resolve()
  }

  stop(): void {
    this.#abort.abort()
    this.#mayGoOn.resolve()
  }

  async #handOut(records: readonly StoredRecord[]): Promise<void> {
    for (const batch of batchesOf(records)) {
      while (this.#credit === 0 && !this.#abort.signal.aborted) await this.#pause()
      if (this.#abort.signal.aborted) return
      this.#credit--
      this.#sent += batch.length
      this.#send(packBatch(batch, this.#scanned))
    }
  }

  async #pause(): Promise<void> {
    await this.#mayGoOn.promise
    this.#mayGoOn = Promise.withResolvers<void>()
  }
}
