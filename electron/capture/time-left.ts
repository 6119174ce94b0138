/** A look at how far a capture has come, by this machine's monotonic clock. */
export interface Milestone {
  at: number
  /** Ms of the stream that are still to be read before the end of the range, on its slowest shard; null where there is no end or it is not known. */
  toGo: number | null
}

export interface Limits {
  /** Records and bytes that may still be stored, and what comes a second. */
  records: number
  recordsPerSecond: number
  bytes: number
  bytesPerSecond: number
  /** Ms until its duration is over; null without one. */
  duration: number | null
}

const reach = (rest: number, perSecond: number): number | null => (!Number.isFinite(rest) ? null : rest <= 0 ? 0 : perSecond > 0 ? (rest / perSecond) * 1000 : null)

/** At the tip the stream's time goes by as the clock does; before it, as fast as it was read between two looks. */
const reachEnd = (first: Milestone | undefined, last: Milestone | undefined): number | null => {
  const [before, toGo] = [first?.toGo ?? null, last?.toGo ?? null]
  if (first === undefined || last === undefined || before === null || toGo === null) return null
  if (toGo <= 0) return 0
  const [elapsed, read] = [last.at - first.at, before - toGo]
  return elapsed > 0 && read > 0 ? (toGo * elapsed) / read : null
}

/** Ms until the first of a capture's stop conditions is met, at the pace between two looks; null where nobody can tell. */
export const timeLeft = (first: Milestone | undefined, last: Milestone | undefined, { records, recordsPerSecond, bytes, bytesPerSecond, duration }: Limits): number | null => {
  const times = [reachEnd(first, last), reach(records, recordsPerSecond), reach(bytes, bytesPerSecond), duration].filter((time) => time !== null)
  return times.length === 0 ? null : Math.max(0, Math.min(...times))
}
