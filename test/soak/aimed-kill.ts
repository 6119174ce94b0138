import { isMainThread, Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { Aim } from './kill-aims.ts'

/*
 * Loaded before a capture's process (`--import`), and so before the thread that writes: kills the whole process in the
 * midst of what SQLite does there, on its n-th occasion and so many microseconds later. The clock runs in a thread of
 * its own, so that the kill comes while the writing thread is inside a system call.
 */
const { KINESCOPE_KILL: order } = process.env

if (!isMainThread && order !== undefined) {
  const { aim, nth, delay } = JSON.parse(order) as Aim
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const killer = new Worker(
    `const { workerData: { signal, delay } } = require('node:worker_threads')
     Atomics.wait(signal, 0, 0)
     const end = process.hrtime.bigint() + BigInt(delay) * 1000n
     while (process.hrtime.bigint() < end);
     process.kill(process.pid, 'SIGKILL')`,
    { eval: true, execArgv: [], env: {}, workerData: { signal, delay } },
  )
  killer.unref()

  let occasions = 0
  const occasion = () => {
    occasions += 1
    if (occasions !== nth) return
    Atomics.store(signal, 0, 1)
    Atomics.notify(signal, 0)
  }

  const { prototype } = Database
  const transaction = prototype.transaction as (this: Database.Database, run: () => unknown) => ReturnType<Database.Database['transaction']>
  const { pragma } = prototype

  if (aim === 'birth' || aim === 'commit' || aim === 'checkpoint') {
    // The clock starts when all is written into the transaction: what follows is its COMMIT.
    Object.assign(prototype, {
      transaction(this: Database.Database, run: (...args: unknown[]) => unknown) {
        const isWriter = !this.readonly && (aim === 'birth') === this.name.endsWith('-new')
        if (!isWriter) return transaction.call(this, run)
        return transaction.call(this, (...args: unknown[]) => {
          const result = run(...args)
          occasion()
          return result
        })
      },
    })
  }
  const inWal = new WeakSet<Database.Database>()
  if (aim === 'migration') {
    // The transactions of a writer before it enters WAL mode are the steps to the newest version: the clock starts with one.
    Object.assign(prototype, {
      transaction(this: Database.Database, run: (...args: unknown[]) => unknown) {
        if (this.readonly || this.name.endsWith('-new') || inWal.has(this)) return transaction.call(this, run)
        return transaction.call(this, (...args: unknown[]) => {
          occasion()
          return run(...args)
        })
      },
    })
  }
  Object.assign(prototype, {
    pragma(this: Database.Database, source: string, options?: Database.PragmaOptions) {
      if (aim === 'opening' && source.startsWith('trusted_schema')) occasion()
      if (source === 'journal_mode = WAL') inWal.add(this)
      if (aim === 'folding' && source === 'journal_mode = DELETE') occasion()
      // So that nearly every commit copies the WAL into the file.
      return pragma.call(this, aim === 'checkpoint' && source.startsWith('wal_autocheckpoint') ? 'wal_autocheckpoint = 4' : source, options)
    },
  })
}
