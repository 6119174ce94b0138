import { shardBytesPerSecond, shardRecordsPerSecond } from './replay-record.ts'

/** What a record costs a shard, in seconds of its write limit. */
export function shardSeconds(bytes: number): number {
  return Math.max(1 / shardRecordsPerSecond, bytes / shardBytesPerSecond)
}

/** Requests a second that a lane that is held back makes: small enough batches to feel a change soon. */
const requestsPerSecond = 4
const leastRate = 0.02
const decrease = 0.7
/** Of the shard's limit, gained by each second that passes without a throttle. */
const increasePerSecond = 0.05

/**
 * How fast one shard of the target may be written to: additive increase, multiplicative
 * decrease. There is no limit until the first throttle, because a local server has none and
 * AWS lets a burst pass; then the rate falls to the shard's documented limit at most, and by
 * three tenths with each throttle, as other producers may be using it too.
 * All times are monotonic ms.
 */
export class SendRate {
  /** Share of the shard's write limit; infinite until the first throttle. */
  #rate = Number.POSITIVE_INFINITY
  #nextAt = 0
  #increasedAt = 0

  get rate(): number {
    return this.#rate
  }

  /** What the next batch may cost in shard-seconds; one record may always go. */
  get budget(): number {
    return this.#rate / requestsPerSecond
  }

  /** When the next batch may go. */
  get nextAt(): number {
    return this.#nextAt
  }

  sending(cost: number, now: number): void {
    this.#nextAt = now + (cost / this.#rate) * 1000
  }

  settled(throttled: boolean, now: number): void {
    if (throttled) {
      this.#rate = Math.max(leastRate, Math.min(1, this.#rate * decrease))
    } else if (Number.isFinite(this.#rate)) {
      this.#rate += (increasePerSecond * Math.max(0, now - this.#increasedAt)) / 1000
    }
    this.#increasedAt = now
  }
}
