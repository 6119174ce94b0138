import { api } from './implementer.ts'

export const reads = {
  watch: api.reads.watch.handler(({ context, signal }) => context.library.reads.watch(signal)),
  setBudget: api.reads.setBudget.handler(({ context, input }) => context.library.reads.setBudget(input.readsPerSecond)),
}
