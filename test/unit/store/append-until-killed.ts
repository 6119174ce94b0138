import { writeSync } from 'node:fs'
import { probeCapture } from '../../../electron/store/capture-file.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { KinescopeError } from '#shared/model/error.ts'
import type { CaptureMeta, NewRecord } from '../../../electron/store/capture-rows.ts'

/**
 * Appends records 1, 2, 3, … to the capture named on its command line, from where its checkpoint
 * stands, in batches of differing size, and prints each batch's last number once it is stored.
 * Goes on until it is killed, or until an append fails: then it prints the failure and closes.
 */
const [path = '', durable = 'true', size = '700'] = process.argv.slice(2)
const shardId = 'shardId-000000000000'
const meta: CaptureMeta = {
  streamArn: 'arn:aws:kinesis:eu-west-1:000000000001:stream/orders',
  streamName: 'orders',
  streamCreatedAt: null,
  endpoint: null,
  region: 'eu-west-1',
  account: null,
  connectionId: null,
  from: { type: 'TRIM_HORIZON' },
  dueFrom: null,
  filter: null,
  createdAt: 1,
  tool: 'test',
  name: null,
}
const options = { durable: durable === 'true' }
const writer = probeCapture(path) === 'capture' ? continueCapture(path, options) : createCapture(path, meta, options)
writer.putShards([
  { shardId, parentShardId: null, adjacentParentShardId: null, startingHashKey: '0', endingHashKey: '1', startingSequenceNumber: '0', endingSequenceNumber: null },
])

let next = Number(writer.shards()[0]?.checkpoint.sequenceNumber ?? 0) + 1
writeSync(1, `open ${next - 1}\n`)
try {
  for (;;) {
    const records: NewRecord[] = Array.from({ length: 1 + ((next * 7) % 300) }, (_, i) => ({
      sequenceNumber: String(next + i),
      subsequence: 0,
      arrival: 1_760_000_000_000 + (next + i) * 3,
      partitionKey: `key-${next + i}`,
      explicitHashKey: null,
      data: Buffer.alloc(Number(size), `${next + i} `),
      text: null,
    }))
    next += records.length
    writer.append([{ shardId, records, checkpoint: { sequenceNumber: String(next - 1), ended: false, heldFrom: null } }], [])
    writeSync(1, `${next - 1}\n`)
  }
} catch (error) {
  if (!(error instanceof KinescopeError)) throw error
  writeSync(1, `${JSON.stringify({ ...error.failure, counters: writer.counters() })}\n`)
  writer.close()
}
