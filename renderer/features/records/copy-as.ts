import type { CaptureInfo } from '#shared/model/capture.ts'
import type { Connection } from '#shared/model/connection.ts'
import type { ExportedRecord, RecordDetail } from '#shared/model/record.ts'
import { printable } from '#shared/model/printable.ts'
import { formatFrom } from '../../data/position.ts'
import { base64Of } from './base64.ts'
import { quoted } from '../../parts/query-tokens.ts'

/** A record as one line of NDJSON, as `kinescope export` writes it. */
export function ndjsonLine(detail: RecordDetail, data: Uint8Array): string {
  const text = utf8(data)
  const record: ExportedRecord = {
    shardId: detail.shardId,
    sequenceNumber: detail.sequenceNumber,
    subsequence: detail.subsequence,
    arrival: new Date(detail.arrival).toISOString(),
    partitionKey: detail.partitionKey,
    explicitHashKey: detail.explicitHashKey,
    data: text ?? base64Of(data),
    encoding: text === null ? 'base64' : 'utf8',
    ...(detail.tags.length === 0 ? {} : { tags: detail.tags }),
  }
  return printable(JSON.stringify(record))
}

/** Text of UTF-8 bytes, a byte order mark included; null where they are none. */
export function utf8(data: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)
  } catch {
    return null
  }
}

/**
 * A word for a POSIX shell. Control characters are written as escapes, so that a hostile
 * key neither runs nor rewrites what the terminal shows when it is pasted.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  const isPlain = printable(text) === text && !/[\t\n]/.test(text)
  if (isPlain) return `'${text.replaceAll("'", `'\\''`)}'`
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
  return `$'${printable(escaped)}'`
}

type Place = Pick<CaptureInfo, 'streamName' | 'region' | 'endpoint'>

function where(place: Place, connection: Connection | undefined): string[] {
  return [
    `--region ${shellWord(place.region)}`,
    ...(place.endpoint === null ? [] : [`--endpoint-url ${shellWord(place.endpoint)}`]),
    ...(connection === undefined || connection.profile === null ? [] : [`--profile ${shellWord(connection.profile)}`]),
  ]
}

/** AWS CLI commands that read this record from its stream. */
export function readCommand(detail: RecordDetail, place: Place, connection: Connection | undefined): string {
  const options = where(place, connection).join(' ')
  const iterator = [
    'aws kinesis get-shard-iterator',
    `--stream-name ${shellWord(place.streamName)}`,
    `--shard-id ${shellWord(detail.shardId)}`,
    '--shard-iterator-type AT_SEQUENCE_NUMBER',
    `--starting-sequence-number ${detail.sequenceNumber}`,
    options,
    '--query ShardIterator --output text',
  ].join(' ')
  return `aws kinesis get-records ${options} --limit 1 --shard-iterator "$(${iterator})"`
}

/** An AWS CLI command (version 2) that puts the same record again. */
export function putCommand(detail: RecordDetail, data: Uint8Array, place: Place, connection: Connection | undefined): string {
  return [
    'aws kinesis put-record',
    `--stream-name ${shellWord(place.streamName)}`,
    `--partition-key ${shellWord(detail.partitionKey)}`,
    ...(detail.explicitHashKey === null ? [] : [`--explicit-hash-key ${detail.explicitHashKey}`]),
    `--data ${shellWord(base64Of(data))}`,
    ...where(place, connection),
  ].join(' ')
}

/** The path of a link to a record: its stream from there on, or its capture with a query that finds it. */
export function recordPath(detail: RecordDetail, capture: CaptureInfo): string {
  if (capture.name === null && capture.connectionId !== null) {
    const from = formatFrom({ type: 'AT_SEQUENCE_NUMBER', shardId: detail.shardId, sequenceNumber: detail.sequenceNumber })
    const parts = [capture.connectionId, capture.region, capture.streamName].map(encodeURIComponent).join('/')
    return `/streams/${parts}/records?${new URLSearchParams({ from }).toString()}`
  }
  const q = `_shard:${quoted(detail.shardId)} _seq:${detail.sequenceNumber}`
  return `/captures/${encodeURIComponent(capture.id)}?${new URLSearchParams({ q }).toString()}`
}

/** A query that matches a partition key exactly; `*` and `?` in it would be wildcards, so they are escaped. */
export function keyQuery(partitionKey: string): string {
  return `_key:${quoted(partitionKey)}`
}
