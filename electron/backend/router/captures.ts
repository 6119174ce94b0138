import { resolve } from 'node:path'
import { KinescopeError } from '#shared/model/error.ts'
import { exportRecords } from '../../exchange/export-records.ts'
import { toExported } from '../../exchange/exported-record.ts'
import { importRecords } from '../../exchange/import-records.ts'
import { salvageCapture } from '../../store/salvage.ts'
import { verifyCapture } from '../../store/verify.ts'
import { api } from './implementer.ts'

export const captures = {
  list: api.captures.list.handler(({ context }) => context.library.list()),
  watchLibrary: api.captures.watchLibrary.handler(({ context, signal }) => context.library.watched.watch(signal)),
  openView: api.captures.openView.handler(({ context, input, signal }) => context.library.openView(input, signal)),
  start: api.captures.start.handler(({ context, input, signal }) => context.library.start(input, signal)),
  openFile: api.captures.openFile.handler(({ context, input }) => context.library.openFile(input.path)),
  open: api.captures.open.handler(({ context, input }) => context.library.open(input.id)),
  watch: api.captures.watch.handler(({ context, input, signal }) => context.library.look(input.id, signal)),
  gaps: api.captures.gaps.handler(({ context, input }) => context.library.gaps(input.id)),
  keep: api.captures.keep.handler(({ context, input }) => context.library.keep(input.id, input.name)),
  pause: api.captures.pause.handler(({ context, input }) => context.library.opened(input.id).pause()),
  resume: api.captures.resume.handler(({ context, input }) => context.library.opened(input.id).resume()),
  resumeReading: api.captures.resumeReading.handler(({ context, input, signal }) => context.library.resumeReading(input.id, signal)),
  stop: api.captures.stop.handler(({ context, input }) => context.library.stop(input.id)),
  close: api.captures.close.handler(({ context, input }) => context.library.close(input.id)),
  remove: api.captures.remove.handler(({ context, input }) => context.library.remove(input.id)),
  verify: api.captures.verify.handler(({ input }) => verifyCapture(input.path)),

  salvage: api.captures.salvage.handler(async function* ({ context, input, signal }) {
    const path = resolve(input.path)
    await context.search.forget(path)
    yield* salvageCapture({ path, out: resolve(input.out), signal })
  }),

  exportTo: api.captures.exportTo.handler(({ context, input, signal }) => {
    const { path } = context.library.opened(input.captureId)
    const records = batches(context.search.scan(path, input.query, { order: 'oldest', limit: null, follow: false, signal }))
    return exportRecords(records, { path: resolve(input.path), format: input.format, signal })
  }),

  importFrom: api.captures.importFrom.handler(({ context, input, signal }) =>
    importRecords({
      path: resolve(input.path),
      out: resolve(input.out),
      keyField: input.keyField,
      now: Date.now(),
      tool: `Kinescope ${context.host.capabilities.version}`,
      signal,
    }),
  ),

  scan: api.captures.scan.handler(async function* ({ context, input, signal }) {
    const { path } = context.library.opened(input.captureId)
    const { order, limit, follow } = input
    for await (const { records, scanned } of context.search.scan(path, input.query, { order, limit, follow, signal })) {
      yield { records: records.map(toExported), scanned }
    }
  }),

  count: api.captures.count.handler(({ context, input, signal }) => {
    const { path } = context.library.opened(input.captureId)
    return context.search.count(path, input.query, { signal })
  }),

  record: api.captures.record.handler(async function* ({ context, input, signal }) {
    const capture = await context.library.record(input, signal)
    try {
      yield* capture.progress.watch(signal)
      // An abort ends the watch, not the reading: stop cleanly and tell how far it came.
      await capture.stop()
      yield capture.progress.value
    } finally {
      await context.library.close(capture.id)
    }
    const { failure } = capture.progress.value
    if (failure !== null) throw KinescopeError.from(failure)
  }),
}

async function* batches<T>(source: AsyncIterable<{ records: readonly T[] }>): AsyncGenerator<readonly T[], void, void> {
  for await (const { records } of source) yield records
}
