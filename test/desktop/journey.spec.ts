import type { Connection } from '#shared/model/connection.ts'
import { mainJob } from '../journey.ts'
import { test } from './app.ts'
import { call, overPort } from './page-port.ts'

test('the main job, through the desktop entry', async ({ startConsole }) => {
  test.setTimeout(120_000)
  const { page } = await startConsole()
  await mainJob(page, async () => {
    const { answers } = await overPort(page, [call('connections.list')])
    return (answers[0] as { p: { b: { json: Connection[] } } }).p.b.json
  })
})
