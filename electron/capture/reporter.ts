import type { Clock } from '../kinesis/clock.ts'

/** Tells of changes at once after a quiet time, else at most this often, ms. */
const AFTER_COMMIT = 50
const OTHERWISE = 250
/** Rates fall while nothing comes: told once a second. */
const TICK = 1000

export interface Reporter {
  /** `now` for what a person waits to see: a commit, a change of state. */
  changed(urgency?: 'now'): void
  close(): void
}

/** Thins out reports of progress, without holding back the first one that follows a pause. */
export const createReporter = (clock: Clock, report: () => void): Reporter => {
  const closing = new AbortController()
  let lastReport = Number.NEGATIVE_INFINITY
  let timer: { at: number; cancel: AbortController } | null = null

  const send = () => {
    timer?.cancel.abort()
    timer = null
    lastReport = clock.now()
    report()
    schedule(lastReport + TICK)
  }
  const schedule = (at: number) => {
    if (closing.signal.aborted || (timer !== null && timer.at <= at)) return
    timer?.cancel.abort()
    const cancel = new AbortController()
    timer = { at, cancel }
    clock.sleep(at - clock.now(), cancel.signal).then(send, () => {})
  }
  return {
    changed(urgency) {
      if (closing.signal.aborted) return
      const at = lastReport + (urgency === 'now' ? AFTER_COMMIT : OTHERWISE)
      if (at <= clock.now() && urgency === 'now') send()
      else schedule(Math.max(at, clock.now()))
    },
    close() {
      closing.abort()
      timer?.cancel.abort()
      timer = null
    },
  }
}
