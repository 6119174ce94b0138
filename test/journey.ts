import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { expect, type Page } from '@playwright/test'
import type { Connection } from '#shared/model/connection.ts'

/** Orders of the sandbox's first burst: a fixed part of a stream that goes on growing. */
const [first, last] = [4010, 4030]

/**
 * The whole main job as a person does it: sandbox, stream, live records, one looked at, kept, searched, its matches
 * replayed into another account's stream. What then lies in the target is read with the stock SDK and compared with
 * what the source holds.
 * @param connections asks the running console for its connections, past the page, to learn the sandbox's endpoint
 */
export async function mainJob(page: Page, connections: () => Promise<Connection[]>): Promise<void> {
  await page.getByRole('button', { name: 'Explore the sandbox' }).click()
  const tree = page.getByRole('tree', { name: 'Streams, captures and replays' })
  await tree.getByRole('treeitem', { name: /^orders(?!-)/ }).click({ timeout: 30_000 })

  const table = page.getByRole('grid', { name: 'Records' })
  await expect(table.getByRole('row').filter({ hasText: 'OrderPlaced' }).first()).toBeVisible({ timeout: 20_000 })
  const counts = page.getByRole('status').filter({ hasText: /records$/ })
  const count = async () => Number((await counts.innerText()).replaceAll(/\D/g, ''))
  const before = await count()
  await expect.poll(count, { message: 'live records arrive' }).toBeGreaterThan(before)

  await page.getByRole('button', { name: /^Live/ }).click()
  await table.getByRole('row').filter({ hasText: 'OrderPlaced' }).first().click()
  const inspector = page.getByRole('complementary', { name: 'Record' })
  await expect(inspector).toContainText('past 2⁵³, exact')
  await expect(inspector.getByRole('list', { name: 'Decoding' })).toContainText('JSON')
  await inspector.getByRole('tab', { name: 'Hex' }).click()
  await expect(inspector).toContainText('7b 22')
  await page.getByRole('button', { name: /^Live|^Paused|^Resume/ }).click()

  await table.getByRole('row').first().focus()
  await page.keyboard.press('c')
  const name = page.getByRole('textbox', { name: 'Name of the capture' })
  await name.fill('incident 4711')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /^Kept as incident 4711/ })).toBeVisible()
  await expect(tree.getByRole('treeitem', { name: /incident 4711/ })).toBeVisible()

  const query = `order:[${first} TO ${last}]`
  await page.keyboard.press('/')
  await page.getByRole('textbox', { name: 'Search' }).fill(query)
  await page.keyboard.press('Enter')
  const { endpoint, ids } = await sandbox(connections)
  const wanted = (await readAll(endpoint, ids[0] ?? '', 'orders')).filter(({ data }) => {
    const order = orderOf(data)
    return order !== null && order >= first && order <= last
  })
  expect(wanted.length).toBeGreaterThan(10)
  await expect(page.getByRole('status').filter({ hasText: 'matches' })).toContainText(`${wanted.length} matches`)

  await table.getByRole('row').filter({ hasText: 'Order' }).first().click()
  await inspector.getByRole('button', { name: 'Replay' }).click()
  await page.getByRole('button', { name: 'Choose a stream' }).first().click()
  await page.getByRole('searchbox', { name: 'Filter streams' }).last().fill('orders-copy')
  await page.keyboard.press('Enter')
  await page.getByText('Fastest', { exact: true }).click()
  const start = page.getByRole('button', { name: `Replay ${wanted.length} records` })
  await expect(start).toBeEnabled()
  expect(await readAll(endpoint, ids[1] ?? '', 'orders-copy'), 'a dry run writes nothing').toEqual([])
  await start.click()
  await expect(page.getByText('Every record was stored.')).toBeVisible({ timeout: 20_000 })

  const stored = await readAll(endpoint, ids[1] ?? '', 'orders-copy')
  expect(stored.map(asLine).toSorted()).toEqual(wanted.map(asLine).toSorted())
}

interface Put {
  key: string
  data: string
}

const asLine = ({ key, data }: Put): string => `${key} ${data}`

function orderOf(data: string): number | null {
  try {
    const { order } = JSON.parse(Buffer.from(data, 'base64').toString()) as { order?: unknown }
    return typeof order === 'number' ? order : null
  } catch {
    return null
  }
}

async function sandbox(connections: () => Promise<Connection[]>): Promise<{ endpoint: string; ids: string[] }> {
  const accounts = (await connections()).filter(({ kind }) => kind === 'sandbox')
  return { endpoint: accounts[0]?.endpoint ?? '', ids: accounts.map(({ accountId }) => accountId ?? '') }
}

/** Everything on a stream, read with the stock SDK. */
async function readAll(endpoint: string, accountId: string, stream: string): Promise<Put[]> {
  const client = new KinesisClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: accountId, secretAccessKey: 'placeholder' },
    requestHandler: new NodeHttpHandler(),
  })
  const found: Put[] = []
  try {
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }))
    for (const { ShardId } of Shards) {
      const opened = await client.send(new GetShardIteratorCommand({ StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' }))
      for (let iterator = opened.ShardIterator; iterator; ) {
        const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
        for (const { PartitionKey = '', Data = new Uint8Array() } of page.Records ?? []) found.push({ key: PartitionKey, data: Buffer.from(Data).toString('base64') })
        iterator = page.MillisBehindLatest === 0 ? undefined : page.NextShardIterator
      }
    }
  } finally {
    client.destroy()
  }
  return found
}
