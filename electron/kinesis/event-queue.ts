/** Many producers, one consumer. Unbounded: what is put in is bounded by its producers. */
export interface EventQueue<T> {
  push(item: T): void
  /** Ends it with an error, after what was put in before. */
  fail(error: unknown): void
  /** The next item; rejects after `fail`, also with the signal's reason. */
  next(signal: AbortSignal): Promise<T>
  /** The next item if it is here already. */
  poll(): T | undefined
}

export const createEventQueue = <T>(): EventQueue<T> => {
  const items: T[] = []
  let failure: { error: unknown } | null = null
  let wake: (() => void) | null = null
  const stir = () => {
    wake?.()
    wake = null
  }
  return {
    push(item) {
      items.push(item)
      stir()
    },
    fail(error) {
      failure ??= { error }
      stir()
    },
    poll: () => items.shift(),
    async next(signal) {
      for (;;) {
        signal.throwIfAborted()
        const item = items.shift()
        if (item !== undefined) return item
        if (failure !== null) throw failure.error
        await new Promise<void>((resolve) => {
          const stirred = () => {
            signal.removeEventListener('abort', stirred)
            resolve()
          }
          wake = stirred
          signal.addEventListener('abort', stirred, { once: true })
        })
      }
    },
  }
}
