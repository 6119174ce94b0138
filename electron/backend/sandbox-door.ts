import type { Connection } from '#shared/model/connection.ts'
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts'
import type { Connections } from './connections.ts'
import type { WorkerUrls } from './worker-urls.ts'

/** Starts the embedded Kinesis when somebody first asks for it, once, and stops it with the app. */
export class SandboxDoor {
  #starting: Promise<Sandbox> | null = null
  readonly #workers: WorkerUrls
  readonly #connections: Connections

  constructor(workers: WorkerUrls, connections: Connections) {
    this.#workers = workers
    this.#connections = connections
  }

  async open(): Promise<Connection[]> {
    this.#starting ??= startSandbox({ serverWorker: this.#workers.server, trafficWorker: this.#workers.traffic })
    let sandbox
    try {
      sandbox = await this.#starting
    } catch (error) {
      this.#starting = null // the next click tries again
      throw error
    }
    const connections = sandbox.accounts.map((account, at) => connectionOf(sandbox, account, at))
    this.#connections.addTransient(connections)
    return connections
  }

  async close(): Promise<void> {
    const sandbox = await this.#starting?.catch(() => null)
    this.#starting = null
    await sandbox?.stop()
  }
}

function connectionOf(sandbox: Sandbox, account: Sandbox['accounts'][number], at: number): Connection {
  return {
    id: `sandbox-${at + 1}`,
    kind: 'sandbox',
    label: account.label,
    environment: 'local',
    region: sandbox.region,
    endpoint: sandbox.endpoint,
    profile: null,
    accountId: account.id,
    readOnly: false,
  }
}
