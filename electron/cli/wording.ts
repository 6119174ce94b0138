/** Numbers and sizes as progress shows them. */
const count = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const size = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

export function number(value: number): string {
  return count.format(value)
}

export function plural(value: number, noun: string, nouns = `${noun}s`): string {
  return `${count.format(value)} ${value === 1 ? noun : nouns}`
}

export function byteSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let at = 0
  let value = bytes
  for (; value >= 1024 && at < units.length - 1; at += 1) value /= 1024
  return `${size.format(value)} ${units[at]}`
}

export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A time of a result: ISO 8601 in UTC, as of records. */
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** Fan-out was asked for, and polling stands in for it: why, in the words of the backend. */
export function pollingNote(reason: string): string {
  return `Shards are read by polling instead of fan-out: ${reason}`
}
