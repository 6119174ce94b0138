import type { CaptureRequest } from '#shared/model/capture.ts'
import type { CaptureJob } from '../capture/messages.ts'
import type { OpenCapture } from './open-capture.ts'

/** A view keeps at most this many bytes of payload; the oldest go first, and the gap is recorded. */
const viewCapBytes = 512 * 1024 * 1024

/** What a capture is for, and with it how it is started. */
export interface Kind {
  /** `view`: of a tab, or of the library; `file`: somebody's own, which ends with who asked for it. */
  role: 'view' | 'file'
  mode: CaptureJob['mode']
  /** It reads for the screen, or as fast as one that was asked for by name may. */
  reads: 'screen' | 'named'
  /** A view is made to vanish; what has a name is to last. */
  durable: boolean
  /** Of a capture of the library. */
  id?: string
  name?: string
}

export const newView: Kind = { role: 'view', mode: 'create', reads: 'screen', durable: false }
export const ownFile: Kind = { role: 'file', mode: 'create-or-continue', reads: 'named', durable: true }
/** It goes on when its tab is closed, as a view does that was kept. */
export const ofLibrary = (id: string, name: string, mode: 'create' | 'continue'): Kind => ({ role: 'view', mode, reads: 'named', durable: true, id, name })

/** What a view asks for: all there is, until it is closed. */
export const viewRequest = (request: Pick<CaptureRequest, 'connectionId' | 'stream' | 'path' | 'from' | 'fanOut'>): CaptureRequest => ({
  ...request,
  until: { type: 'never' },
  maxRecords: null,
  maxBytes: null,
  filter: null,
  capBytes: viewCapBytes,
})

/** The worker makes or opens the file: until it reads, there is nothing to show rows of. */
export async function begun({ progress }: OpenCapture, signal?: AbortSignal): Promise<void> {
  for await (const { state } of progress.watch(signal, 0)) if (state !== 'starting') break
}
