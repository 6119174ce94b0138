import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { CaptureInfo, CaptureProgress, CaptureRequest, Gap, ReadingRequest } from '#shared/model/capture.ts'
import { KinescopeError } from '#shared/model/error.ts'
import type { StartPosition } from '#shared/model/stream.ts'
import { systemClock } from '../kinesis/clock.ts'
import type { SearchPool } from '../search/search-pool.ts'
import { removeCapture } from '../store/capture-file.ts'
import { openCapture } from '../store/capture-reader.ts'
import type { Catalog, LibraryEntry } from '../store/catalog.ts'
import { newCapturePath, settleView } from './capture-files.ts'
import { begun, type Kind, newView, ofLibrary, ownFile, viewRequest } from './capture-kind.ts'
import { isOfSandbox, readingOf, restOf } from './cut-off-reading.ts'
import type { DataDir } from './data-dir.ts'
import { FanOutConsumers } from './fan-out-consumers.ts'
import { OpenCapture } from './open-capture.ts'
import { ReadBudget } from './read-budget.ts'
import { type Reading, type ReadingParts, startReading } from './start-reading.ts'
import { heldElsewhere, heldOf, isElsewhere, readStill, stillCapture } from './still-capture.ts'
import { ViewsFolder } from './views-folder.ts'
import { Watched } from './watched.ts'

/** Ms between two lists while something is being read. */
const listEveryMs = 1000

export interface LibraryParts extends ReadingParts {
  readonly dirs: DataDir
  readonly catalog: Catalog
  readonly search: SearchPool
  readonly warn: (line: string) => void
}

/**
 * Every capture that is open in this process, and the library of kept ones. A view is a
 * capture without a name: it lies in `views/` until it is kept or its tab is closed.
 */
export class CaptureLibrary {
  readonly watched: Watched<CaptureInfo[]>
  readonly reads: ReadBudget
  readonly #parts: LibraryParts
  readonly #views: ViewsFolder
  readonly #consumers: FanOutConsumers
  readonly #open = new Map<string, OpenCapture>()
  /** Of captures that are being read. */
  readonly #readings = new Map<string, Reading>()
  /** How many look at a capture: what nobody looks at reads in the background. */
  readonly #lookers = new Map<string, number>()
  /** What is known of kept captures that are not open, so that listing opens no files. */
  readonly #still = new Map<string, CaptureInfo>()
  #announced = 0

  constructor(parts: LibraryParts) {
    this.#parts = parts
    this.#views = new ViewsFolder(parts.dirs)
    this.#consumers = new FanOutConsumers({ ...parts, processes: this.#views })
    this.reads = new ReadBudget(parts.catalog, systemClock)
    this.#recover()
    this.watched = new Watched(this.list())
  }

  /** Open captures first, then the kept ones that lie still, newest first. */
  list(): CaptureInfo[] {
    const entries = this.#parts.catalog.listCaptures()
    const open = [...this.#open.values()].map((capture) => {
      const held = capture.isStill ? heldOf(entries.find(({ id }) => id === capture.id)) : undefined
      return held === undefined ? capture.listed() : { ...capture.listed(), held }
    })
    const still = entries.flatMap((entry) => {
      if (this.#open.has(entry.id)) return []
      const held = heldOf(entry)
      if (held === 'elsewhere') {
        // Its counts change all the time: they are not kept in mind.
        this.#still.delete(entry.id)
        return { ...readStill(entry), held }
      }
      const info = this.#still.get(entry.id) ?? readStill(entry)
      if (info.failure === null) this.#still.set(entry.id, info)
      return held === undefined ? info : { ...info, held }
    })
    return [...open, ...still.toSorted((a, b) => b.createdAt - a.createdAt)]
  }

  /** A capture that is open. Throws `not-found`. */
  opened(id: string): OpenCapture {
    const capture = this.#open.get(id)
    if (capture === undefined) {
      throw new KinescopeError('not-found', 'This capture is no longer open.', { action: 'Open it again.' })
    }
    return capture
  }

  /** Progress for as long as somebody looks at it. Throws `not-found`. */
  look(id: string, signal?: AbortSignal): AsyncGenerator<CaptureProgress, void, void> {
    return this.#look(this.opened(id), signal)
  }

  async openView(wanted: { connectionId: string; stream: string; from: StartPosition; fanOut: boolean }, signal?: AbortSignal): Promise<CaptureInfo> {
    const capture = await this.#start(viewRequest({ ...wanted, path: this.#views.newPath() }), newView, signal)
    await begun(capture, signal)
    const { failure, records } = capture.progress.value
    if (failure !== null && records === 0) {
      await this.close(capture.id)
      throw KinescopeError.from(failure)
    }
    return capture.progress.value
  }

