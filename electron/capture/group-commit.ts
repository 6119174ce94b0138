import type { Clock } from '../kinesis/clock.ts'
import type { StreamEvent } from '../kinesis/stream-reader.ts'
import type { NewGap, NewRecord, ShardCheckpoint, ShardWrite } from '../store/capture-rows.ts'
import type { CaptureWriter } from '../store/capture-writer.ts'

/** Commits are this far apart while records come in, ms, unless so many bytes are waiting. */
const COMMIT_INTERVAL = 50
/** And so many times as far apart as the last one took, so that a slow disk is not asked to sync all the time; up to this many ms. */
const COMMIT_REST = 4
const MOST_INTERVAL = 400
const COMMIT_BYTES = 4 * 1024 * 1024

/** What is to be stored in one transaction: records, and the checkpoints that cover them. */
export interface GroupCommit {
  add(write: ShardWrite, onStored?: () => void): void
  addGap(gap: NewGap): void
  readonly waitingRecords: number
  /** Bytes of payload that wait. */
  readonly waitingBytes: number
  /** Ms until a commit is due: 0 for at once, null when nothing waits. */
  dueIn(): number | null
  /** Stores all that waits, in one transaction. Throws what the writer throws: nothing of it is stored then. */
  commit(): void
}

/**
 * Gathers writes over all shards, so that a commit costs one sync and not one for each page. The first records
 * after a pause are due at once: somebody is looking at the screen.
 */
export const createGroupCommit = (writer: Pick<CaptureWriter, 'append'>, now: () => number): GroupCommit => {
  let shards = new Map<string, { records: NewRecord[]; checkpoint: ShardCheckpoint; filtered: number }>()
  let gaps: NewGap[] = []
  let stored: (() => void)[] = []
  let bytes = 0
  let payload = 0
  let records = 0
  let lastCommit = Number.NEGATIVE_INFINITY
  let interval = COMMIT_INTERVAL
  return {
    add({ shardId, records: added, checkpoint, filtered = 0 }, onStored) {
      const waiting = shards.get(shardId)
      if (waiting === undefined) shards.set(shardId, { records: added, checkpoint, filtered })
      else {
        waiting.records = waiting.records.length === 0 ? added : [...waiting.records, ...added]
        // A page that covers no record (the empty one of a shard's end) leaves what was covered before.
        waiting.filtered += filtered
        waiting.checkpoint = { ...checkpoint, sequenceNumber: checkpoint.sequenceNumber ?? waiting.checkpoint.sequenceNumber }
      }
      records += added.length
      for (const { data, text } of added) {
        payload += data.length
        bytes += data.length + (text?.length ?? 0)
      }
      if (onStored) stored.push(onStored)
    },
    addGap(gap) {
      gaps.push(gap)
    },
    get waitingRecords() {
      return records
    },
    get waitingBytes() {
      return payload
    },
    dueIn() {
      if (shards.size === 0 && gaps.length === 0) return null
      return bytes >= COMMIT_BYTES ? 0 : Math.max(0, lastCommit + interval - now())
    },
    commit() {
      if (shards.size === 0 && gaps.length === 0) return
      const writes = [...shards].map(([shardId, write]) => ({ shardId, ...write }))
      const began = now()
      writer.append(writes, gaps)
      lastCommit = now()
      interval = Math.min(MOST_INTERVAL, Math.max(COMMIT_INTERVAL, COMMIT_REST * (lastCommit - began)))
      const callbacks = stored
      shards = new Map()
      gaps = []
      stored = []
      bytes = 0
      payload = 0
      records = 0
      for (const callback of callbacks) callback()
    },
  }
}

/** The events, with a commit when one is due: between events, and while none comes. */
export async function* withIdleCommits(
  events: AsyncGenerator<StreamEvent, void, void>,
  commits: GroupCommit,
  commit: () => void,
  clock: Clock,
): AsyncGenerator<StreamEvent, void, void> {
  for (;;) {
    const next = events.next()
    next.catch(() => {})
    for (;;) {
      const due = commits.dueIn()
      if (due === 0) {
        commit()
        continue
      }
      if (due === null) break
      const timer = new AbortController()
      const isDue = clock.sleep(due, timer.signal).then(
        () => true,
        () => false,
      )
      const came = next.then(
        () => false,
        () => false,
      )
      const wasDue = await Promise.race([isDue, came])
      timer.abort()
      if (!wasDue) break
    }
    const { value, done } = await next
    if (done) return
    yield value
  }
}
