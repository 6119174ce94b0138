import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where the worker threads' entries are; the hosts know, because they were built beside them. */
export interface WorkerUrls {
  readonly capture: URL
  readonly search: URL
  readonly server: URL
  readonly traffic: URL
}

/** The built worker entries in `directory`, which is where the built host itself stands. */
export function workersBeside(directory: string): WorkerUrls {
  const entry = (name: string) => pathToFileURL(join(directory, `${name}.cjs`))
  return {
    capture: entry('capture-worker'),
    search: entry('search-worker'),
    server: entry('server-worker'),
    traffic: entry('traffic-worker'),
  }
}