  /** Reads on into a kept capture, from its checkpoints and through its own connection. */
  async resumeReading(id: string, signal?: AbortSignal): Promise<CaptureInfo> {
    const open = this.#open.get(id)
    if (open?.running === true) return open.progress.value
    const entry = this.#entry(id)
    const { path, name, reading } = entry
    if (isElsewhere(entry)) throw heldElsewhere(name)
    const request = restOf(reading, stillCapture(id, path, name), Date.now())
    const capture = await this.#start(request, ofLibrary(id, name, 'continue'), signal)
    await begun(capture, signal)
    const { failure, state } = capture.progress.value
    if (failure !== null && state === 'failed') {
      await this.#forget(capture)
      if (open !== undefined) this.#openStill(id, path, name)
      this.#announce()
      throw KinescopeError.from(failure)
    }
    this.#noteReading(capture)
    return capture.progress.value
  }

  /** Starts a capture under a name. It is in the library from its first moment on, so that a crash can't hide it. */
  async start({ name, ...wanted }: ReadingRequest & { name: string }, signal?: AbortSignal): Promise<CaptureInfo> {
    const { catalog, dirs } = this.#parts
    const path = newCapturePath(dirs, name)
    const id = randomUUID()
    const capture = await this.#start({ ...wanted, path }, ofLibrary(id, name, 'create'), signal)
    catalog.addCapture({ id, path, name, addedAt: Date.now(), reading: null })
    await begun(capture, signal)
    const { failure, state, records } = capture.progress.value
    if (failure !== null && state === 'failed' && records === 0) {
      await this.#forget(capture)
      catalog.removeCapture(id)
      removeCapture(path)
      this.#announce()
      throw KinescopeError.from(failure)
    }
    this.#noteReading(capture)
    this.#announce()
    return capture.progress.value
  }

  /** A capture into a file of one's choice, as the CLI asks for it. */
  record(request: CaptureRequest, signal?: AbortSignal): Promise<OpenCapture> {
    return this.#start({ ...request, path: resolve(request.path) }, ownFile, signal)
  }

