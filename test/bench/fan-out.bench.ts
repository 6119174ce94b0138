import { createKinesisClient } from '../../electron/accounts/kinesis-client.ts'
import { startModel } from '../fakes/kinesis-model/start-model.ts'
import { percentile, putToScreen } from './put-to-screen.ts'
import type { Result } from './store.bench.ts'

const puts = 200
/** What fan-out is asked for: put to screen within this at the 95th percentile, ms. */
const goal = 300

const credentials = async () => ({ accessKeyId: 'bench', secretAccessKey: 'bench' })

/** Put to screen by enhanced fan-out, on the model of Kinesis, which pushes at once (the embedded server does so once a second). */
export async function run(): Promise<Result[]> {
  await using model = await startModel({ streams: [{ name: 'tail', shards: 2 }] })
  const { endpoint, region } = model
  const client = createKinesisClient({ region, endpoint, credentials, readOnly: false })
  try {
    const waits = await putToScreen({ endpoint, region, client, puts, spread: 300 }, async (page) => {
      await page.getByRole('button', { name: 'Read by polling: change' }).click()
      await page.getByRole('menuitemradio', { name: /Enhanced fan-out/ }).or(page.getByRole('menuitem', { name: /Enhanced fan-out/ })).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Register and read' }).click()
      await page.getByRole('button', { name: 'Read by fan-out: change' }).waitFor()
      await page.getByRole('grid', { name: 'Records' }).waitFor()
    })
    return [
      { name: `fan-out, put to screen, p50 of ${puts}`, value: percentile(waits, 0.5), unit: 'ms', baseline: null, ratio: null },
      { name: `fan-out, put to screen, p95 of ${puts}`, value: percentile(waits, 0.95), unit: 'ms', baseline: goal, ratio: percentile(waits, 0.95) / goal },
      { name: `fan-out, put to screen, slowest of ${puts}`, value: percentile(waits, 1), unit: 'ms', baseline: null, ratio: null },
    ]
  } finally {
    client.destroy()
  }
}
