import type { SearchPool } from '../search/search-pool.ts'
import type { Connections } from './connections.ts'
import type { HostServices } from './host-services.ts'
import type { CaptureLibrary } from './capture-library.ts'
import type { ReplayJobs } from './replay-jobs.ts'
import type { SandboxDoor } from './sandbox-door.ts'
import type { StreamListings } from './stream-listings.ts'

/** What the contract's procedures work with. */
export interface Services {
  readonly host: HostServices
  readonly dataDir: string
  readonly connections: Connections
  readonly sandbox: SandboxDoor
  readonly streams: StreamListings
  readonly library: CaptureLibrary
  readonly search: SearchPool
  readonly replays: ReplayJobs
  readonly log: (line: string) => void
}
