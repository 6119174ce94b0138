import type { Pace } from '#shared/model/replay.ts'

/** Tells when each record is due, in ms after the start. */
export type Pacing = (index: number, arrival: number) => number

/**
 * @param pace what was asked for
 * @param firstArrival arrival of the first record, ms since the epoch: it is due at once
 * @returns due times that never go backwards as long as the index doesn't, even where
 *   arrivals do: a record that arrived before the one in front of it is due with it
 */
export function pacing(pace: Pace, firstArrival: number): Pacing {
  if (pace.type === 'fastest') return () => 0
  if (pace.type === 'rate') {
    const { recordsPerSecond } = pace
    return (index) => (index * 1000) / recordsPerSecond
  }
  const { factor } = pace
  let latest = 0
  return (_index, arrival) => {
    latest = Math.max(latest, (arrival - firstArrival) / factor)
    return latest
  }
}
