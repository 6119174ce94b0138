import type { DecodeStep } from '#shared/model/record.ts'
import { parseJson } from '#shared/model/json-text.ts'
import { isAggregate, takeApart } from './kpl.ts'
import { compressionOf, decompress } from './decompress.ts'
import { textOf } from './text-of.ts'

export interface DecodedRecord {
  /** Decoded text without a byte order mark; null where the record is binary. */
  text: string | null
  format: 'json' | 'text' | 'binary'
  /** From the bytes as received to what they turned out to be; a failed step is followed by what the last good bytes are. */
  steps: DecodeStep[]
  /** The text is the data's own UTF-8 (a byte order mark aside), so that a capture need not store it. */
  isVerbatim: boolean
}

/** Compression within compression: what real producers do by mistake, and bombs on purpose. */
const MOST_LAYERS = 4

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })
const count = (value: number, unit: string): string => `${number.format(value)} ${unit}${value === 1 ? '' : 's'}`

interface Unpacked {
  bytes: Uint8Array
  steps: DecodeStep[]
}

const unpack = (data: Uint8Array): Unpacked => {
  const steps: DecodeStep[] = []
  let bytes = data
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const compression = compressionOf(bytes)
    if (compression === null) break
    const result = decompress(bytes, compression)
    if ('data' in result) {
      const times = bytes.length === 0 ? 0 : result.data.length / bytes.length
      bytes = result.data
      steps.push({ name: compression, note: `to ${number.format(times)} times the size`, size: bytes.length, failure: null })
      continue
    }
    // Text that only begins like compressed data has nothing to explain.
    if (textOf(bytes) === null) steps.push({ name: compression, note: '', size: bytes.length, failure: `could not be unpacked: ${result.failure}` })
    break
  }
  return { bytes, steps }
}

/**
 * What a record holds, with the steps that led there: decompression (gzip, zlib, zstd, within limits), then
 * JSON, text (UTF-8 strictly, UTF-16 by its mark) or binary. Never throws; a failed step says why and falls
 * back to the last good bytes.
 */
export const decodeRecord = (data: Uint8Array): DecodedRecord => {
  const { bytes, steps: unpacking } = unpack(data)
  const steps: DecodeStep[] = [{ name: 'Kinesis record', note: count(data.length, 'byte'), size: data.length, failure: null }, ...unpacking]
  if (isAggregate(data)) steps.push(aggregateStep(data))
  const found = textOf(bytes)
  if (found === null) {
    steps.push({ name: 'binary', note: count(bytes.length, 'byte'), size: bytes.length, failure: null })
    return { text: null, format: 'binary', steps, isVerbatim: false }
  }
  const { text, encoding, isOwnUtf8 } = found
  const isVerbatim = bytes === data && isOwnUtf8
  const first = text.trimStart()
  const result = parseJson(text)
  if (result.ok) {
    steps.push({ name: 'JSON', note: `${encoding}, ${count(result.json.nodes, 'value')}`, size: bytes.length, failure: null })
    return { text, format: 'json', steps, isVerbatim }
  }
  if (first.startsWith('{') || first.startsWith('[')) {
    steps.push({ name: 'JSON', note: encoding, size: bytes.length, failure: `is malformed at character ${number.format(result.position + 1)}: ${result.reason}` })
  }
  steps.push({ name: 'text', note: text.length === 0 ? 'empty' : `${encoding}, ${count(text.length, 'character')}`, size: bytes.length, failure: null })
  return { text, format: 'text', steps, isVerbatim }
}

/** A capture takes aggregates apart: one that is still whole is damaged, or was imported as it is. */
const aggregateStep = (data: Uint8Array): DecodeStep => {
  const result = takeApart(data)
  const isGood = result !== null && 'userRecords' in result
  return {
    name: 'KPL aggregate',
    note: isGood ? `${count(result.userRecords.length, 'record')}, MD5 good` : '',
    size: data.length,
    failure: isGood ? null : `is damaged: ${result?.failure ?? 'it is cut off'}`,
  }
}

/**
 * The decoded text that a capture stores beside the data, null where the data itself is the text or there is
 * none. The same as `decodeRecord`'s text unless `isVerbatim`, without the cost of reading JSON.
 */
export const storedText = (data: Uint8Array): string | null => {
  const isMarked = (data[0] === 0xff && data[1] === 0xfe) || (data[0] === 0xfe && data[1] === 0xff)
  if (!isMarked && compressionOf(data) === null) return null
  const { bytes } = unpack(data)
  const found = textOf(bytes)
  return found === null || (bytes === data && found.isOwnUtf8) ? null : found.text
}
