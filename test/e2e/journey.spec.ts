import type { Connection } from '#shared/model/connection.ts'
import { mainJob } from '../journey.ts'
import { test } from './app.ts'
import { askOverSocket } from './page-socket.ts'

test('the main job, in the browser host', async ({ startConsole }) => {
  test.setTimeout(120_000)
  const { page } = await startConsole()
  await mainJob(page, () => askOverSocket<Connection[]>(page, 'connections.list'))
})
