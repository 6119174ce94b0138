import type { WorkerUrls } from '../../electron/backend/worker-urls.ts'

/** The worker entries as source: Node runs them by stripping their types, so that tests need no build. */
export const sourceWorkers: WorkerUrls = {
  capture: new URL('../../electron/capture/capture-worker.ts', import.meta.url),
  search: new URL('../../electron/search/search-worker.ts', import.meta.url),
  server: new URL('../../electron/sandbox/server-worker.ts', import.meta.url),
  traffic: new URL('../../electron/sandbox/traffic-worker.ts', import.meta.url),
}
