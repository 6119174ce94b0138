import type { Connection } from '#shared/model/connection.ts'
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts'
import type { Connections } from './connections.ts'
import type { WorkerUrls } from './worker-urls.ts'

/** Starts the embedded Kinesis when somebody first asks for it, once, and stops it with the app. */
export class SandboxDoor {
  #starting: Promise<Sandbox> | null = null
  readonly #workers: WorkerUrls
  readonly #connections: Connections
  readonly #log: (line: string) => void

  constructor(workers: WorkerUrls, connections: Connections, log: (line: string) => void) {
    this.#log = log
    this.#workers = workers
    this.#connections = connections
  }

  async open(): Promise<Connection[]> {
    this.#starting ??= this.#start()
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

  /** A server that died takes its accounts with it; the door can be opened again. */
  async #start(): Promise<Sandbox> {
    const sandbox = await startSandbox({ serverWorker: this.#workers.server, trafficWorker: this.#workers.traffic })
    void this.#mourn(sandbox)
    return sandbox
  }

  async #mourn(sandbox: Sandbox): Promise<void> {
    const death = await sandbox.finished
    if (death === null) return
    this.#log(`the sandbox has stopped: ${death.message}`)
    this.#starting = null
    this.#connections.removeTransient(sandbox.accounts.map((_, at) => idOf(at)))
    await sandbox.stop()
  }

  async close(): Promise<void> {
    const sandbox = await this.#starting?.catch(() => null)
    this.#starting = null
    await sandbox?.stop()
  }
}

function idOf(at: number): string {
  return `sandbox-${at + 1}`
}

function connectionOf(sandbox: Sandbox, account: Sandbox['accounts'][number], at: number): Connection {
  return {
    id: idOf(at),
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
