import Database from 'better-sqlite3'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Connection } from '#shared/model/connection.ts'
import { type JournalBatch, openCatalog, type ReplayHeader } from '../../../electron/store/catalog.ts'
import { failureOf, script, testFolder } from './fixtures.ts'

const connection: Connection = {
  id: 'local',
  kind: 'endpoint',
  label: 'local',
  environment: 'local',
  region: 'eu-west-1',
  endpoint: 'http://127.0.0.1:4567',
  profile: null,
  accountId: '000000000001',
  readOnly: false,
}

const header: ReplayHeader = {
  id: 'r1',
  captureId: 'c1',
  title: 'incident 4711 to orders-copy',
  query: 'errorCode:ThrottlingException',
  target: { connectionId: 'local', name: 'orders-copy', arn: 'arn:aws:kinesis:eu-west-1:000000000002:stream/orders-copy' },
  pace: { type: 'speed', factor: 2 },
  planned: 700,
  startedAt: 5,
}

const batch = (number: number, more: Partial<JournalBatch> = {}): JournalBatch => ({
  number,
  state: 'planned',
  records: 500,
  sent: 0,
  acknowledged: 0,
  failed: 0,
  unknown: 0,
  detail: null,
  ...more,
})

test('what was saved is there when the folder is opened again, and nobody else may look in', () => {
  const folder = join(testFolder(), 'data', 'kinescope')
  const catalog = openCatalog(folder)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const profile: Connection = { ...connection, id: 'prod', kind: 'profile', profile: 'prod', endpoint: null, accountId: null, environment: 'production', readOnly: true }
  catalog.saveConnection(connection)
  catalog.saveConnection(profile)
  catalog.saveConnection({ ...connection, label: 'renamed' })
  catalog.addCapture({ id: 'c1', path: '/captures/a.kinescope', name: 'a', addedAt: 1, reading: null })
  catalog.addCapture({ id: 'c2', path: '/captures/b.kinescope', name: 'b', addedAt: 2, reading: null })
  catalog.renameCapture('c1', 'incident')
  catalog.moveCapture('c1', '/captures/incident.kinescope')
  catalog.removeCapture('c2')
  catalog.setSetting('theme', { dark: true })
  catalog.setSetting('gone', 1)
  catalog.setSetting('gone', undefined)
  catalog.close()

  const again = openCatalog(folder)
  expect(again.listConnections()).toEqual([{ ...connection, label: 'renamed' }, profile])
  again.removeConnection('prod')
  expect(again.listConnections()).toHaveLength(1)
  expect(again.listCaptures()).toEqual([{ id: 'c1', path: '/captures/incident.kinescope', name: 'incident', addedAt: 1, reading: null }])
  expect(again.setting('theme')).toEqual({ dark: true })
  expect(again.setting('gone')).toBeUndefined()
  again.close()
})

test('a replay is what its journal adds up to', () => {
  const catalog = openCatalog(testFolder())
  catalog.startReplay(header)
  expect(catalog.listReplays()).toMatchObject([{ state: 'running', counts: { planned: 700, sent: 0, acknowledged: 0, failed: 0, unknown: 0 } }])
  catalog.journalBatch('r1', batch(0))
  catalog.journalBatch('r1', batch(0, { state: 'sent', sent: 500 }))
  catalog.journalBatch('r1', batch(0, { state: 'acknowledged', sent: 500, acknowledged: 498, failed: 2 }))
  catalog.journalBatch('r1', batch(1, { state: 'unknown', records: 200, sent: 200, unknown: 200, detail: '{"rows":[501,700]}' }))
  expect(catalog.replayBatches('r1')).toEqual([
    batch(0, { state: 'acknowledged', sent: 500, acknowledged: 498, failed: 2 }),
    batch(1, { state: 'unknown', records: 200, sent: 200, unknown: 200, detail: '{"rows":[501,700]}' }),
  ])
  const failure = { code: 'timed-out' as const, message: 'No answer.', action: null, retryable: true, requestId: null, position: null }
  catalog.finishReplay('r1', 'failed', 99, failure)
  catalog.startReplay({ ...header, id: 'r2', startedAt: 6 })
  expect(catalog.listReplays()).toEqual([
    { header: { ...header, id: 'r2', startedAt: 6 }, state: 'running', failure: null, finishedAt: null, counts: { planned: 700, sent: 0, acknowledged: 0, failed: 0, unknown: 0 } },
    { header, state: 'failed', failure, finishedAt: 99, counts: { planned: 700, sent: 700, acknowledged: 498, failed: 2, unknown: 200 } },
  ])
  // A batch of a replay that was never begun is a mistake, not a row.
  expect(failureOf(() => catalog.journalBatch('r9', batch(0)))?.code).toBe('internal')
  catalog.close()
})

test('two programs on one folder, one of them killed, lose and break nothing', { timeout: 60_000 }, async () => {
  const folder = testFolder()
  const ours = openCatalog(folder)
  ours.startReplay(header)
  const child = spawn(process.execPath, [script('journal-until-killed.ts'), folder, 'r1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  let acknowledged = -1
  let rest = ''
  for await (const chunk of child.stdout) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    acknowledged = Number(lines.at(-1) ?? acknowledged)
    ours.setSetting('seen', acknowledged)
    if (acknowledged >= 60) child.kill('SIGKILL')
  }
  await gone
  expect(ours.setting('seen')).toBe(acknowledged)
  ours.close()
  const again = openCatalog(folder)
  const batches = again.replayBatches('r1')
  expect(batches.length).toBeGreaterThan(acknowledged)
  expect(batches.map(({ number }) => number)).toEqual(batches.map((_, i) => i))
  again.close()
  const db = new Database(join(folder, 'catalog.sqlite'))
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.close()
})

test('a catalog of a newer version, or what is none, is refused', () => {
  const folder = testFolder()
  openCatalog(folder).close()
  const db = new Database(join(folder, 'catalog.sqlite'))
  db.pragma('user_version = 50')
  db.close()
  expect(failureOf(() => openCatalog(folder))).toMatchObject({ code: 'newer-capture', action: expect.stringContaining('Update') as string })
  const other = testFolder()
  const foreign = new Database(join(other, 'catalog.sqlite'))
  foreign.exec('CREATE TABLE theirs (a)')
  foreign.close()
  expect(failureOf(() => openCatalog(other))?.code).toBe('file-system')
  const file = join(testFolder(), 'file')
  writeFileSync(file, '')
  expect(failureOf(() => openCatalog(file))?.code).toBe('file-system')
})
