import { api } from './implementer.ts'

export const connections = {
  list: api.connections.list.handler(({ context }) => context.connections.list()),
  watch: api.connections.watch.handler(({ context, signal }) => context.connections.watched.watch(signal)),
  profiles: api.connections.profiles.handler(({ context }) => context.connections.profiles()),
  openSandbox: api.connections.openSandbox.handler(({ context }) => context.sandbox.open()),
  add: api.connections.add.handler(({ context, input }) => context.connections.add(input)),
  remove: api.connections.remove.handler(({ context, input }) => context.connections.remove(input.id)),
}
