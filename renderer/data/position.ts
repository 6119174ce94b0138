import type { StartPosition } from '#shared/model/stream.ts'

/** What a stream opens with: what just arrived, and what arrives now. */
export const DEFAULT_FROM = '-5m'

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const UNIT_WORDS: Record<string, string> = { s: 'second', m: 'minute', h: 'hour', d: 'day' }

/**
 * The position that a URL's `from` names:
 * `trim_horizon`, `latest`, `-15m` (s, m, h, d before now), an instant as ISO 8601 with its
 * zone, `at:SHARD:SEQUENCE` or `after:SHARD:SEQUENCE`. Null for anything else.
 */
export function parseFrom(text: string, now: number): StartPosition | null {
  const from = text.trim()
  if (/^trim_horizon$/i.test(from)) return { type: 'TRIM_HORIZON' }
  if (/^latest$/i.test(from)) return { type: 'LATEST' }
  const ago = /^-(\d{1,6})([smhd])$/.exec(from)
  if (ago !== null) return { type: 'AT_TIMESTAMP', at: now - Number(ago[1]) * (UNITS[ago[2] ?? 'm'] ?? 0) }
  const sequence = /^(at|after):([^:]{1,128}):(\d{1,129})$/.exec(from)
  if (sequence !== null) {
    const [, kind, shardId = '', sequenceNumber = ''] = sequence
    return { type: kind === 'at' ? 'AT_SEQUENCE_NUMBER' : 'AFTER_SEQUENCE_NUMBER', shardId, sequenceNumber }
  }
  const at = parseInstant(from)
  return at === null ? null : { type: 'AT_TIMESTAMP', at }
}

/**
 * ms since the epoch of an ISO 8601 time that names its zone: `2026-11-22T14:17Z`,
 * `2026-11-22 14:17:05.250+01:00`. Null without a zone, as it would mean another time on
 * another machine, and for days that do not exist.
 */
export function parseInstant(text: string): number | null {
  const parts =
    /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})$/i.exec(text.trim())
  if (parts === null) return null
  const [, year, month, day, hour, minute, second = '0', fraction = '0', zone = 'Z'] = parts
  const millis = Math.trunc(Number(`0.${fraction}`) * 1_000)
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), millis)
  const written = new Date(utc)
  const isReal =
    written.getUTCMonth() === Number(month) - 1 && written.getUTCDate() === Number(day) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  if (!isReal) return null
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone)
  if (offset === null) return utc
  const minutes = Number(offset[2]) * 60 + Number(offset[3])
  return utc - (offset[1] === '-' ? -minutes : minutes) * 60_000
}

/** The `from` of a URL for a position. */
export function formatFrom(position: StartPosition): string {
  switch (position.type) {
    case 'TRIM_HORIZON':
      return 'trim_horizon'
    case 'LATEST':
      return 'latest'
    case 'AT_TIMESTAMP':
      return new Date(position.at).toISOString()
    default:
      return `${position.type === 'AT_SEQUENCE_NUMBER' ? 'at' : 'after'}:${position.shardId}:${position.sequenceNumber}`
  }
}

/** What the From button says: "last 5 minutes", "22 Nov, 14:17", "shard 003, …494771330". */
export function describeFrom(from: string): string {
  const ago = /^-(\d{1,6})([smhd])$/.exec(from.trim())
  if (ago !== null) {
    const count = Number(ago[1])
    const word = UNIT_WORDS[ago[2] ?? 'm'] ?? ''
    return count === 1 ? `last ${word}` : `last ${count} ${word}s`
  }
  const position = parseFrom(from, 0)
  if (position === null) return 'an unknown position'
  switch (position.type) {
    case 'TRIM_HORIZON':
      return 'trim horizon'
    case 'LATEST':
      return 'latest'
    case 'AT_TIMESTAMP':
      return `${new Date(position.at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
    default:
      return `${position.shardId.replace(/^shardId-0*(?=\d{3})/, 'shard ')}, …${position.sequenceNumber.slice(-9)}`
  }
}
