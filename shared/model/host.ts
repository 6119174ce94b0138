import { z } from 'zod'

/** What the host that shows the console can do; nothing asks "am I Electron?". */
export const HostCapabilities = z.object({
  host: z.enum(['desktop', 'browser', 'cli', 'test']),
  version: z.string(),
  platform: z.enum(['darwin', 'linux', 'win32', 'other']),
  /** Why this host and not the desktop, in a sentence; null on the desktop. */
  reason: z.string().nullable(),
  /** Native open and save dialogs; without them the page asks for a path. */
  fileDialogs: z.boolean(),
  notifications: z.boolean(),
  /** A keychain that keeps typed-in keys safely. */
  safeKeys: z.boolean(),
  dataDir: z.string(),
})
export type HostCapabilities = z.infer<typeof HostCapabilities>
