import type { CaptureProgress } from '#shared/model/capture.ts'
import { KinescopeError } from '#shared/model/error.ts'
import type { CaptureSession } from '../capture/capture-session.ts'
import { Watched } from './watched.ts'

/** One capture that is open here: read by a session, or lying still. */
export class OpenCapture {
  readonly id: string
  /** A view vanishes with its tab unless it has a name; a file is somebody's own. */
  readonly role: 'view' | 'file'
  readonly progress: Watched<CaptureProgress>
  readonly #session: CaptureSession | null
  #running: boolean
  #over: Promise<void> = Promise.resolve()

  constructor(role: 'view' | 'file', progress: CaptureProgress, session: CaptureSession | null) {
    this.id = progress.id
    this.role = role
    this.progress = new Watched(progress)
    this.#session = session
    this.#running = session !== null
    if (session === null) this.progress.end()
  }

  get path(): string {
    return this.progress.value.path
  }

  get name(): string | null {
    return this.progress.value.name
  }

  get running(): boolean {
    return this.#running
  }

  update(change: Partial<CaptureProgress>): void {
    this.progress.set({ ...this.progress.value, ...change })
  }

  /** Nothing writes the file any more. */
  ended(): void {
    this.#running = false
    this.progress.end()
  }

  async keep(name: string): Promise<void> {
    await this.#session?.keep(name)
    this.update({ name })
  }

  pause(): void {
    this.#reading().pause()
  }

  resume(): void {
    this.#reading().resume()
  }

  /** What is still to be put in order when its reading has ended, and `stop` waits for. */
  whenOver(done: Promise<void>): void {
    this.#over = done
  }

  async stop(): Promise<void> {
    if (this.#running) await this.#session?.stop()
    await this.#over
  }

  #reading(): CaptureSession {
    if (this.#session === null || !this.#running) {
      throw new KinescopeError('not-found', 'This capture is not being read.', { action: 'Open its stream to read on.' })
    }
    return this.#session
  }
}