  /** Opens a file for reading; one that is in the library, or open already, is the same capture. */
  openFile(path: string): CaptureInfo {
    const full = resolve(path)
    const open = [...this.#open.values()].find((capture) => capture.path === full)
    if (open !== undefined) return open.progress.value
    const entry = this.#parts.catalog.listCaptures().find((known) => known.path === full)
    return this.#openStill(entry?.id ?? randomUUID(), full, entry?.name ?? basename(full, '.kinescope'))
  }

  open(id: string): CaptureInfo {
    const open = this.#open.get(id)
    if (open !== undefined) return open.progress.value
    const { path, name } = this.#entry(id)
    return this.#openStill(id, path, name)
  }

  gaps(id: string): Gap[] {
    const reader = openCapture(this.opened(id).path)
    try {
      return reader.gaps()
    } finally {
      reader.close()
    }
  }

  async keep(id: string, name: string): Promise<CaptureInfo> {
    const { catalog } = this.#parts
    const capture = this.opened(id)
    await capture.keep(name)
    const known = catalog.listCaptures().some((entry) => entry.id === id)
    if (known) catalog.renameCapture(id, name)
    else catalog.addCapture({ id, path: capture.path, name, addedAt: Date.now(), reading: null })
    // It is a ring no more.
    const reading = this.#readings.get(id)
    if (reading !== undefined) this.#readings.set(id, { ...reading, request: { ...reading.request, capBytes: null } })
    this.#noteReading(capture)
    this.#announce()
    return capture.progress.value
  }

  async stop(id: string): Promise<CaptureInfo> {
    const capture = this.opened(id)
    await this.#end(capture)
    this.#announce()
    return capture.progress.value
  }

  /** The tab is closed: a view vanishes, a kept capture goes on. */
  async close(id: string): Promise<void> {
    const capture = this.#open.get(id)
    if (capture === undefined || (capture.name !== null && capture.role === 'view' && capture.running)) return
    await this.#end(capture)
    await this.#forget(capture)
    if (isView(capture)) removeCapture(capture.path)
    this.#announce()
  }

  async remove(id: string): Promise<void> {
    const entry = this.#entry(id)
    const capture = this.#open.get(id)
    if (capture !== undefined) {
      await this.#end(capture)
      await this.#forget(capture)
    }
    else if (isElsewhere(entry)) throw heldElsewhere(entry.name)
    const { path } = this.#parts.catalog.listCaptures().find((known) => known.id === id) ?? entry
    this.#parts.catalog.removeCapture(id)
    this.#still.delete(id)
    removeCapture(path)
    this.#announce()
  }

  async closeAll(): Promise<void> {
    // First, so that no capture begins any more with a consumer that is just being registered.
    const consumersClosed = this.#consumers.close()
    const captures = [...this.#open.values()]
    await Promise.all(captures.map((capture) => this.#end(capture)))
    for (const capture of captures) {
      await this.#forget(capture)
      if (isView(capture)) removeCapture(capture.path)
    }
    await consumersClosed
    this.#views.close()
    this.watched.end()
    this.reads.close()
  }

  async *#look({ id, progress }: OpenCapture, signal?: AbortSignal): AsyncGenerator<CaptureProgress, void, void> {
    const change = (by: number) => {
      const lookers = (this.#lookers.get(id) ?? 0) + by
      if (lookers === 0) this.#lookers.delete(id)
      else this.#lookers.set(id, lookers)
      const seat = this.#readings.get(id)?.seat
      if (seat !== undefined && seat.rank !== 'named') seat.setRank(lookers > 0 ? 'screen' : 'background')
    }
    change(1)
    try {
      yield* progress.watch(signal)
    } finally {
      change(-1)
    }
  }

  async #start(request: CaptureRequest, kind: Kind, signal?: AbortSignal): Promise<OpenCapture> {
    const id = kind.id ?? randomUUID()
    const nameOf = () => this.#open.get(id)?.name ?? null
    const reading = await startReading(this.#parts, { reads: this.reads, consumers: this.#consumers }, { id, request, kind, nameOf }, signal)
    const capture = new OpenCapture(kind.role, { ...reading.session.progress(), id, name: kind.name ?? null }, reading.session)
    this.#open.set(id, capture)
    this.#readings.set(id, reading)
    this.#follow(capture, reading)
    this.#announce()
    return capture
  }

  #follow(capture: OpenCapture, { session, seat, consumer }: Reading): void {
    const take = () => {
      const { id, name, path } = capture.progress.value
      const before = capture.progress.value.state
      capture.update({ ...session.progress(), id, name, path })
      this.#parts.search.changed(path)
      // The list shows sizes and counts: those of running captures change all the time.
      if (capture.progress.value.state !== before || performance.now() - this.#announced > listEveryMs) this.#announce()
    }
    const unsubscribe = session.subscribe(take)
    const ended = () => {
      // One that failed can be resumed.
      if (session.progress().state !== 'failed') this.#parts.catalog.setReading(capture.id, null)
      unsubscribe()
      take()
      seat.leave()
      this.#readings.delete(capture.id)
      capture.ended()
      this.#announce()
    }
    capture.whenOver(session.finished.then(ended, ended).then(() => consumer?.release()))
  }

  #openStill(id: string, path: string, name: string | null): CaptureInfo {
    const capture = new OpenCapture('file', stillCapture(id, path, name), null)
    this.#open.set(id, capture)
    this.#announce()
    return capture.progress.value
  }

  /** Ends reading; a view with a name then gets a place among the captures. */
  async #end(capture: OpenCapture): Promise<void> {
    await capture.stop()
    const { dirs, catalog, search } = this.#parts
    if (capture.name === null || !this.#views.holds(capture.path)) return
    await search.forget(capture.path)
    const path = settleView(dirs, capture.path, capture.name)
    catalog.moveCapture(capture.id, path)
    capture.update({ path })
  }

  async #forget(capture: OpenCapture): Promise<void> {
    this.#open.delete(capture.id)
    this.#still.delete(capture.id)
    await this.#parts.search.forget(capture.path)
  }

  /** After a crash: views without a name are deleted, those with one get their place. */
  #recover(): void {
    const { dirs, catalog } = this.#parts
    const entries = catalog.listCaptures()
    for (const { id, path, name } of entries) {
      if (!this.#views.holds(path) || !existsSync(path) || this.#views.isAlive(path)) continue
      catalog.moveCapture(id, settleView(dirs, path, name))
    }
    // The sandbox's streams are gone with the process that had them: there is nothing to read on from.
    for (const entry of catalog.listCaptures()) if (entry.reading !== null && isOfSandbox(entry.reading) && !isElsewhere(entry)) catalog.setReading(entry.id, null)
    this.#views.clear(new Set(catalog.listCaptures().map(({ path }) => path)))
  }

  /** Written down for the next start: should this process be killed, it is offered to read on. */
  #noteReading(capture: OpenCapture): void {
    const request = this.#readings.get(capture.id)?.request
    if (request === undefined || !capture.running) return
    this.#parts.catalog.setReading(capture.id, readingOf(request, capture.progress.value, Date.now()))
  }

  #entry(id: string): LibraryEntry {
    const entry = this.#parts.catalog.listCaptures().find((known) => known.id === id)
    if (entry === undefined) {
      throw new KinescopeError('not-found', 'There is no such capture in the library.', { action: 'It may have been deleted; open its file if you have a copy.' })
    }
    return entry
  }

  #announce(): void {
    this.#announced = performance.now()
    this.watched.set(this.list())
  }
}

/** Not kept: it lives only as long as it is looked at. */
function isView(capture: OpenCapture): boolean {
  return capture.role === 'view' && capture.name === null
}
