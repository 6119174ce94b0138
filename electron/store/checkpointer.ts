import { Worker } from 'node:worker_threads'

export interface CheckpointJob {
  path: string
}
export type ToCheckpointer = 'copy' | 'close'
export type FromCheckpointer = 'copied'

/** Copies what was committed from a capture's WAL into its file. */
export interface Checkpointer {
  /** So many bytes were committed. */
  stored(bytes: number): void
  /** Resolves when the file is no longer open here: before its writer closes and folds it. */
  close(): Promise<void>
}

/** Before so much was stored the writer's own checkpoints do, and a thread would only cost. */
const WORTH_A_THREAD = 32 * 1024 * 1024
/** The file is synced with each copying: not more often than this. */
const STEP = 8 * 1024 * 1024
/** A thread that does not close is ended after this many ms. */
const PATIENCE = 5000

/**
 * For a capture that much is written into. A checkpoint reads what the WAL has, writes and syncs it once more, and while the writer does that
 * by itself it stores nothing: a quarter of its time. Here another thread does most of it, on a connection of its own. What a commit means is
 * the same: it is durable in the WAL before, and a checkpoint never takes away what it has not synced. Without this thread the writer does
 * all of it again.
 */
export const createCheckpointer = (entry: URL, job: CheckpointJob, onFailure: (why: string) => void, worthAThread = WORTH_A_THREAD): Checkpointer => {
  let thread: Worker | null = null
  let isOver = false
  let isBusy = false
  let total = 0
  let waiting = 0

  const gone = (why: string) => {
    if (!isOver) onFailure(why)
    isOver = true
    thread = null
  }
  const start = () => {
    // Its heap holds a few settings.
    const started = new Worker(entry, { workerData: job, name: 'checkpoint', resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 } })
    started.on('message', () => {
      isBusy = false
      copy()
    })
    started.on('error', (error) => gone(error instanceof Error ? error.message : 'it failed'))
    started.on('exit', (code) => gone(`it ended with code ${code}`))
    thread = started
  }
  const copy = () => {
    if (isOver || isBusy || waiting < STEP || total < worthAThread) return
    if (thread === null) start()
    isBusy = true
    waiting = 0
    thread?.postMessage('copy' satisfies ToCheckpointer, [])
  }
  return {
    stored(bytes) {
      total += bytes
      waiting += bytes
      copy()
    },
    async close() {
      isOver = true
      const ending = thread
      if (ending === null) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => void ending.terminate(), PATIENCE)
        ending.once('exit', () => {
          clearTimeout(timer)
          resolve()
        })
        ending.postMessage('close' satisfies ToCheckpointer, [])
      })
    },
  }
}
