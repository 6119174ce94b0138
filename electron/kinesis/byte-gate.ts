/** Held while bytes of an answer are on their way or in memory. */
export interface Permit {
  /** The answer is here: from now on it counts with its true size. */
  settle(bytes: number): void
  /** Its bytes are no longer held. More than once changes nothing. */
  release(): void
}

export interface ByteGate {
  /** Resolves when so many bytes have room. One that is larger than the gate passes alone. */
  acquire(estimate: number, signal?: AbortSignal): Promise<Permit>
}

/**
 * Bounds the memory of all readers of a stream together: an answer may have 10 MiB, and a reader asks for the
 * next one while the last is being written. First come, first served.
 */
export const createByteGate = (limit: number): ByteGate => {
  let held = 0
  const waiting: { bytes: number; enter: () => void }[] = []
  const admit = () => {
    const [first] = waiting
    if (first === undefined || (held > 0 && held + first.bytes > limit)) return
    waiting.shift()
    first.enter()
    admit()
  }
  const permit = (estimate: number): Permit => {
    let own = estimate
    held += own
    const change = (bytes: number) => {
      held += bytes - own
      own = bytes
      admit()
    }
    let released = false
    return {
      settle: (bytes) => {
        if (!released) change(bytes)
      },
      release: () => {
        if (!released) change(0)
        released = true
      },
    }
  }
  return {
    acquire: (estimate, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const entry = {
          bytes: estimate,
          enter: () => {
            signal?.removeEventListener('abort', leave)
            resolve(permit(estimate))
          },
        }
        const leave = () => {
          const at = waiting.indexOf(entry)
          if (at >= 0) waiting.splice(at, 1)
          reject(signal?.reason as Error)
          admit()
        }
        signal?.addEventListener('abort', leave, { once: true })
        waiting.push(entry)
        admit()
      }),
  }
}
