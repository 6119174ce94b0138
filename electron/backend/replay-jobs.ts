import { randomUUID } from 'node:crypto'
import { KinescopeError } from '#shared/model/error.ts'
import type { ReplayPlan, ReplayProgress, ReplayRequest } from '#shared/model/replay.ts'
import { awsFailure } from '../accounts/aws-failure.ts'
import { systemClock } from '../kinesis/clock.ts'
import { putRecords } from '../kinesis/producer.ts'
import { planReplay } from '../replay/plan-replay.ts'
import { ReplaySession } from '../replay/replay-session.ts'
import { isSameStream } from '../replay/same-stream.ts'
import type { SearchPool } from '../search/search-pool.ts'
import type { Catalog } from '../store/catalog.ts'
import { catalogJournal, replayedBefore } from './catalog-journal.ts'
import type { CaptureLibrary } from './capture-library.ts'
import type { Connections } from './connections.ts'
import { contextOf, type StreamListings } from './stream-listings.ts'
import { Watched } from './watched.ts'

export interface ReplayParts {
  readonly catalog: Catalog
  readonly connections: Connections
  readonly streams: StreamListings
  readonly library: CaptureLibrary
  readonly search: SearchPool
}

interface Job {
  readonly progress: Watched<ReplayProgress>
  readonly stop: () => Promise<unknown>
}

/** Replays that run or ran in this process; each outlives the tab that started it. */
export class ReplayJobs {
  readonly #parts: ReplayParts
  readonly #jobs = new Map<string, Job>()

  constructor(parts: ReplayParts) {
    this.#parts = parts
  }

  /** A dry run: reads the source and the target's shards, writes nothing. */
  async plan(request: Omit<ReplayRequest, 'confirm'>, signal?: AbortSignal): Promise<ReplayPlan> {
    const { connection, target, guard } = await this.#target(request, signal)
    const lastRow = request.lastRow ?? (await this.#parts.search.lastRow(this.#path(request)))
    const estimate = await planReplay(this.#source({ ...request, lastRow }, signal), target, request.pace, signal)
    const { name, arn, account, region, openShards } = target
    const { label, environment } = connection
    return { ...estimate, ...guard, lastRow, target: { connectionId: connection.id, label, name, arn, account, region, environment, openShards } }
  }

  async start(request: ReplayRequest, signal?: AbortSignal): Promise<ReplayProgress> {
    const { connection, target, guard } = await this.#target(request, signal)
    if (connection.readOnly) {
      throw new KinescopeError('read-only', `The connection "${connection.label}" is read-only.`, { action: 'Choose a target that may be written.' })
    }
    if (guard.mustConfirm && request.confirm !== target.name) {
      throw guard.sourceIsTarget
        ? new KinescopeError('source-is-target', `${target.name} is the stream that this capture was read from: its records would be in it twice.`, {
            action: `Choose another target, or type ${target.name} to replay into it all the same.`,
          })
        : new KinescopeError('invalid-argument', `${target.name} is a production stream.`, { action: `Type ${target.name} to go on.` })
    }
    const { catalog, connections, library, search } = this.#parts
    const lastRow = request.lastRow ?? (await search.lastRow(this.#path(request)))
    const { count: planned } = await search.count(this.#path(request), request.query, { signal, lastRow })
    const client = connections.client(connection.id)
    const source = library.opened(request.captureId).progress.value
    const { captureId, query, pace } = request
    const header = {
      id: randomUUID(),
      captureId,
      title: `${source.name ?? source.streamName} to ${target.name}`,
      query,
      target: { connectionId: connection.id, name: target.name, arn: target.arn },
      pace,
      planned,
      startedAt: Date.now(),
    }
    catalog.startReplay(header)
    const session = new ReplaySession({
      source: (stopped) => this.#source({ ...request, lastRow }, stopped),
      planned,
      shards: target.shards,
      maxRecordBytes: target.maxRecordBytes,
      pace,
      journal: catalogJournal(catalog, header.id),
      clock: systemClock,
      send: async (entries, { signal: cut, onRetry }) => {
        try {
          return await putRecords(client, target, entries, { signal: cut, clock: systemClock, onAttempt: ({ retried }) => retried > 0 && onRetry(retried) })
        } catch (error) {
          throw awsFailure(error, { ...contextOf(connection, 'write records'), stream: target.name })
        }
      },
    })
    const snapshot = (): ReplayProgress => {
      const { id: replayId, title, startedAt } = header
      return { ...session.progress(), replayId, captureId, title, query, target: { connectionId: connection.id, name: target.name }, startedAt }
    }
    const progress = new Watched(snapshot())
    this.#jobs.set(header.id, { progress, stop: () => session.stop() })
    const unsubscribe = session.subscribe(() => progress.set(snapshot()))
    const settle = async () => {
      const { state, failure } = await session.finished
      unsubscribe()
      if (state !== 'running') catalog.finishReplay(header.id, state, Date.now(), failure)
      progress.set(snapshot())
      progress.end()
    }
    void settle()
    return progress.value
  }

  /** One of an earlier run is told once, as its journal left it. */
  async *watch(replayId: string, signal?: AbortSignal): AsyncGenerator<ReplayProgress, void, void> {
    const job = this.#jobs.get(replayId)
    if (job !== undefined) yield* job.progress.watch(signal)
    else yield this.#before(replayId)
  }

  async stop(replayId: string): Promise<void> {
    const job = this.#jobs.get(replayId)
    if (job === undefined) this.#before(replayId)
    else await job.stop()
  }

  list(): ReplayProgress[] {
    const here = [...this.#jobs.values()].map(({ progress }) => progress.value).toReversed()
    const before = this.#parts.catalog.listReplays().filter(({ header }) => !this.#jobs.has(header.id))
    return [...here, ...before.map(replayedBefore)]
  }

  async close(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map((job) => job.stop()))
  }

  #before(replayId: string): ReplayProgress {
    const found = this.list().find((replay) => replay.replayId === replayId)
    if (found === undefined) throw new KinescopeError('not-found', 'There is no such replay.', { action: 'Plan it again from its capture.' })
    return found
  }

  #path({ captureId }: { captureId: string }): string {
    return this.#parts.library.opened(captureId).path
  }

  async *#source(request: { captureId: string; query: string; lastRow: number }, signal?: AbortSignal) {
    const { lastRow, query } = request
    const batches = this.#parts.search.scan(this.#path(request), query, { order: 'oldest', limit: null, follow: false, lastRow, signal })
    for await (const { records } of batches) yield records
  }

  async #target(request: Omit<ReplayRequest, 'confirm'>, signal?: AbortSignal) {
    const connection = this.#parts.connections.get(request.target.connectionId)
    const target = await this.#parts.streams.describe(connection.id, request.target.stream, signal)
    const source = this.#parts.library.opened(request.captureId).progress.value
    const sourceIsTarget = isSameStream({ endpoint: source.endpoint, arn: source.streamArn }, { endpoint: connection.endpoint, arn: target.arn })
    return { connection, target, guard: { sourceIsTarget, mustConfirm: sourceIsTarget || connection.environment === 'production' } }
  }
}
