import { type ReplayRecord, loadBytes, requestBytes, requestRecords } from './replay-record.ts'
import { SendRate, shardSeconds } from './send-rate.ts'

/** What waits for one shard of the target, in the order of the source, and how fast it may go. */
export class Lane {
  readonly shardId: string
  readonly rate = new SendRate()
  /** Its loop of requests while one runs. */
  running: Promise<void> | null = null
  #queue: ReplayRecord[] = []
  #head = 0

  constructor(shardId: string) {
    this.shardId = shardId
  }

  get waiting(): number {
    return this.#queue.length - this.#head
  }

  push(record: ReplayRecord): void {
    this.#queue.push(record)
  }

  /** The next records that may go in one request: at least one, within its limits and the rate's budget. */
  take(): { records: ReplayRecord[]; bytes: number; cost: number } {
    const records: ReplayRecord[] = []
    let bytes = 0
    let cost = 0
    for (; this.#head < this.#queue.length && records.length < requestRecords; this.#head += 1) {
      const record = this.#queue[this.#head] as ReplayRecord
      const size = loadBytes(record)
      const price = shardSeconds(size)
      if (records.length > 0 && (bytes + size > requestBytes || cost + price > this.rate.budget)) break
      records.push(record)
      bytes += size
      cost += price
    }
    if (this.#head === this.#queue.length) {
      this.#queue = []
      this.#head = 0
    } else if (this.#head > 1024) {
      this.#queue.splice(0, this.#head)
      this.#head = 0
    }
    return { records, bytes, cost }
  }
}
