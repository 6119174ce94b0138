import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { ReadUse, readsSetting } from '../model/read-use.ts'
import { procedure } from './base.ts'

/** What this process takes of what shards give to all their readers, and how much it may. */
export const reads = {
  /** At once and then once a second, while something reads. */
  watch: procedure.output(eventIterator(ReadUse)),
  /** Sets the budget of this process, now and for later runs. */
  setBudget: procedure.input(z.object({ readsPerSecond: z.number().min(readsSetting.least).max(readsSetting.most) })).output(z.void()),
}
