/**
 * A value that can be watched: each watcher gets the value as it is now and then the newest
 * after every change, at most once per `pauseMs`. A slow watcher skips values and never
 * queues them, so that counters can't flood a wire.
 */
export class Watched<T> {
  #value: T
  #ended = false
  readonly #wake = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  set(value: T): void {
    this.#value = value
    this.#signal()
  }

  /** Ends every watch after it has got the last value. */
  end(): void {
    this.#ended = true
    this.#signal()
  }

  #signal(): void {
    for (const wake of this.#wake) wake()
  }

  async *watch(signal?: AbortSignal, pauseMs = 100): AsyncGenerator<T, void, void> {
    let changed = true
    let waiting: (() => void) | null = null
    const wake = () => {
      changed = true
      waiting?.()
    }
    this.#wake.add(wake)
    signal?.addEventListener('abort', wake)
    try {
      for (;;) {
        if (signal?.aborted === true) return
        if (changed) {
          changed = false
          yield this.#value
          await pause(pauseMs, signal)
        } else if (this.#ended) {
          return
        } else {
          await new Promise<void>((resolve) => {
            waiting = resolve
          })
          waiting = null
        }
      }
    } finally {
      this.#wake.delete(wake)
      signal?.removeEventListener('abort', wake)
    }
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}
