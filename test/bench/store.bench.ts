import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeSequence } from '#shared/model/sequence-number.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import type { NewRecord, ShardWrite } from '../../electron/store/capture-rows.ts'
import { createCapture } from '../../electron/store/capture-writer.ts'

export interface Result {
  name: string
  value: number
  unit: string
  baseline: number | null
  ratio: number | null
}

const rows = Number(process.env['KINESCOPE_BENCH_ROWS'] ?? 300_000)
const perCommit = 4000
const shardIds = ['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000002', 'shardId-000000000003']

/**
 * Writing records of 1 KB in commits of 4 MB over four shards, durably, beside bare better-sqlite3
 * loops that insert the same rows in the same commits: one into a table without any index, one with
 * the capture's two. Then pages at random places of the table.
 */
export async function run(): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-bench-'))
  try {
    const commits = makeCommits()
    // Warm, so that the first to run does not pay for compiling.
    capture(join(folder, 'warm.kinescope'), commits.slice(0, 5))
    bareLoop(join(folder, 'warm.sqlite'), commits.slice(0, 5), true)

    const bare = bareLoop(join(folder, 'bare.sqlite'), commits, false)
    const indexed = bareLoop(join(folder, 'indexed.sqlite'), commits, true)
    const path = join(folder, 'a.kinescope')
    const ours = capture(path, commits)
    const reader = openCapture(path)
    const { bytes, fileSize } = reader.counters()
    const pageMs = Array.from({ length: 300 }, (_, i) => {
      const offset = Math.floor(((i * 0.618_034) % 1) * (rows - 100))
      const start = performance.now()
      reader.page(offset, 100)
      return performance.now() - start
    }).toSorted((a, b) => a - b)
    const start = performance.now()
    reader.histogram(firstArrival, rows / 10 / 200, 200)
    const histogramMs = performance.now() - start
    reader.close()
    return [
      { name: 'store: insert, against a bare loop without indexes', value: ours, unit: 'rows/s', baseline: bare, ratio: ours / bare },
      { name: 'store: insert, against a bare loop with the same indexes', value: ours, unit: 'rows/s', baseline: indexed, ratio: ours / indexed },
      { name: 'store: file size, against the payload', value: fileSize, unit: 'bytes', baseline: bytes, ratio: fileSize / bytes },
      { name: 'store: page of 100 at any offset, median', value: pageMs[150] ?? 0, unit: 'ms', baseline: null, ratio: null },
      { name: 'store: page of 100 at any offset, p99', value: pageMs[297] ?? 0, unit: 'ms', baseline: null, ratio: null },
      { name: 'store: histogram of 200 buckets', value: histogramMs, unit: 'ms', baseline: null, ratio: null },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const firstArrival = Date.UTC(2026, 0, 1)
const words = 'order customer payment country total amount item quantity price shipped pending delivered status created address street city email'.split(' ')

function payload(i: number): Buffer {
  let json = `{"order":${4_711_000 + i},"customer":{"id":"${((i * 2_654_435_761) >>> 0).toString(16)}","country":"PT"}`
  for (let k = 0; json.length < 1000; k++) json += `,"${words[(i + k) % words.length]}${k}":"${words[(i * 7 + k * 3) % words.length]} ${(i * 31 + k * 977) % 10_007}"`
  return Buffer.from(`${json.slice(0, 1021)}"}`)
}

function makeCommits(): ShardWrite[][] {
  const payloads = Array.from({ length: 20_000 }, (_, i) => payload(i))
  const first = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n
  const commits: ShardWrite[][] = []
  for (let from = 0; from < rows; from += perCommit) {
    commits.push(
      shardIds.map((shardId, s) => {
        const records: NewRecord[] = []
        for (let i = from + s; i < Math.min(rows, from + perCommit); i += shardIds.length) {
          records.push({
            sequenceNumber: String(first + (BigInt(s) << 4n) + BigInt(i) * 100_000n),
            subsequence: 0,
            arrival: firstArrival + Math.floor(i / 10),
            partitionKey: `customer-${i % 5000}`,
            explicitHashKey: null,
            data: payloads[i % payloads.length] ?? Buffer.alloc(0),
            text: null,
          })
        }
        return { shardId, records, checkpoint: { sequenceNumber: records.at(-1)?.sequenceNumber ?? null, ended: false, heldFrom: null } }
      }),
    )
  }
  return commits
}

function capture(path: string, commits: readonly ShardWrite[][]): number {
  const writer = createCapture(
    path,
    {
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
      createdAt: firstArrival,
      tool: 'bench',
      name: null,
    },
    { durable: true },
  )
  writer.putShards(
    shardIds.map((shardId) => ({
      shardId,
      parentShardId: null,
      adjacentParentShardId: null,
      startingHashKey: '0',
      endingHashKey: '1',
      startingSequenceNumber: '0',
      endingSequenceNumber: null,
    })),
  )
  const start = performance.now()
  for (const commit of commits) writer.append(commit, [])
  const rate = rateSince(start, commits)
  writer.close()
  return rate
}

function bareLoop(path: string, commits: readonly ShardWrite[][], indexes: boolean): number {
  const db = new Database(path)
  db.pragma('page_size = 16384')
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(`CREATE TABLE record (id INTEGER PRIMARY KEY, shard INTEGER, sequence BLOB, subsequence INTEGER, arrival INTEGER, key TEXT, hash TEXT, data BLOB, text TEXT)`)
  if (indexes) db.exec(`CREATE UNIQUE INDEX record_identity ON record (shard, sequence, subsequence); CREATE INDEX record_arrival ON record (arrival)`)
  const insert = db.prepare(`INSERT INTO record VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const commit = db.transaction((writes: readonly ShardWrite[]) => {
    for (const [shard, { records }] of writes.entries()) {
      for (const { sequenceNumber, subsequence, arrival, partitionKey, explicitHashKey, data, text } of records) {
        insert.run(shard, encodeSequence(sequenceNumber), subsequence, arrival, partitionKey, explicitHashKey, data, text)
      }
    }
  })
  const start = performance.now()
  for (const writes of commits) commit(writes)
  const rate = rateSince(start, commits)
  db.close()
  return rate
}

function rateSince(start: number, commits: readonly ShardWrite[][]): number {
  const count = commits.flat().reduce((sum, { records }) => sum + records.length, 0)
  return (count / (performance.now() - start)) * 1000
}
