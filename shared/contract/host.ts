import { z } from 'zod'
import { HostCapabilities } from '../model/host.ts'
import { procedure } from './base.ts'

export const host = {
  capabilities: procedure.output(HostCapabilities),
  /** Opens an https link of the short list in the person's browser. */
  openLink: procedure.input(z.object({ url: z.string().max(2048) })).output(z.void()),
  /** A native open dialog for a capture file; null when it was cancelled. */
  pickCapture: procedure.output(z.object({ path: z.string() }).nullable()),
  /** A native save dialog; null when it was cancelled. */
  pickSavePath: procedure.input(z.object({ suggested: z.string().max(255) })).output(z.object({ path: z.string() }).nullable()),
}
