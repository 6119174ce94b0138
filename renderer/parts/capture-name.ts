import { formatDate, formatTime, type Zone } from '../ui/format.ts'

/** What a capture is called until somebody says better: "orders 22 Nov, 14:31". */
export function suggestedName(stream: string, now: number, zone: Zone): string {
  return `${stream} ${formatDate(now, zone).replace(/ \d{4}$/, '')}, ${formatTime(now, zone, 'minute')}`.slice(0, 120)
}
