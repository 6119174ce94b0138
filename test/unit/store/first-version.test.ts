import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { openReadable, pragmaNumber } from '../../../electron/store/database.ts'
import { newestVersion } from '../../../electron/store/migrate.ts'
import { captureSchema } from '../../../electron/store/migrations/capture.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { toFirstVersion } from '../../fakes/first-version.ts'
import { meta, noise, range, record, shard, testFolder, write } from './fixtures.ts'

test.each([true, false])('a capture of the first version is brought to the newest, records and all (in its WAL: %s)', (walled) => {
  const path = join(testFolder(), 'a.kinescope')
  const writer = createCapture(path, meta, { durable: true })
  writer.putShards([shard(0), shard(1)])
  for (const n of [0, 1]) writer.append([write(n, range(0, 400).map((at) => record(at, { data: noise(300, at + n) })))], [])
  writer.close()
  const all = (): object => {
    using reader = openCapture(path)
    return { rows: reader.rows(1, reader.lastRow()), shards: reader.shards(), meta: reader.meta, page: reader.page(390, 20) }
  }
  const before = all()

  toFirstVersion(path, { walled })
  const old = openReadable(path)
  expect(pragmaNumber(old, 'user_version')).toBe(1)
  old.close()
  expect(existsSync(`${path}-wal`)).toBe(walled)

  expect(all()).toEqual(before)
  const now = openReadable(path)
  expect(pragmaNumber(now, 'user_version')).toBe(newestVersion(captureSchema))
  now.close()
  expect(verifyCapture(path)).toMatchObject({ ok: true, records: 800, problems: [] })
  using again = continueCapture(path, { durable: true })
  again.append([write(0, [record(1000)])], [])
  expect(again.counters().records).toBe(801)
})
