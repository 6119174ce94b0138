import type { ReplayProgress } from '#shared/model/replay.ts'
import type { ReplayJournal } from '../replay/replay-journal.ts'
import type { Catalog, JournalledReplay } from '../store/catalog.ts'

/** The journal of one replay in the catalog: a batch is written down before it leaves. */
export function catalogJournal(catalog: Catalog, replayId: string): ReplayJournal {
  const sending = new Map<number, { records: number; detail: string }>()
  return {
    sending({ batch, shardId, firstRow, lastRow, records }) {
      const detail = JSON.stringify({ shardId, firstRow, lastRow })
      sending.set(batch, { records, detail })
      catalog.journalBatch(replayId, { number: batch, state: 'sent', records, sent: records, acknowledged: 0, failed: 0, unknown: 0, detail })
    },
    settled(batch, counts) {
      const { records = counts.sent, detail = null } = sending.get(batch) ?? {}
      sending.delete(batch)
      const state = counts.unknown > 0 ? 'unknown' : counts.failed > 0 ? 'failed' : 'acknowledged'
      catalog.journalBatch(replayId, { ...counts, number: batch, state, records, detail })
    },
  }
}

/** A replay of an earlier run, as its journal tells it. What was sent and has no outcome may have been stored. */
export function replayedBefore({ header, state, failure, counts }: JournalledReplay): ReplayProgress {
  const { id, captureId, title, query, target, startedAt } = header
  const { planned, sent, acknowledged, failed } = counts
  return {
    replayId: id,
    captureId,
    title,
    query,
    target: { connectionId: target.connectionId, name: target.name },
    planned,
    sent,
    acknowledged,
    failed,
    unknown: sent - acknowledged - failed,
    state: state === 'running' ? 'stopped' : state,
    failure,
    firstReason: null,
    startedAt,
    recordsPerSecond: 0,
    retried: 0,
    timeLeftMs: null,
  }
}
