import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { ReplayPlan, ReplayProgress, ReplayRequest } from '../model/replay.ts'
import { procedure } from './base.ts'

const id = z.object({ replayId: z.string() })

export const replays = {
  /** A dry run: nothing is written. */
  plan: procedure.input(ReplayRequest.omit({ confirm: true })).output(ReplayPlan),
  start: procedure.input(ReplayRequest).output(ReplayProgress),
  /** Progress at once and a few times a second, to the final counts. */
  watch: procedure.input(id).output(eventIterator(ReplayProgress)),
  stop: procedure.input(id).output(z.void()),
  list: procedure.output(z.array(ReplayProgress)),
}
