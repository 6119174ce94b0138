import { LEAST_RING, type ReadingRequest } from '#shared/model/capture.ts'
import type { StopCondition } from '#shared/model/stream.ts'
import { parseFrom, parseInstant } from '../../data/position.ts'
import { formatBytes } from '../../ui/format.ts'

/** The capture dialog as it is filled in: text stays text until it is sent. */
export interface CaptureForm {
  name: string
  /** As `parseFrom` reads it. */
  from: string
  until: StopCondition['type']
  duration: string
  time: string
  records: string
  bytes: string
  filter: string
  ring: string
  fanOut: boolean
}

export type FieldErrors = Partial<Record<'name' | 'from' | 'duration' | 'time' | 'records' | 'bytes' | 'ring', string>>

export type NamedReading = ReadingRequest & { name: string }

const UNIT_BYTES: Record<string, number> = { b: 1, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 }
const UNIT_MS: Record<string, number> = { s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Bytes of "512 MiB", "1.5 GiB", "10 GB"; null without a unit, as nobody means bytes then. */
export function parseSize(text: string): number | null {
  const parts = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]i?b|b)$/i.exec(text.trim().replaceAll(/(?<=\d)[, _](?=\d{3})/g, ''))
  const unit = UNIT_BYTES[parts?.[2]?.toLowerCase() ?? '']
  if (parts === null || unit === undefined) return null
  const bytes = Math.round(Number(parts[1]) * unit)
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : null
}

/** 10000, also written 10,000 or 10 000. */
export function parseCount(text: string): number | null {
  const digits = text.trim().replaceAll(/(?<=\d)[, _](?=\d{3})/g, '')
  if (!/^\d{1,15}$/.test(digits)) return null
  const count = Number(digits)
  return count > 0 ? count : null
}

/** Ms of "90 s", "15 min", "1 h 30 min", "2d". */
export function parseDuration(text: string): number | null {
  const parts = [...text.trim().matchAll(/(\d{1,9}(?:\.\d{1,3})?)\s*(min|[smhd])\s*/giy)]
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text.trim()) return null
  const ms = parts.reduce((sum, [, count = '0', unit = 's']) => sum + Number(count) * (UNIT_MS[unit.toLowerCase()] ?? 0), 0)
  return ms > 0 ? ms : null
}

/** Null for no limit, undefined for one that can't be read. */
const limit = (text: string, parse: (text: string) => number | null): number | null | undefined => (text.trim() === '' ? null : (parse(text) ?? undefined))

/** What the form asks for, or what is wrong with it, field by field. */
export function requestOf(form: CaptureForm, subject: { connectionId: string; stream: string }, now: number): { request: NamedReading } | { errors: FieldErrors } {
  const from = parseFrom(form.from, now)
  const maxRecords = limit(form.records, parseCount)
  const maxBytes = limit(form.bytes, parseSize)
  const capBytes = limit(form.ring, parseSize)
  const until = untilOf(form)
  const size = 'Write a size with its unit, as 512 MiB or 2 GiB.'
  const errors: FieldErrors = {
    ...(form.name.trim() === '' ? { name: 'Give it a name.' } : {}),
    ...(from === null ? { from: 'Choose where to start.' } : {}),
    ...(until === null && form.until === 'duration' ? { duration: 'Write a time as 90 s, 15 min or 1 h 30 min.' } : {}),
    ...(until === null && form.until === 'time' ? { time: 'Write a time with its zone, as 2026-11-22 14:17Z.' } : {}),
    ...(maxRecords === undefined ? { records: 'Write a number of records, as 10,000.' } : {}),
    ...(maxBytes === undefined ? { bytes: size } : {}),
    ...(capBytes === undefined ? { ring: size } : capBytes !== null && capBytes < LEAST_RING ? { ring: `${formatBytes(LEAST_RING)} is the least.` } : {}),
  }
  if (Object.keys(errors).length > 0 || from === null || until === null || maxRecords === undefined || maxBytes === undefined || capBytes === undefined) return { errors }
  const filter = form.filter.trim()
  return { request: { ...subject, name: form.name.trim(), from, until, maxRecords, maxBytes, capBytes, filter: filter === '' ? null : filter, fanOut: form.fanOut } }
}

function untilOf({ until, duration, time }: CaptureForm): StopCondition | null {
  if (until === 'never' || until === 'now') return { type: until }
  if (until === 'duration') {
    const ms = parseDuration(duration)
    return ms === null ? null : { type: 'duration', ms }
  }
  const at = parseInstant(time)
  return at === null ? null : { type: 'time', at }
}
