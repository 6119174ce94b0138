/** How numbers, sizes and times are written everywhere. Pure: the zone and the clock are passed in. */

export type Zone = 'utc' | 'local'

const grouped = new Intl.NumberFormat('en')
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** 1,912,377 */
export function formatCount(count: number): string {
  return grouped.format(count)
}

/** 930 B, 1.2 KiB, 212 MiB, 1.2 GiB: one digit after the point under 100. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let size = bytes
  let unit = 0
  while (size >= 1023.95 && unit < units.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${unit === 0 || size >= 99.95 ? grouped.format(Math.round(size)) : oneDigit.format(size)} ${units[unit]}`
}

/** 0.9, 61, 2.1 k, 1.2 M: short, for places that have no room; never where completeness is told. */
export function formatShort(count: number): string {
  const steps: [number, string][] = [[1e9, ' G'], [1e6, ' M'], [1e3, ' k']]
  for (const [size, unit] of steps) if (count >= size * 0.9995) return `${oneDigit.format(count / size)}${unit}`
  return count >= 9.95 ? grouped.format(Math.round(count)) : oneDigit.format(count)
}

/** 2.1 k/s */
export function formatRate(perSecond: number): string {
  return `${formatShort(perSecond)}/s`
}

/** A share as per cent: 0.62 is 62 %. */
export function formatShare(share: number): string {
  return `${oneDigit.format(share * 100)} %`
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

interface Parts { year: number; month: number; day: number; hour: number; minute: number; second: number; ms: number }

function partsOf(at: number, zone: Zone): Parts {
  const date = new Date(at)
  return zone === 'utc'
    ? { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(), ms: date.getUTCMilliseconds() }
    : { year: date.getFullYear(), month: date.getMonth(), day: date.getDate(), hour: date.getHours(), minute: date.getMinutes(), second: date.getSeconds(), ms: date.getMilliseconds() }
}

/** 14:31:58.374; `minute` gives 14:31, `second` 14:31:58. */
export function formatTime(at: number, zone: Zone, precision: 'ms' | 'second' | 'minute' = 'ms'): string {
  const { hour, minute, second, ms } = partsOf(at, zone)
  const short = `${pad(hour)}:${pad(minute)}`
  if (precision === 'minute') return short
  return precision === 'second' ? `${short}:${pad(second)}` : `${short}:${pad(second)}.${pad(ms, 3)}`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** 22 Nov 2026 */
export function formatDate(at: number, zone: Zone): string {
  const { year, month, day } = partsOf(at, zone)
  return `${day} ${months[month]} ${year}`
}

/** 2026-11-22 14:31:58.374: absolute, sorts, to the millisecond. */
export function formatDateTime(at: number, zone: Zone, precision: 'ms' | 'second' | 'minute' = 'ms'): string {
  const { year, month, day } = partsOf(at, zone)
  return `${pad(year, 4)}-${pad(month + 1)}-${pad(day)} ${formatTime(at, zone, precision)}`
}

/** "UTC", or the computer's own zone as it is called: "CET", "GMT+5:30". */
export function zoneName(zone: Zone): string {
  if (zone === 'utc') return 'UTC'
  return new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')?.value ?? 'local'
}

/** 412 ms, 8 s, 16 min 5 s, 3 h 20 min, 2 d 4 h: the two largest units that say something. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.round(ms / 1000)
  const units: [string, number][] = [['d', 86_400], ['h', 3600], ['min', 60], ['s', 1]]
  const first = units.findIndex(([, size]) => seconds >= size)
  const [name, size] = units[first] ?? ['s', 1]
  const rest = units[first + 1]
  const lead = `${grouped.format(Math.floor(seconds / size))} ${name}`
  const left = rest ? Math.floor((seconds % size) / rest[1]) : 0
  return rest && left > 0 ? `${lead} ${left} ${rest[0]}` : lead
}

/** "8 s ago", "in 3 min", "now": how far a time is from now, in one unit. */
export function formatRelative(at: number, now: number): string {
  const distance = Math.abs(now - at)
  if (distance < 1000) return 'now'
  const seconds = Math.floor(distance / 1000)
  const units: [string, number][] = [['d', 86_400], ['h', 3600], ['min', 60], ['s', 1]]
  const [name, size] = units.find(([, size]) => seconds >= size) ?? ['s', 1]
  const words = `${grouped.format(Math.floor(seconds / size))} ${name}`
  return at <= now ? `${words} ago` : `in ${words}`
}
