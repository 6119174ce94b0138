import { constants, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'

export type Compression = 'gzip' | 'zlib' | 'zstd'

const UNPACK = { gzip: gunzipSync, zlib: inflateSync, zstd: zstdDecompressSync } satisfies Record<Compression, unknown>

/** What a record may grow to. Kinesis records are at most 10 MiB; more than this is a bomb, not a payload. */
export const MOST_DECOMPRESSED = 64 * 1024 * 1024
/** Deflate reaches 1,032 to 1 only on a run of one byte; real logs stay under 60. */
const MOST_TIMES = 300
/** What any record may grow to, however small it is. */
const ALWAYS_ALLOWED = 1024 * 1024

const mostFor = (size: number): number => Math.min(MOST_DECOMPRESSED, Math.max(ALWAYS_ALLOWED, size * MOST_TIMES))

/** What the first bytes say; they are a hint, not a proof (`x^` begins zlib data and formulas). */
export const compressionOf = (data: Uint8Array): Compression | null => {
  if (data.length < 2) return null
  const [first, second, third, fourth] = data
  if (first === 0x1f && second === 0x8b) return third === 8 ? 'gzip' : null
  if (first === 0x78) return second === 0x01 || second === 0x5e || second === 0x9c || second === 0xda ? 'zlib' : null
  return first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd ? 'zstd' : null
}

/** The bytes, or why there are none (the end of a sentence that begins "could not be unpacked: "). */
export const decompress = (data: Uint8Array, compression: Compression): { data: Buffer } | { failure: string } => {
  const maxOutputLength = mostFor(data.length)
  const options = { maxOutputLength, chunkSize: Math.max(constants.Z_MIN_CHUNK, Math.min(1 << 20, data.length * 4)) }
  try {
    return { data: UNPACK[compression](data, options) }
  } catch (error) {
    return { failure: reason(error, maxOutputLength) }
  }
}

const reason = (error: unknown, limit: number): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_BUFFER_TOO_LARGE') return `it would grow beyond ${limit / (1024 * 1024)} MiB`
  if (code === 'Z_BUF_ERROR') return 'it ends too early'
  return error instanceof Error ? error.message : String(error)
}
