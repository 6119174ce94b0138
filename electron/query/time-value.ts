/** An instant as written in a query: the ms since the epoch where it begins and its last one, both included. */
export interface TimeValue {
  first: number
  /** A date lasts a day, a time without seconds a minute, without a fraction a second. */
  last: number
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|z|[+-]\d{2}:?\d{2})?)?$/

/** Parses an ISO 8601 time, in UTC where it names no zone, or ms since the epoch (12 to 14 digits); null for anything else. */
export const parseTime = (text: string): TimeValue | null => {
  if (/^\d{12,14}$/.test(text)) return { first: Number(text), last: Number(text) }
  const match = ISO.exec(text)
  if (match === null) return null
  const [, date, minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const first = Date.parse(`${date}T${minutes}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`)
  if (Number.isNaN(first) || !exists(date!)) return null
  const lasts = match[2] === undefined ? 86_400_000 : match[3] === undefined ? 60_000 : match[4] === undefined ? 1000 : 10 ** Math.max(0, 3 - fraction.length)
  return { first, last: first + lasts - 1 }
}

/** Date.parse moves 31 February to March. */
const exists = (date: string): boolean => new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)
