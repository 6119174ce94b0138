import { parentPort, workerData } from 'node:worker_threads'
import { setDurability } from './capture-file.ts'
import type { CheckpointJob, FromCheckpointer, ToCheckpointer } from './checkpointer.ts'
import { openWritable } from './database.ts'

// Copies a busy capture's WAL into its file, beside the thread that writes it.
const port = parentPort
if (port === null) throw new Error('This file runs as a worker thread.')
const { path } = workerData as CheckpointJob
const db = openWritable(path, { timeout: 0 })
setDurability(db, true)
// It reads pages past its cache.
db.pragma('cache_size = -64')
// No checkpoint when it closes: that is for the one who closes last.
db.pragma('wal_autocheckpoint = 0')

port.on('message', (message: ToCheckpointer) => {
  if (message === 'close') {
    db.close()
    port.close()
    return
  }
  try {
    // Up to where readers allow, and never in the writer's way: whatever is left, or is busy now, is for its own checkpoint.
    db.pragma('wal_checkpoint(PASSIVE)')
  } finally {
    port.postMessage('copied' satisfies FromCheckpointer)
  }
})
