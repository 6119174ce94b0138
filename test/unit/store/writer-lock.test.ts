import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { openWritable, type WritableDB } from '../../../electron/store/database.ts'
import { acquireWriterLock, isWritten, lockFile, takeLock } from '../../../electron/store/writer-lock.ts'
import { failureOf, meta, testFolder } from './fixtures.ts'

test('one writer at a time, also within a process and by another name', () => {
  const folder = testFolder()
  const path = join(folder, 'a.kinescope')
  const writer = createCapture(path, meta, { durable: true })
  symlinkSync(path, join(folder, 'link.kinescope'))
  expect(failureOf(() => continueCapture(path, { durable: true }))?.code).toBe('in-use')
  expect(failureOf(() => continueCapture(join(folder, 'link.kinescope'), { durable: true }))?.code).toBe('in-use')
  expect(isWritten(join(folder, 'link.kinescope'))).toBe(true)
  writer.close()
  expect(isWritten(path)).toBe(false)
  expect(existsSync(lockFile(path))).toBe(false)
  continueCapture(path, { durable: true }).close()
})

test('a lock on a file that was removed while it was waited for does not count', () => {
  const path = join(testFolder(), 'a.kinescope')
  const first = acquireWriterLock(path)
  // Two rivals have the file open when its holder removes it.
  const rivals = [openWritable(lockFile(path), { timeout: 0 }), openWritable(lockFile(path), { timeout: 0 })] as const
  first.release()
  expect(attempt(rivals[0], path)).toBe(false)
  rivals[0].close()
  const second = acquireWriterLock(path)
  expect(attempt(rivals[1], path)).toBe(false)
  rivals[1].close()
  expect(isWritten(path)).toBe(true)
  expect(failureOf(() => acquireWriterLock(path))?.code).toBe('in-use')
  second.release()
})

/** False also where SQLite itself notices that the file is gone. */
function attempt(db: WritableDB, path: string): boolean {
  try {
    return takeLock(db, lockFile(path))
  } catch (error) {
    expect(error).toMatchObject({ code: 'SQLITE_READONLY_DBMOVED' })
    return false
  }
}

test('threads of one process exclude each other, and a thread that is terminated gives way', async () => {
  const path = join(testFolder(), 'a.kinescope')
  const module = new URL('../../../electron/store/writer-lock.ts', import.meta.url).href
  const worker = new Worker(
    `import(${JSON.stringify(module)}).then(({ acquireWriterLock }) => {
       globalThis.lock = acquireWriterLock(${JSON.stringify(path)})
       const { parentPort } = require('node:worker_threads')
       parentPort.on('message', () => {})
       parentPort.postMessage('held')
     })`,
    { eval: true },
  )
  await once(worker, 'message')
  expect(failureOf(() => acquireWriterLock(path))?.code).toBe('in-use')
  await worker.terminate()
  acquireWriterLock(path).release()
})

test('a folder that is not there is told', () => {
  expect(failureOf(() => createCapture('/nowhere/at/all/a.kinescope', meta, { durable: true }))).toMatchObject({
    code: 'file-system',
    action: 'Check the path and its permissions.',
  })
})
