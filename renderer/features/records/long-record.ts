import { useEffect, useMemo, useState } from 'react'
import type { Client } from '#shared/contract/contract.ts'
import type { Failure } from '#shared/model/error.ts'
import type { RecordDetail } from '#shared/model/record.ts'
import { failureOf } from '../../data/failure.ts'
import { useClient } from '../../platform/client.ts'
import { bytesOf } from './base64.ts'

/** What one `records.bytes` gives at most. */
const PIECE = 1 << 20

/** All bytes of a record: those that came with it, and the rest piece by piece. */
export async function wholeData(client: Client, captureId: string, detail: RecordDetail, signal?: AbortSignal): Promise<Uint8Array> {
  const head = bytesOf(detail.dataBase64)
  if (!detail.dataTruncated) return head
  const whole = new Uint8Array(detail.size)
  whole.set(head)
  let read = head.length
  while (read < detail.size) {
    const answer = await client.records.bytes(
      { captureId, id: detail.id, offset: read, length: Math.min(PIECE, detail.size - read) },
      signal === undefined ? {} : { signal },
    )
    const piece = bytesOf(answer.dataBase64)
    if (piece.length === 0) break
    whole.set(piece.subarray(0, detail.size - read), read)
    read += piece.length
  }
  return whole.subarray(0, read)
}

export interface LongRecord {
  /** The bytes that are here. */
  bytes: Uint8Array
  /** Reads the rest; null when all of it is here or being read. */
  readOn: (() => void) | null
  isReading: boolean
  failure: Failure | null
}

/** The bytes of a record, and a way to read on where it was cut. */
export function useBytes(captureId: string, detail: RecordDetail): LongRecord {
  const client = useClient()
  const head = useMemo(() => bytesOf(detail.dataBase64), [detail])
  const [asked, setAsked] = useState<RecordDetail | null>(null)
  const [state, setState] = useState<{ of: RecordDetail; bytes: Uint8Array | null; failure: Failure | null } | null>(null)
  useEffect(() => {
    if (asked === null || asked !== detail) return undefined
    const life = new AbortController()
    wholeData(client, captureId, detail, life.signal).then(
      (bytes) => !life.signal.aborted && setState({ of: detail, bytes, failure: null }),
      (error: unknown) => {
        if (life.signal.aborted) return
        setState({ of: detail, bytes: null, failure: failureOf(error) })
        setAsked(null)
      },
    )
    return () => life.abort()
  }, [client, captureId, detail, asked])
  const own = state?.of === detail ? state : null
  const isReading = asked === detail && own?.bytes === undefined
  const isAllHere = !detail.dataTruncated || (own?.bytes ?? null) !== null
  return { bytes: own?.bytes ?? head, readOn: isAllHere || isReading ? null : () => setAsked(detail), isReading, failure: own?.failure ?? null }
}
