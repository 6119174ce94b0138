import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { CaptureInfo, CaptureProgress, CaptureRequest, Gap, ReadingRequest } from '../model/capture.ts'
import { ExportedRecord } from '../model/record.ts'
import { StartPosition } from '../model/stream.ts'
import { procedure } from './base.ts'

const id = z.object({ id: z.string() })

export const Verification = z.object({
  ok: z.boolean(),
  records: z.number().int(),
  /** SQLite's own answer: "ok" or its first complaint. */
  integrity: z.string(),
  problems: z.array(z.string()),
})
export type Verification = z.infer<typeof Verification>

export const captures = {
  /** The library: kept captures and the views that are open. */
  list: procedure.output(z.array(CaptureInfo)),
  watchLibrary: procedure.output(eventIterator(z.array(CaptureInfo))),

  /** Opens a view on a stream: an unnamed capture that starts reading at once. */
  openView: procedure
    .input(z.object({ connectionId: z.string(), stream: z.string().min(1).max(2048), from: StartPosition, fanOut: z.boolean().default(false) }))
    .output(CaptureInfo),
  /** Starts a capture of the library under a name; it goes on in the background until its stop condition, or until it is stopped. */
  start: procedure.input(ReadingRequest.extend({ name: z.string().min(1).max(120) })).output(CaptureInfo),
  /** Opens a capture file from the library (`id`) or from a path, for reading. */
  openFile: procedure.input(z.object({ path: z.string().min(1).max(4096) })).output(CaptureInfo),
  open: procedure.input(id).output(CaptureInfo),
  /** Counters and state, at once and then a few times a second. */
  watch: procedure.input(id).output(eventIterator(CaptureProgress)),
  gaps: procedure.input(id).output(z.array(Gap)),
  /** Gives a view a name: it becomes a capture of the library, and durable. */
  keep: procedure.input(z.object({ id: z.string(), name: z.string().min(1).max(120) })).output(CaptureInfo),
  pause: procedure.input(id).output(z.void()),
  resume: procedure.input(id).output(z.void()),
  /** Reads on into a kept capture from its checkpoints, as after a crash, through the connection that it was read from. */
  resumeReading: procedure.input(id).output(CaptureInfo),
  /** Stops reading for good and folds the file together. */
  stop: procedure.input(id).output(CaptureInfo),
  /** Its tab is closed: a view that was not kept is deleted, a kept capture goes on until it is stopped. */
  close: procedure.input(id).output(z.void()),
  /** Deletes a kept capture's file. */
  remove: procedure.input(id).output(z.void()),

  /** Captures into a file of one's choice until the stop condition; ends with the final state. */
  record: procedure.input(CaptureRequest).output(eventIterator(CaptureProgress)),
  /** Writes a capture, or the matches of a query, to a file. `format` is NDJSON of `ExportedRecord`, or CSV. */
  exportTo: procedure
    .input(
      z.object({
        captureId: z.string(),
        query: z.string().max(10_000),
        format: z.enum(['ndjson', 'csv']),
        path: z.string().min(1).max(4096),
      }),
    )
    .output(eventIterator(z.object({ written: z.number().int(), done: z.boolean() }))),
  /** Reads NDJSON into a new capture: as exported, or plain JSON values with a key taken from `keyField`. */
  importFrom: procedure
    .input(z.object({ path: z.string().min(1).max(4096), out: z.string().min(1).max(4096), keyField: z.string().max(512).nullable() }))
    .output(eventIterator(z.object({ records: z.number().int(), done: z.boolean() }))),
  /** Makes a new capture at `out` of what can be read of a damaged one, which stays as it is. `lost` is known with `done`. */
  salvage: procedure
    .input(z.object({ path: z.string().min(1).max(4096), out: z.string().min(1).max(4096) }))
    .output(eventIterator(z.object({ records: z.number().int(), lost: z.number().int(), gaps: z.number().int(), done: z.boolean() }))),
  verify: procedure.input(z.object({ path: z.string().min(1).max(4096) })).output(Verification),

  /** Whole records that a query matches, in order, in batches; for the CLI and for scripts. */
  scan: procedure
    .input(
      z.object({
        captureId: z.string(),
        query: z.string().max(10_000),
        order: z.enum(['oldest', 'newest']),
        limit: z.number().int().positive().nullable(),
        /** Goes on with what comes in until aborted. */
        follow: z.boolean(),
      }),
    )
    .output(eventIterator(z.object({ records: z.array(ExportedRecord), scanned: z.number().int() }))),
  count: procedure
    .input(z.object({ captureId: z.string(), query: z.string().max(10_000) }))
    .output(z.object({ count: z.number().int(), scanned: z.number().int() })),
}
