import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { Shard } from '#shared/model/stream.ts'
import { compareSequences } from '#shared/model/sequence-number.ts'
import { decodeRecord } from '../decode/decode-record.ts'
import type { ShardWrite } from '../store/capture-rows.ts'
import { type CaptureWriter, createCapture } from '../store/capture-writer.ts'
import { fileFailure } from './file-failure.ts'
import { linesOf } from './lines.ts'
import { type ImportedRecord, parseExportedLine, plainLineParser } from './parse-line.ts'
import { beginFile } from './placed-file.ts'

export interface ImportFormat {
  /** Path of the partition key's field in plain JSON lines; null for lines as Kinescope exports them. */
  readonly keyField: string | null
  /** Arrival of plain lines, which tell none: ms since the epoch. */
  readonly now: number
}

/** One commit: enough that its price does not show, little enough to hold. */
const commitRecords = 1000
const commitBytes = 4 * 1024 * 1024
const wholeRange = ((1n << 128n) - 1n).toString()

/**
 * Reads NDJSON into a new capture, which appears at `out` when it is whole; nothing is left
 * behind otherwise. Exported lines keep shard, sequence number and arrival; plain lines go on one
 * shard with sequence numbers 1, 2, 3 and the bytes of the line as they stand.
 * Yields how many records are in. Throws `file-exists`, `invalid-argument` with the number of
 * a line that can't be read, `disk-full`, `file-system`.
 */
export async function* importRecords(
  request: ImportFormat & { path: string; out: string; tool: string; signal?: AbortSignal | undefined },
): AsyncGenerator<{ records: number; done: boolean }, void, void> {
  const { path, out, tool, now, signal } = request
  const file = await beginFile(out, { mayReplaceEmpty: true, besides: ['-wal', '-shm', '-journal', '-lock', '-lock-journal'] })
  let records = 0
  try {
    const name = basename(path)
    const writer = createCapture(
      file.temporary,
      {
        // No stream: nothing that is read from one can be taken for its continuation.
        streamArn: `import:${name}`,
        streamName: name,
        streamCreatedAt: null,
        endpoint: null,
        region: '',
        account: null,
        connectionId: null,
        from: { type: 'TRIM_HORIZON' },
        dueFrom: null,
        filter: null,
        createdAt: now,
        tool,
        name: null,
      },
      { durable: false }, // it counts only once it is placed, which puts it on disk first
    )
    try {
      for await (records of fillCapture(writer, readChunks(path, signal), request)) yield { records, done: false }
    } finally {
      writer.close()
    }
    signal?.throwIfAborted()
    await file.place()
  } finally {
    await file.discard()
  }
  yield { records, done: true }
}

/** Appends the records of NDJSON to a capture and yields after each commit how many it holds. */
export async function* fillCapture(
  writer: Pick<CaptureWriter, 'putShards' | 'append' | 'counters'>,
  chunks: AsyncIterable<Uint8Array>,
  { keyField, now }: ImportFormat,
): AsyncGenerator<number, void, void> {
  const parse = keyField === null ? parseExportedLine : plainLineParser(keyField, now)
  const shards = new Set<string>()
  let batch: ImportedRecord[] = []
  let bytes = 0
  let index = 0
  for await (const line of linesOf(chunks)) {
    const record = parse(line, index)
    index += 1
    batch.push(record)
    bytes += record.data.length
    if (batch.length < commitRecords && bytes < commitBytes) continue
    commit(writer, batch, shards)
    batch = []
    bytes = 0
    yield writer.counters().records
  }
  commit(writer, batch, shards)
  yield writer.counters().records
}

/** Rows get their numbers in the order of the lines, so that another export gives the same file. */
function commit(writer: Pick<CaptureWriter, 'putShards' | 'append'>, records: readonly ImportedRecord[], shards: Set<string>): void {
  if (records.length === 0) return
  const fresh: Shard[] = []
  const writes: ShardWrite[] = []
  for (const { shardId, ...record } of records) {
    if (!shards.has(shardId)) fresh.push(importedShard(shardId, record.sequenceNumber))
    shards.add(shardId)
    const last = writes.at(-1)
    const row = { ...record, text: textOf(record.data) }
    if (last?.shardId === shardId) {
      last.records.push(row)
      if (compareSequences(row.sequenceNumber, last.checkpoint.sequenceNumber ?? '0') > 0) last.checkpoint.sequenceNumber = row.sequenceNumber
    } else writes.push({ shardId, records: [row], checkpoint: { sequenceNumber: row.sequenceNumber, ended: true, heldFrom: null } })
  }
  if (fresh.length > 0) writer.putShards(fresh)
  writer.append(writes, [])
}

/** An export tells no hash ranges: each shard stands for the whole of them. */
function importedShard(shardId: string, startingSequenceNumber: string): Shard {
  return {
    shardId,
    parentShardId: null,
    adjacentParentShardId: null,
    startingHashKey: '0',
    endingHashKey: wholeRange,
    startingSequenceNumber,
    endingSequenceNumber: null,
  }
}

function textOf(data: Uint8Array): string | null {
  const { text, isVerbatim } = decodeRecord(data)
  return isVerbatim ? null : text
}

async function* readChunks(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) }) as AsyncIterable<Buffer>
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw fileFailure(error, 'read', path)
  }
}
