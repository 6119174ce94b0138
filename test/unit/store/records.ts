import type { Shard } from '#shared/model/stream.ts'
import type { CaptureMeta, NewRecord, ShardWrite } from '../../../electron/store/capture-rows.ts'

export const meta: CaptureMeta = {
  streamArn: 'arn:aws:kinesis:eu-west-1:000000000001:stream/orders',
  streamName: 'orders',
  streamCreatedAt: 1_700_000_000_000,
  endpoint: 'http://127.0.0.1:4567',
  region: 'eu-west-1',
  account: '000000000001',
  connectionId: 'sandbox-1',
  from: { type: 'AT_TIMESTAMP', at: 1_700_000_000_000 },
  dueFrom: null,
  filter: null,
  createdAt: 1_760_000_000_000,
  tool: 'kinescope 0.1.0',
  name: null,
}

export function shard(n: number): Shard {
  return {
    shardId: `shardId-00000000000${n}`,
    parentShardId: null,
    adjacentParentShardId: null,
    startingHashKey: '0',
    endingHashKey: '340282366920938463463374607431768211455',
    startingSequenceNumber: '49590338271490256608559692538361571095921575989136588898',
    endingSequenceNumber: null,
  }
}

export const firstArrival = Date.UTC(2026, 0, 1)

/** The n-th record: its sequence number and arrival grow with n. */
export function record(n: number, more: Partial<NewRecord> = {}): NewRecord {
  return {
    sequenceNumber: String(49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n + BigInt(n)),
    subsequence: 0,
    arrival: firstArrival + n,
    partitionKey: `key-${n % 7}`,
    explicitHashKey: null,
    data: Buffer.from(`{"n":${n}}`),
    text: null,
    ...more,
  }
}

/** Records of one shard with a checkpoint at the last of them. */
export function write(shardNumber: number, records: NewRecord[]): ShardWrite {
  const last = records.toSorted((a, b) => (BigInt(a.sequenceNumber) < BigInt(b.sequenceNumber) ? -1 : 1)).at(-1)
  return {
    shardId: shard(shardNumber).shardId,
    records,
    checkpoint: { sequenceNumber: last?.sequenceNumber ?? null, ended: false, heldFrom: null },
  }
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

/** Bytes that no filter can be small over: as different as they get, but the same for the same seed. */
export function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = (seed * 2_654_435_761 + 1) >>> 0
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}
