import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Histogram } from '#shared/model/row-set.ts'
import { useClient } from '../platform/client.ts'
import { RowSet } from './row-set.ts'
import type { RowSetSnapshot } from './row-set.ts'

const EMPTY: RowSetSnapshot = { progress: null, failure: null, revision: 0 }
const noRows = () => EMPTY
const nothing = () => () => undefined

/**
 * Opens a row set for a capture and a query and closes it with the component. Null until it
 * exists; while a new query opens, `rowSet` is already the new one.
 */
export function useRowSet(captureId: string | null, query: string): { rowSet: RowSet | null; snapshot: RowSetSnapshot } {
  const client = useClient()
  const [rowSet, setRowSet] = useState<RowSet | null>(null)
  useEffect(() => {
    if (captureId === null) return
    const opened = new RowSet(client, captureId, query)
    setRowSet(opened)
    return () => {
      setRowSet(null)
      opened[Symbol.dispose]()
    }
  }, [client, captureId, query])
  const snapshot = useSyncExternalStore(rowSet?.subscribe ?? nothing, rowSet?.get ?? noRows)
  return { rowSet, snapshot }
}

/** The drawing's counts change no faster than this, in ms. */
const HISTOGRAM_EVERY = 500

/** Records over time of a row set, fetched anew as it grows, at most twice a second. */
export function useHistogram(rowSet: RowSet | null, snapshot: RowSetSnapshot, buckets: number): Histogram | null {
  const client = useClient()
  const [state, setState] = useState<{ rowSet: RowSet; histogram: Histogram } | null>(null)
  const rowSetId = snapshot.progress?.rowSetId ?? null
  const isEmpty = snapshot.progress === null || snapshot.progress.total === 0
  useEffect(() => {
    if (rowSet === null || rowSetId === null || isEmpty) return
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
