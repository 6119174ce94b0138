import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import type { StartPosition, StopCondition } from '#shared/model/stream.ts'

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i
const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** A hundred years: longer than any stream keeps anything, and safe to add to a time. */
const longestMs = 36_525 * 86_400_000

/**
 * An ISO 8601 date or time as ms since the epoch; null for anything else, and for a date that
 * no calendar has. Without a zone it is UTC, as everything that is printed is.
 */
export function parseTime(text: string): number | null {
  const match = iso.exec(text)
  if (match === null) return null
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`)
  if (Number.isNaN(at) || new Date(at).getUTCDate() !== Number(day)) return null
  if (zone.toUpperCase() === 'Z') return at
  const [hours = 0, minutes = 0] = [zone.slice(1, 3), zone.slice(3).replace(':', '')].map(Number)
  if (hours > 23 || minutes > 59) return null
  return at - (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/** `90s`, `1h30m`, `500ms`, `2d`, ISO 8601's `PT5M`, or seconds without a unit, in ms; null for anything else and for nothing. */
export function parseDuration(text: string): number | null {
  const plain = text.toLowerCase().replace(/^p(?:(\d+(?:\.\d+)?)d)?(?:t(?=\d))?/, (_whole, days?: string) => (days === undefined ? '' : `${days}d`))
  if (/^\d+(\.\d+)?$/.test(plain)) return inRange(Number(plain) * 1000)
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(plain)) return null
  let sum = 0
  for (const [, amount, unit] of plain.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) sum += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  return inRange(sum)
}

function inRange(ms: number): number | null {
  return ms > 0 && ms <= longestMs ? ms : null
}

/** `--from`: where reading begins. Throws `invalid-argument`. */
export function parseFrom(text: string): StartPosition {
  const word = text.toLowerCase()
  if (word === 'trim_horizon') return { type: 'TRIM_HORIZON' }
  if (word === 'latest') return { type: 'LATEST' }
  const at = parseTime(text)
  if (at !== null) return { type: 'AT_TIMESTAMP', at }
  throw new KinescopeError('invalid-argument', `--from ${printable(text)} is no place to begin.`, {
    action: 'Give trim_horizon, latest, or a time like 2026-11-23T08:00:00Z.',
  })
}

/** `--until`: where reading stops. Throws `invalid-argument`. */
export function parseUntil(text: string): StopCondition {
  if (text.toLowerCase() === 'now') return { type: 'now' }
  const at = parseTime(text)
  if (at !== null) return { type: 'time', at }
  const ms = parseDuration(text)
  if (ms !== null) return { type: 'duration', ms }
  throw new KinescopeError('invalid-argument', `--until ${printable(text)} is no place to stop.`, {
    action: 'Give now, a time like 2026-11-23T08:00:00Z, or a duration like 30s, 10m or 1h30m.',
  })
}
