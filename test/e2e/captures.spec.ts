import { once } from 'node:events'
import { ListStreamConsumersCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import type { Page } from '@playwright/test'
import { startEmbedded, type EmbeddedKinesis } from '../fakes/embedded-kinesis.ts'
import { expect, serve, type Served, test } from './app.ts'
import { expectAccessible } from './axe.ts'

// Also where a step fails, no host goes on.
const hosts: Served[] = []
test.afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop()
})

const stream = 'orders'
const streamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders'

/** Every third order is paid. */
async function put(kinesis: EmbeddedKinesis, first: number, count: number): Promise<void> {
  const orders = Array.from({ length: count }, (_, at) => ({ type: (first + at) % 3 === 0 ? 'OrderPaid' : 'OrderPlaced', order: first + at }))
  await kinesis.client().send(new PutRecordsCommand({ StreamName: stream, Records: orders.map((order) => ({ PartitionKey: `customer-${order.order}`, Data: Buffer.from(JSON.stringify(order)) })) }))
}

const consumers = async (kinesis: EmbeddedKinesis): Promise<string[]> => {
  const { Consumers = [] } = await kinesis.client().send(new ListStreamConsumersCommand({ StreamARN: streamArn }))
  return Consumers.map(({ ConsumerName = '' }) => ConsumerName)
}

const tree = (page: Page) => page.getByRole('tree', { name: 'Streams, captures and replays' })
const openStream = (page: Page) => tree(page).getByRole('treeitem', { name: stream, exact: true }).first().click()
const recordCount = (page: Page) => page.getByRole('status').filter({ hasText: /records$/ })

/** Opens the dialog of the stream in front and has it start at the trim horizon. */
async function askForCapture(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Shift+C')
  await page.getByRole('dialog', { name: `Capture ${stream}` }).getByRole('button', { name: /^From/ }).click()
  await page.getByRole('menuitem', { name: /Trim horizon/ }).or(page.getByRole('menuitemradio', { name: /Trim horizon/ })).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
}

test('captures by name: with a filter and a limit, by fan-out, and over a crash', async ({ browser, dataDir }) => {
  test.setTimeout(180_000)
  await using kinesis = await startEmbedded({ streams: `${stream}:2` })
  await put(kinesis, 0, 60)
  const served = await serve(['--data-dir', dataDir, '--endpoint', kinesis.endpoint, '--region', 'us-east-1'])
  hosts.push(served)
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto(served.link)
  await openStream(page)
  await expect(recordCount(page)).toHaveText('60 records', { timeout: 20_000 })

  await test.step('only what matches is captured, up to the limit', async () => {
    await askForCapture(page, 'paid orders')
    await page.getByRole('textbox', { name: 'Or after so many records' }).fill('15')
    const filter = page.getByRole('textbox', { name: 'Only records that match' })
    await filter.fill('type:(')
    await filter.press('Enter')
    await expect(page.getByRole('alert')).toContainText('bracket')
    await expect(filter).toHaveAttribute('aria-invalid', 'true')
    await expectAccessible(page)
    await filter.fill('type:OrderPaid')
    await filter.press('Enter')
    await expect(page.getByRole('heading', { name: 'paid orders' })).toBeVisible()
    await expect(page.getByText('Complete', { exact: true })).toBeVisible()
    await expect(recordCount(page)).toHaveText('15 records')
    await expect(page.getByRole('region', { name: 'Progress' })).toContainText(/15 of \d+ kept by filter\s*type:OrderPaid/)
    await page.getByRole('button', { name: /2 shards: show each/ }).click()
    await expect(page.getByRole('dialog', { name: 'Shards' }).getByRole('row')).toHaveCount(3)
    await expectAccessible(page)
    await page.keyboard.press('Escape')
  })

  await test.step('a view is read by fan-out after a word about it, and its consumer goes with it', async () => {
    await openStream(page)
    await page.getByRole('button', { name: 'Read by polling: change' }).click()
    await page.getByRole('menuitemradio', { name: /Enhanced fan-out/ }).or(page.getByRole('menuitem', { name: /Enhanced fan-out/ })).click()
    const question = page.getByRole('alertdialog', { name: `Read ${stream} by fan-out?` })
    await expect(question).toContainText('Registers a consumer with orders: a write')
    await expect(question).toContainText('per consumer-shard hour, here 2 an hour, and per GB')
    expect(await consumers(kinesis)).toEqual([])
    await question.getByRole('button', { name: 'Register and read' }).click()
    await expect(page.getByRole('button', { name: 'Read by fan-out: change' })).toBeVisible({ timeout: 20_000 })
    await expect(recordCount(page)).toHaveText('60 records', { timeout: 20_000 })
    expect(await consumers(kinesis)).toEqual([expect.stringMatching(/^kinescope-/)])
    await put(kinesis, 60, 1)
    await expect(recordCount(page)).toHaveText('61 records', { timeout: 20_000 })
    await page.getByRole('button', { name: 'Read by fan-out: change' }).click()
    await page.getByRole('menuitemradio', { name: /^Polling/ }).or(page.getByRole('menuitem', { name: /^Polling/ })).click()
    await expect.poll(() => consumers(kinesis), { timeout: 30_000 }).toEqual([])
  })

  await test.step('what was read when Kinescope was killed is offered at the next start', async () => {
    await askForCapture(page, 'incident 4711')
    await page.getByRole('textbox', { name: 'Name', exact: true }).press('Enter')
    await expect(page.getByRole('heading', { name: 'incident 4711' })).toBeVisible()
    await expect(recordCount(page)).toHaveText('61 records')
    await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText('Capture incident 4711')
    const gone = once(served.process, 'exit')
    served.process.kill('SIGKILL')
    await gone
    await put(kinesis, 61, 10)

    const again = await serve(['--data-dir', dataDir])
    hosts.push(again)
    await page.goto(again.link)
    const offer = page.getByRole('region', { name: 'Captures that were cut off' })
    await expect(offer).toContainText('incident 4711 was cut off while being read')
    await expectAccessible(page)
    await offer.getByRole('button', { name: 'Resume' }).click()
    await expect(offer).toBeHidden()
    await tree(page).getByRole('treeitem', { name: /incident 4711/ }).click()
    await expect(page.getByText('Reading', { exact: true })).toBeVisible()
    await expect(recordCount(page)).toHaveText('71 records', { timeout: 20_000 })
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
    await page.keyboard.press('l')
    await expect(page.getByRole('row', { name: /paid orders/ })).toContainText('15')
    await expectAccessible(page)
    // Read on from the library, the tab that is open goes on as well.
    await put(kinesis, 71, 10)
    await page.getByRole('button', { name: 'Actions for incident 4711' }).click()
    await page.getByRole('menuitem', { name: 'Resume reading' }).click()
    await page.getByRole('link', { name: /^incident 4711/ }).first().click()
    await expect(recordCount(page)).toHaveText('81 records', { timeout: 20_000 })
    await expect(page.getByRole('region', { name: 'Progress' })).toContainText('at the tip')
    await context.close()
  })
})
