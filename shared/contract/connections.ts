import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Connection, NewConnection, Profile } from '../model/connection.ts'
import { procedure } from './base.ts'

export const connections = {
  list: procedure.output(z.array(Connection)),
  /** The list now and after every change of it. */
  watch: procedure.output(eventIterator(z.array(Connection))),
  /** Profiles found in ~/.aws; nothing is called. */
  profiles: procedure.output(z.object({ file: z.string(), profiles: z.array(Profile) })),
  /** Starts the embedded Kinesis with its demo traffic, if it does not run yet, and adds its two accounts. */
  openSandbox: procedure.output(z.array(Connection)),
  add: procedure.input(NewConnection).output(Connection),
  remove: procedure.input(z.object({ id: z.string() })).output(z.void()),
}
