import type { CaptureJob } from '../capture/messages.ts'
import type { OpenCapture } from './open-capture.ts'

/** A view keeps at most this many bytes of payload; the oldest go first, and the gap is recorded. */
const viewCapBytes = 512 * 1024 * 1024

/** How a capture is started, by what it is for. */
export interface Kind {
  role: 'view' | 'file'
  mode: CaptureJob['mode']
  cap: number | null
  /** Of a capture of the library. */
  id?: string
  name?: string
}

export const newView: Kind = { role: 'view', mode: 'create', cap: viewCapBytes }
export const ownFile: Kind = { role: 'file', mode: 'create-or-continue', cap: null }
/** As a view that was kept: it goes on when its tab is closed. */
export const resumed: Kind = { role: 'view', mode: 'continue', cap: null }

/** The worker makes or opens the file: until it reads, there is nothing to show rows of. */
export async function begun({ progress }: OpenCapture, signal?: AbortSignal): Promise<void> {
  for await (const { state } of progress.watch(signal, 0)) if (state !== 'starting') break
}
