import { randomBytes } from 'node:crypto'
import { ModelError } from './state.ts'

/** A stream whose pages are encoded before anybody asks: what it serves costs a copy, so that the reader is what is measured. */
export interface CannedOptions {
  shards: number
  recordsPerShard: number
  /** Bytes of data of each record. */
  recordBytes: number
  /** Records of one answer at most; 10,000 unless told, and never over 10 MiB. */
  recordsPerPage?: number
  /** Name of the stream; `canned` unless told. */
  name?: string
  /** Data of the n-th different record; JSON of the right size unless told. */
  data?: (n: number) => Uint8Array
}

export interface CannedStream {
  name: string
  arn: string
  /** The answer to GetRecords as bytes of JSON. */
  page(shard: number, from: number, limit: number): { body: Buffer; next: number }
  /** The place of a sequence number in its shard. */
  placeOf(sequenceNumber: string): number
  readonly options: CannedOptions
  listing(): object
  summary(): object
}

const MOST_BYTES = 10 * 1024 * 1024
/** Different records; a shard's n-th record has the data of the n-th of them, over and over. */
const SLOTS = 10_000
/** Of a sequence number of 56 digits, the last ones are counted. */
const DIGITS = 12
const KEY_BYTES = 12
/** What iterators of canned streams begin with. */
export const CANNED_ITERATOR = 'A'.repeat(200)

const jsonOfSize = (n: number, bytes: number): Uint8Array => {
  const head = `{"id":"${randomBytes(6).toString('hex')}","n":${n},"kind":"${n % 7 === 0 ? 'order' : 'click'}","note":"`
  const tail = '"}'
  // Words rather than noise: what search indexes is text.
  let note = ''
  while (note.length < bytes) note += `${randomBytes(4).toString('hex')} quick brown parcel ${(n * 2_654_435_761) % 1_000_003} `
  const text = head + note.slice(0, Math.max(0, bytes - head.length - tail.length)) + tail
  return Buffer.from(text.slice(0, bytes))
}

/** Digits of the seconds of a time in this century. */
const SECONDS = 10

/** Writes the last digits of a number, up to a place. */
const writeDigits = (to: Buffer, end: number, value: number, digits: number): void => {
  for (let at = end - 1, rest = value; at >= end - digits; at -= 1) {
    const next = Math.floor(rest / 10)
    to[at] = 48 + rest - next * 10
    rest = next
  }
}

/** The sequence number of a shard's first record. */
const base = (shard: number) => String(10n ** 55n * 4n + BigInt(shard) * 10n ** 40n)

export const createCannedStream = (options: CannedOptions): CannedStream => {
  const { shards, recordsPerShard, recordBytes, name = 'canned', data = (n) => jsonOfSize(n, recordBytes) } = options
  const perPage = Math.max(1, Math.min(options.recordsPerPage ?? SLOTS, SLOTS, Math.floor(MOST_BYTES / (recordBytes + KEY_BYTES))))
  const slots = Math.max(1, Math.min(SLOTS, recordsPerShard, Math.floor((256 * 1024 * 1024) / Math.max(1, recordBytes))))
  const startedAt = Math.floor(Date.now() / 1000) * 1000 - 3_600_000
  /** Their arrivals fill half an hour, up to half an hour ago. */
  const spacing = 1_800_000 / Math.max(1, recordsPerShard)
  const encode = (n: number) =>
    `{"SequenceNumber":"${base(0)}","ApproximateArrivalTimestamp":${(startedAt / 1000).toFixed(3)},"PartitionKey":"key-${String(n % 1000).padStart(KEY_BYTES - 4, '0')}","Data":"${Buffer.from(data(n)).toString('base64')}","EncryptionType":"NONE"}`
  const first = encode(0)
  const width = Buffer.byteLength(first) + 1
  const sequenceAt = first.indexOf(base(0))
  const timeAt = first.indexOf('"ApproximateArrivalTimestamp":') + '"ApproximateArrivalTimestamp":'.length
  const ring = Buffer.alloc(width * slots)
  for (let n = 0; n < slots; n += 1) {
    const line = n === 0 ? first : encode(n)
    if (Buffer.byteLength(line) !== width - 1) throw new Error('the records of a canned stream are of one size')
    ring.write(`${line},`, n * width)
  }
  const arn = `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`
  const width128 = (1n << 128n) / BigInt(shards)
  return {
    name,
    arn,
    options,
    placeOf(sequenceNumber) {
      if (!/^\d{56}$/.test(sequenceNumber)) throw new ModelError('InvalidArgumentException', 'This sequence number is not of a canned stream.')
      return Number(sequenceNumber.slice(-DIGITS))
    },
    page(shard, from, limit) {
      const count = Math.max(0, Math.min(limit, perPage, recordsPerShard - from))
      const next = from + count
      const behind = Math.ceil(Math.max(0, recordsPerShard - next) * spacing)
      const head = Buffer.from('{"Records":[')
      const tail = Buffer.from(`],"NextShardIterator":"${CANNED_ITERATOR}/${shard}/${next}","MillisBehindLatest":${behind}}`)
      const body = Buffer.allocUnsafe(head.length + Math.max(0, count * width - 1) + tail.length)
      head.copy(body, 0)
      for (let n = 0; n < count; ) {
        const slot = (from + n) % slots
        const run = Math.min(count - n, slots - slot)
        ring.copy(body, head.length + n * width, slot * width, (slot + run) * width)
        n += run
      }
      const shardDigits = Buffer.from(base(shard))
      for (let n = 0; n < count; n += 1) {
        const at = head.length + n * width
        shardDigits.copy(body, at + sequenceAt)
        writeDigits(body, at + sequenceAt + base(0).length, from + n, DIGITS)
        const ms = Math.round(startedAt + (from + n) * spacing)
        writeDigits(body, at + timeAt + SECONDS, Math.floor(ms / 1000), SECONDS)
        writeDigits(body, at + timeAt + SECONDS + 1 + 3, ms % 1000, 3)
      }
      tail.copy(body, body.length - tail.length)
      return { body, next }
    },
    listing: () => ({
      Shards: Array.from({ length: shards }, (_, n) => ({
        ShardId: `shardId-${String(n).padStart(12, '0')}`,
        HashKeyRange: { StartingHashKey: String(width128 * BigInt(n)), EndingHashKey: String(n === shards - 1 ? (1n << 128n) - 1n : width128 * BigInt(n + 1) - 1n) },
        SequenceNumberRange: { StartingSequenceNumber: base(n) },
      })),
    }),
    summary: () => ({
      StreamDescriptionSummary: {
        StreamName: name,
        StreamARN: arn,
        StreamStatus: 'ACTIVE',
        StreamModeDetails: { StreamMode: 'PROVISIONED' },
        RetentionPeriodHours: 24,
        StreamCreationTimestamp: new Date(startedAt - 60_000),
        EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
        EncryptionType: 'NONE',
        OpenShardCount: shards,
        ConsumerCount: 0,
        MaxRecordSizeInKiB: 1024,
      },
    }),
  }
}
