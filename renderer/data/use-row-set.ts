import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Histogram } from '#shared/model/row-set.ts'
import { useClient } from '../platform/client.ts'
import { RowSet } from './row-set.ts'
import type { RowSetSnapshot } from './row-set.ts'

/** Opens a row set for a capture and a query, and closes it with the component. */
export function useRowSet(captureId: string, query: string): { rowSet: RowSet; snapshot: RowSetSnapshot } {
  const client = useClient()
  const rowSet = useMemo(() => new RowSet(client, captureId, query), [client, captureId, query])
  useEffect(() => rowSet.start(), [rowSet])
  const snapshot = useSyncExternalStore(rowSet.subscribe, rowSet.get)
  return { rowSet, snapshot }
}

/** The drawing's counts change no faster than this, in ms. */
const HISTOGRAM_EVERY = 500

/** Records over time of a row set, fetched anew as it grows, at most twice a second. */
export function useHistogram(rowSet: RowSet, snapshot: RowSetSnapshot, buckets: number): Histogram | null {
  const client = useClient()
  const [state, setState] = useState<{ rowSet: RowSet; histogram: Histogram } | null>(null)
  const rowSetId = snapshot.progress?.rowSetId ?? null
  const isEmpty = snapshot.progress === null || snapshot.progress.total === 0
  useEffect(() => {
    if (rowSetId === null || isEmpty) return undefined
    const life = new AbortController()
    let drawn = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const fetchAgain = async () => {
      const progress = rowSet.get().progress
      const now = `${progress?.version} ${progress?.scanned} ${progress?.total}`
      if (now !== drawn) {
        drawn = now
        try {
          const histogram = await client.records.histogram({ rowSetId, buckets }, { signal: life.signal })
          if (!life.signal.aborted) setState({ rowSet, histogram })
        } catch {
          // The table tells what is wrong with the row set; the drawing keeps what it has.
        }
      }
      if (!life.signal.aborted) timer = setTimeout(() => void fetchAgain(), HISTOGRAM_EVERY)
    }
    void fetchAgain()
    return () => {
      life.abort()
      clearTimeout(timer)
    }
  }, [client, rowSet, rowSetId, isEmpty, buckets])
  return state !== null && state.rowSet === rowSet ? state.histogram : null
}
