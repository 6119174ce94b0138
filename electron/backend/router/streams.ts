import { api } from './implementer.ts'

export const streams = {
  list: api.streams.list.handler(({ context, input, signal }) => context.streams.list(input.connectionId, signal)),
  watch: api.streams.watch.handler(({ context, signal }) => context.streams.watch(signal)),
  refresh: api.streams.refresh.handler(({ context, input }) => context.streams.refresh(input.connectionId)),
  describe: api.streams.describe.handler(({ context, input, signal }) => context.streams.describe(input.connectionId, input.stream, signal)),
}
