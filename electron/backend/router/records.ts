import { api } from './implementer.ts'

export const records = {
  openRows: api.records.openRows.handler(({ context, input }) => {
    const { path } = context.library.opened(input.captureId)
    return context.search.openRows(path, input.query)
  }),
  watchRows: api.records.watchRows.handler(({ context, input, signal }) => context.search.watchRows(input.rowSetId, signal)),
  page: api.records.page.handler(({ context, input }) => context.search.page(input.rowSetId, input.offset, input.limit)),
  stopRows: api.records.stopRows.handler(({ context, input }) => context.search.stopRows(input.rowSetId)),
  closeRows: api.records.closeRows.handler(({ context, input }) => context.search.closeRows(input.rowSetId)),
  histogram: api.records.histogram.handler(({ context, input }) => context.search.histogram(input.rowSetId, input.buckets)),
  detail: api.records.detail.handler(({ context, input }) => {
    const { path } = context.library.opened(input.captureId)
    return context.search.detail(path, input.id)
  }),
  bytes: api.records.bytes.handler(async ({ context, input }) => {
    const { path } = context.library.opened(input.captureId)
    return context.search.bytes(path, input.id, input.offset, input.length)
  }),
}
