/** What the model holds of a stream, and the errors that it answers with. */

export interface ModelRecord {
  sequence: string
  place: bigint
  /** Server's time, ms. */
  arrival: number
  partitionKey: string
  data: Uint8Array
  /** Server's time when it was trimmed, by age or by a fault; null while it is retained. */
  trimmedAt: number | null
}

export interface ModelShard {
  id: string
  number: number
  parents: string[]
  start: bigint
  end: bigint
  /** Second that its sequence numbers carry. */
  created: number
  startSequence: string
  /** Null while it is open. */
  closedAt: number | null
  endSequence: string | null
  /** All that were ever put: the oracle. */
  records: ModelRecord[]
  /** Index of the first record that is retained. */
  horizon: number
  nextPlace: bigint
  reads: { calls: number[]; debt: number; debtAt: number; isPenalised: boolean; iterators: number[] }
  writes: { at: number; bytes: number; records: number }
  /** Told after each record, and when the shard closes. They must not look at it before the change is whole. */
  watchers: Set<() => void>
}

/** A consumer that is registered for enhanced fan-out. */
export interface ModelConsumer {
  name: string
  arn: string
  createdAt: number
  /** Null while it is ACTIVE. */
  pending: { status: 'CREATING' | 'DELETING'; at: number } | null
  /** By shard: the last subscription that was given out, open or not. */
  subscriptions: Map<string, { since: number; end(error: ModelError | null): void }>
}

export interface ModelStream {
  /** Tells it from its namesakes. */
  incarnation: number
  name: string
  arn: string
  createdAt: number
  retentionHours: number
  maxRecordBytes: number
  shards: ModelShard[]
  consumers: ModelConsumer[]
  /** A change that is under way: what it does when its time has come. */
  pending: { status: 'CREATING' | 'UPDATING' | 'DELETING'; at: number; apply: () => void } | null
}

/** An error of the service, as it goes over the wire. */
export class ModelError extends Error {
  readonly status: number

  constructor(name: string, message: string, status = 400) {
    super(message)
    this.name = name
    this.status = status
  }
}

export const ACCOUNT = '000000000000'

export const invalidArgument = (message: string) => new ModelError('InvalidArgumentException', message)
export const throughputExceeded = (message: string) => new ModelError('ProvisionedThroughputExceededException', message)
export const streamNotFound = (name: string) => new ModelError('ResourceNotFoundException', `Stream ${name} under account ${ACCOUNT} not found.`)
export const shardNotFound = (shardId: string, name: string) =>
  new ModelError('ResourceNotFoundException', `Could not find shard ${shardId} in stream ${name} under account ${ACCOUNT}.`)

export const isOpen = (shard: ModelShard): boolean => shard.closedAt === null

/** Moves the horizon of a shard past what is older than the retention; records are put in order of the server's clock. */
export const trimByAge = (stream: ModelStream, shard: ModelShard, now: number): void => {
  const retention = stream.retentionHours * 3_600_000
  for (let record = shard.records[shard.horizon]; record !== undefined && record.arrival < now - retention; record = shard.records[shard.horizon]) {
    record.trimmedAt ??= record.arrival + retention
    shard.horizon += 1
  }
}

/** Sets another retention: what is older than a shorter one is gone at once. */
export const retain = (stream: ModelStream, hours: number, now: number): void => {
  for (const shard of stream.shards) trimByAge(stream, shard, now)
  stream.retentionHours = hours
  for (const shard of stream.shards) {
    const young = shard.records.findIndex(({ arrival }) => arrival >= now - hours * 3_600_000)
    trimTo(shard, young === -1 ? shard.records.length : young, now)
  }
}

/** Trims a shard's records before this index at once. */
export const trimTo = (shard: ModelShard, index: number, now: number): void => {
  for (; shard.horizon < Math.min(index, shard.records.length); shard.horizon += 1) {
    const record = shard.records[shard.horizon]
    if (record !== undefined) record.trimmedAt ??= now
  }
}

/** A closed shard leaves the listing when the last of its records can have left the retention. */
export const hasExpired = (stream: ModelStream, shard: ModelShard, now: number): boolean =>
  shard.closedAt !== null && shard.closedAt < now - stream.retentionHours * 3_600_000
