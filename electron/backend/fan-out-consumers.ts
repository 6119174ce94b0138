import { randomBytes } from 'node:crypto'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import type { Connection } from '#shared/model/connection.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { awsFailure } from '../accounts/aws-failure.ts'
import { createKinesisClient } from '../accounts/kinesis-client.ts'
import { systemClock } from '../kinesis/clock.ts'
import { deregisterConsumer, registerConsumer } from '../kinesis/consumer.ts'
import type { Catalog, RegisteredConsumer } from '../store/catalog.ts'
import type { Connections } from './connections.ts'
import { contextOf } from './stream-listings.ts'
import type { ViewsFolder } from './views-folder.ts'

/** A consumer that a capture reads by. */
export interface CaptureConsumer {
  readonly consumerArn: string
  /** Removes it from its stream; what can't be removed now is tried again at the next start. Never rejects. */
  release(): Promise<void>
}

/** How long the end of a capture waits for its consumer to be removed, ms. */
const releasePatience = 8000

/** Whether Kinesis itself said no: then nothing was registered. */
const isRefusal = (error: unknown): boolean => ((error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode ?? 0) >= 400

/**
 * The consumers for enhanced fan-out that this process has registered. Each is noted before it is registered and forgotten
 * when it is gone, so that none is paid for after a crash: the next start removes what an ended process has left.
 */
export class FanOutConsumers {
  readonly #catalog: Catalog
  readonly #connections: Connections
  readonly #processes: Pick<ViewsFolder, 'owner' | 'isRunning'>
  readonly #warn: (line: string) => void
  readonly #closed = new AbortController()
  #recovering: Promise<void> = Promise.resolve()
  readonly #registering = new Set<Promise<unknown>>()

  constructor(parts: { catalog: Catalog; connections: Connections; processes: Pick<ViewsFolder, 'owner' | 'isRunning'>; warn: (line: string) => void }) {
    this.#catalog = parts.catalog
    this.#connections = parts.connections
    this.#processes = parts.processes
    this.#warn = parts.warn
    const left = this.#catalog.listConsumers().filter(({ owner }) => !this.#processes.isRunning(owner))
    if (left.length > 0) this.#recovering = this.#recover(left)
  }

  /** Registers a consumer of its own for one capture. Throws `read-only` before anything is sent, and what AWS refuses in plain words. */
  register(connection: Connection, streamArn: string, signal?: AbortSignal): Promise<CaptureConsumer> {
    const registering = this.#register(connection, streamArn, AbortSignal.any([this.#closed.signal, ...(signal === undefined ? [] : [signal])]))
    this.#registering.add(registering)
    const over = () => this.#registering.delete(registering)
    registering.then(over, over)
    return registering
  }

  async #register(connection: Connection, streamArn: string, signal: AbortSignal): Promise<CaptureConsumer> {
    if (connection.readOnly) {
      throw new KinescopeError('read-only', `Fan-out registers a consumer with the stream, which is a write, and ${connection.label} is read-only.`, {
        action: 'Read by polling, or use a connection that may write.',
      })
    }
    const name = `kinescope-${randomBytes(6).toString('hex')}`
    const consumer: RegisteredConsumer = { name, streamArn, connection, owner: this.#processes.owner, registeredAt: Date.now() }
    this.#catalog.addConsumer(consumer)
    try {
      const { consumerArn } = await registerConsumer(this.#connections.client(connection.id), streamArn, name, { clock: systemClock, signal })
      signal.throwIfAborted()
      return { consumerArn, release: () => this.#release(consumer, this.#connections.client(connection.id), AbortSignal.timeout(releasePatience)) }
    } catch (error) {
      // Whether it is there can't be known from an answer that was lost, nor whether it will be: then the next start looks again.
      await this.#release(consumer, this.#connections.client(connection.id), AbortSignal.timeout(releasePatience), isRefusal(error) ? 'forget' : 'keep')
      throw awsFailure(error, { ...contextOf(connection, 'register a consumer'), stream: streamArn })
    }
  }

  /** Resolves when what an earlier process has left was removed, or could not be. */
  recovered(): Promise<void> {
    return this.#recovering
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('Kinescope is closing'))
    // One that is given up on the way is removed again: whoever is interrupted then must not leave it behind.
    await Promise.allSettled([this.#recovering, ...this.#registering])
  }

  async #recover(consumers: readonly RegisteredConsumer[]): Promise<void> {
    for (const consumer of consumers) {
      const { region, endpoint } = consumer.connection
      const client = createKinesisClient({ region, endpoint, credentials: this.#connections.credentials(consumer.connection), readOnly: false })
      await this.#release(consumer, client, this.#closed.signal)
      client.destroy()
    }
  }

  async #release(consumer: RegisteredConsumer, client: KinesisClient, signal: AbortSignal, ifAbsent: 'forget' | 'keep' = 'forget'): Promise<void> {
    const { name, streamArn, connection } = consumer
    try {
      const found = await deregisterConsumer(client, streamArn, name, { clock: systemClock, signal })
      if (found === 'removed' || ifAbsent === 'forget') this.#catalog.removeConsumer(name)
    } catch (error) {
      const { message } = awsFailure(error, { ...contextOf(connection, 'remove a consumer'), stream: streamArn })
      this.#warn(`The consumer ${name} is still registered with ${streamArn} and will be removed at the next start of Kinescope. ${message}`)
    }
  }
}
