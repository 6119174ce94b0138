import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { RecordDetail, RecordRow } from '../model/record.ts'
import { Histogram, RowSetProgress } from '../model/row-set.ts'
import { procedure } from './base.ts'

const rowSet = z.object({ rowSetId: z.string() })

/** Records are pulled in pages; only counters are pushed. */
export const records = {
  /** The rows of a capture, or those a query matches. A bad query fails with `bad-query` and its position. */
  openRows: procedure.input(z.object({ captureId: z.string(), query: z.string().max(10_000) })).output(RowSetProgress),
  /** Progress at once and after changes, at most ten times a second. */
  watchRows: procedure.input(rowSet).output(eventIterator(RowSetProgress)),
  /** Rows `offset` to `offset + limit` in the set's order; fewer at its end. */
  page: procedure
    .input(z.object({ rowSetId: z.string(), offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(500) }))
    .output(z.object({ version: z.number().int(), matched: z.number().int(), rows: z.array(RecordRow) })),
  stopRows: procedure.input(rowSet).output(z.void()),
  closeRows: procedure.input(rowSet).output(z.void()),
  histogram: procedure.input(z.object({ rowSetId: z.string(), buckets: z.number().int().min(1).max(500) })).output(Histogram),

  detail: procedure.input(z.object({ captureId: z.string(), id: z.number().int() })).output(RecordDetail),
  /** More bytes of a long record: base64 of at most 1 MiB from `offset`. */
  bytes: procedure
    .input(z.object({ captureId: z.string(), id: z.number().int(), offset: z.number().int().nonnegative(), length: z.number().int().min(1).max(1 << 20) }))
    .output(z.object({ dataBase64: z.string(), size: z.number().int() })),
}
