import type { Pace, ReplayPlan, ReplayShardLoad } from '#shared/model/replay.ts'
import type { Shard } from '#shared/model/stream.ts'
import { hashKeyOf } from '../kinesis/hash-key.ts'
import { FrequentKeys } from './frequent-keys.ts'
import { pacing, type Pacing } from './pacing.ts'
import { type ReplayRecord, type ReplaySource, loadBytes, shardBytesPerSecond, shardRecordsPerSecond, unsendable } from './replay-record.ts'
import { targetShards } from './target-shards.ts'
import { TimeBuckets } from './time-buckets.ts'

/** A plan without what only the backend knows: how far it read, who the target is, and what must be confirmed. */
export type ReplayEstimate = Omit<ReplayPlan, 'lastRow' | 'target' | 'sourceIsTarget' | 'mustConfirm'>

export interface PlanTarget {
  readonly shards: readonly Shard[]
  /** Data and partition key of one record, in bytes: 1 MiB unless the stream allows more. */
  readonly maxRecordBytes: number
}

/**
 * Reads the source once and says what sending it would mean, in memory that does not grow
 * with it. Bytes are bytes of data; the load of a shard counts the partition keys as well,
 * as its limit does. `oversize` counts all records that Kinesis would refuse.
 */
export async function planReplay(source: ReplaySource, target: PlanTarget, pace: Pace, signal?: AbortSignal): Promise<ReplayEstimate> {
  const { open, indexOf } = targetShards(target.shards)
  const loads = open.map((shard) => new ShardLoad(shard))
  const original = new TimeBuckets()
  let due: Pacing | null = null
  let [records, bytes, oversize, lastDue] = [0, 0, 0, 0]
  let firstArrival: number | null = null
  let lastArrival: number | null = null
  for await (const batch of source) {
    signal?.throwIfAborted()
    for (const record of batch) {
      due ??= pacing(pace, record.arrival)
      lastDue = due(records, record.arrival)
      records += 1
      bytes += record.data.byteLength
      firstArrival = Math.min(firstArrival ?? record.arrival, record.arrival)
      lastArrival = Math.max(lastArrival ?? record.arrival, record.arrival)
      original.add(record.arrival)
      if (unsendable(record, target.maxRecordBytes) !== null) oversize += 1
      else loads[indexOf(hashKeyOf(record.partitionKey, record.explicitHashKey))]?.add(record, lastDue)
    }
  }
  const durationMs = Math.max(lastDue, ...loads.map((load) => load.endsAt))
  const { counts, width } = original.read()
  return {
    records,
    bytes,
    firstArrival,
    lastArrival,
    durationMs: Math.ceil(durationMs),
    oversize,
    shards: loads.map((load) => load.read(pace, durationMs)),
    original: counts,
    bucketMs: width,
  }
}

/** What one shard of the target would get. */
class ShardLoad {
  readonly #shard: Shard
  readonly #keys = new FrequentKeys()
  #records = 0
  #bytes = 0
  #load = 0
  #second = { at: -1, records: 0, load: 0 }
  #peak = 0
  /** When the shard would have taken everything so far: by its record limit, by its byte limit. */
  #recordsUntil = 0
  #bytesUntil = 0

  constructor(shard: Shard) {
    this.#shard = shard
  }

  /** @param due ms after the start */
  add(record: ReplayRecord, due: number): void {
    const load = loadBytes(record)
    this.#records += 1
    this.#bytes += record.data.byteLength
    this.#load += load
    this.#keys.add(record.partitionKey, load)
    this.#recordsUntil = Math.max(this.#recordsUntil, due) + 1000 / shardRecordsPerSecond
    this.#bytesUntil = Math.max(this.#bytesUntil, due) + (load * 1000) / shardBytesPerSecond
    const at = Math.floor(due / 1000)
    if (at !== this.#second.at) this.#second = { at, records: 0, load: 0 }
    this.#second.records += 1
    this.#second.load += load
    this.#peak = Math.max(this.#peak, shareOfLimit(this.#second.records, this.#second.load, 1))
  }

  get endsAt(): number {
    return Math.max(this.#recordsUntil, this.#bytesUntil)
  }

  read(pace: Pace, durationMs: number): ReplayShardLoad {
    const busiest = this.#keys.busiest()
    // As fast as possible, the fullest shard sets the time and the others fill their share of it; a second at least.
    const even = shareOfLimit(this.#records, this.#load, Math.max(1, durationMs / 1000))
    return {
      shardId: this.#shard.shardId,
      startingHashKey: this.#shard.startingHashKey,
      endingHashKey: this.#shard.endingHashKey,
      records: this.#records,
      bytes: this.#bytes,
      peak: pace.type === 'fastest' ? Math.min(1, even) : this.#peak,
      busiestKey: busiest?.key ?? null,
      busiestKeyShare: busiest === null || this.#load === 0 ? 0 : Math.min(1, busiest.atLeast / this.#load),
    }
  }
}

function shareOfLimit(records: number, bytes: number, seconds: number): number {
  return Math.max(records / (shardRecordsPerSecond * seconds), bytes / (shardBytesPerSecond * seconds))
}
