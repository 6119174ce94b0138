import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCapture } from '../../../electron/store/capture-writer.ts'
import { createCheckpointer } from '../../../electron/store/checkpointer.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { meta, range, record, shard, testFolder, write } from './fixtures.ts'

const entry = new URL('../../../electron/store/checkpoint-worker.ts', import.meta.url)
const MiB = 1024 * 1024

const open = () => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, { durable: true })
  writer.putShards([shard(0)])
  let next = 0
  const fill = (bytes: number) => {
    const records = range(next, next + Math.ceil(bytes / 10_000)).map((n) => record(n, { data: Buffer.alloc(10_000, `{"n":${n}}`) }))
    next += records.length
    writer.append([write(0, records)], [])
    return bytes
  }
  return { path, writer, fill, records: () => next }
}

test('what was committed comes into the file beside its writer, which closes into one file', async () => {
  const { path, writer, fill, records } = open()
  const failures: string[] = []
  const checkpointer = createCheckpointer(entry, { path }, (why) => failures.push(why), 0)
  const before = statSync(path).size
  checkpointer.stored(fill(10 * MiB))
  // The writer's own first checkpoint is at 32 MiB.
  await expect.poll(() => statSync(path).size - before, { timeout: 20_000 }).toBeGreaterThan(8 * MiB)
  for (let n = 0; n < 5; n++) checkpointer.stored(fill(8 * MiB))
  expect(writer.pragma('synchronous')).toBe(2)
  await checkpointer.close()
  writer.close()
  expect(existsSync(`${path}-wal`)).toBe(false)
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: records() })
  expect(failures).toEqual([])
})

test('a writer of little has no thread, and one whose thread is gone goes on', async () => {
  const { path, writer, fill, records } = open()
  const failures: string[] = []
  const idle = createCheckpointer(entry, { path }, (why) => failures.push(why))
  idle.stored(fill(9 * MiB))
  await idle.close()
  const dying = createCheckpointer(new URL('data:text/javascript,process.exit(3)'), { path }, (why) => failures.push(why), 0)
  dying.stored(fill(9 * MiB))
  await expect.poll(() => failures.length).toBe(1)
  dying.stored(fill(9 * MiB))
  await dying.close()
  writer.close()
  expect(existsSync(`${path}-wal`)).toBe(false)
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: records() })
})
