import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { BATCH_RECORDS, BATCHES_AHEAD } from '../../../electron/search/messages.ts'
import { OpenFiles } from '../../../electron/search/open-files.ts'
import { parseQuery } from '../../../electron/query/parse-query.ts'
import { ScanJob } from '../../../electron/search/scan-job.ts'
import { append, captureFolder, makeCapture } from './made-captures.ts'

const { folder, remove } = captureFolder()
afterAll(remove)

test('a scan runs no further ahead than it was allowed to', async () => {
  const path = join(folder, 'job.kinescope')
  using writer = makeCapture(path)
  const total = BATCH_RECORDS * 8
  append(writer, Array.from({ length: total }, (_, at) => ({ data: Buffer.from('x'), partitionKey: 'k', shard: 0, arrival: at })), 1)
  const files = new OpenFiles(() => {})
  const sizes: number[] = []
  const job = new ScanJob({ path, query: '', order: 'oldest', limit: null, follow: false, lastRow: null }, files.use(path), parseQuery(''), ({ ends }) => sizes.push(ends.length))
  let isDone = false
  const running = job.run().then(() => (isDone = true))
  await vi.waitFor(() => expect(sizes).toHaveLength(BATCHES_AHEAD))
  for (let asked = 1; asked <= 3; asked++) {
    // Time enough for a job that doesn't wait to have gone on.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(sizes.length).toBeLessThan(BATCHES_AHEAD + asked)
    job.more()
    await vi.waitFor(() => expect(sizes).toHaveLength(BATCHES_AHEAD + asked))
  }
  expect(isDone).toBe(false)
  job.stop()
  await running
  expect(sizes).toHaveLength(BATCHES_AHEAD + 3)
  files.close()
})
