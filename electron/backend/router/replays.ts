import { api } from './implementer.ts'

export const replays = {
  plan: api.replays.plan.handler(({ context, input, signal }) => context.replays.plan(input, signal)),
  start: api.replays.start.handler(({ context, input, signal }) => context.replays.start(input, signal)),
  watch: api.replays.watch.handler(({ context, input, signal }) => context.replays.watch(input.replayId, signal)),
  stop: api.replays.stop.handler(({ context, input }) => context.replays.stop(input.replayId)),
  list: api.replays.list.handler(({ context }) => context.replays.list()),
}
