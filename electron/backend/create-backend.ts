import { createRouterClient } from '@orpc/server'
import type { Client } from '#shared/contract/contract.ts'
import type { Connection } from '#shared/model/connection.ts'
import { SearchPool } from '../search/search-pool.ts'
import { openCatalog } from '../store/catalog.ts'
import { CaptureLibrary } from './capture-library.ts'
import { Connections } from './connections.ts'
import { prepareDataDir } from './data-dir.ts'
import type { HostServices } from './host-services.ts'
import { ReplayJobs } from './replay-jobs.ts'
import { router } from './router/router.ts'
import { SandboxDoor } from './sandbox-door.ts'
import type { Services } from './services.ts'
import { StreamListings } from './stream-listings.ts'
import type { WorkerUrls } from './worker-urls.ts'

export interface BackendOptions {
  /** Folder of the catalog, the captures and the views; made where it is missing. */
  readonly dataDir: string
  readonly host: HostServices
  readonly workers: WorkerUrls
  readonly env: NodeJS.ProcessEnv
  /** Connections that only this process knows and that are not saved, as the CLI's. */
  readonly connections?: readonly Connection[]
  readonly log?: (line: string) => void
  /** Told what a person must know though nothing has failed, such as a consumer that could not be removed; goes to the log unless told. */
  readonly warn?: (line: string) => void
}

export interface Backend {
  readonly router: typeof router
  /** What `router` is to be served with: `handler.upgrade(port, { context: backend.services })`. */
  readonly services: Services
  /** The contract, called in this process. */
  readonly client: Client
  close(): Promise<void>
}

/** Composes the parts; every host has one of these and no logic of its own. */
export function createBackend(options: BackendOptions): Backend {
  const log = options.log ?? (() => {})
  const dirs = prepareDataDir(options.dataDir)
  const catalog = openCatalog(dirs.root, { onSlow: (name, ms) => log(`slow: ${name} took ${ms.toFixed(0)} ms`) })
  const connections = new Connections(catalog, options.env, options.connections ?? [])
  const search = new SearchPool({ worker: options.workers.search, size: 2, onSlow: (name, ms) => log(`slow: ${name} took ${ms.toFixed(0)} ms`) })
  const streams = new StreamListings(connections)
  const library = new CaptureLibrary({ dirs, catalog, connections, streams, search, worker: options.workers.capture, log, warn: options.warn ?? log })
  const services: Services = {
    host: options.host,
    dataDir: dirs.root,
    connections,
    sandbox: new SandboxDoor(options.workers, connections, log),
    streams,
    library,
    search,
    replays: new ReplayJobs({ catalog, connections, streams, library, search }),
    log,
  }
  return {
    router,
    services,
    client: createRouterClient(router, { context: services }),
    async close() {
      streams.close()
      await services.replays.close()
      await library.closeAll()
      await search.close()
      await services.sandbox.close()
      connections.close()
      catalog.close()
    },
  }
}
