import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { spawnSync } from 'node:child_process'
import { expect, serve, test } from './app.ts'

test('the link opens the console, and its token leaves the address', async ({ startConsole }) => {
  const { page } = await startConsole()
  await expect(page).toHaveTitle(/Kinescope/)
  expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
})

test('a reload, a second tab and a place of the console work with the cookie', async ({ startConsole }) => {
  const { page } = await startConsole()
  await page.reload()
  await expect(page).toHaveTitle(/Kinescope/)
  const second = await page.context().newPage()
  await second.goto(new URL('/captures', page.url()).href)
  await expect(second).toHaveTitle(/Kinescope/)
  // A place many levels deep gets its scripts from the root.
  await second.goto(new URL('/streams/none/eu-west-1/orders/records', page.url()).href)
  await expect(second.getByRole('searchbox', { name: 'Filter streams' })).toBeVisible()
  expect(await second.evaluate(() => document.cookie)).toBe('')
})

test('another browser is not let in, with or without the used link', async ({ browser, dataDir }) => {
  const served = await serve(['--data-dir', dataDir])
  const first = await browser.newPage()
  await first.goto(served.link)
  const stranger = await (await browser.newContext()).newPage()
  expect((await stranger.goto(served.link))?.status()).toBe(403)
  expect((await stranger.goto(new URL('/', served.link).href))?.status()).toBe(401)
  await served.stop()
})

test('the page keeps its own policy: nothing of it is refused', async ({ startConsole }) => {
  const { page } = await startConsole()
  const refused: string[] = []
  page.on('console', (message) => message.text().includes('Content Security Policy') && refused.push(message.text()))
  await page.reload()
  await page.locator('#root > *').first().waitFor()
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('dialog').waitFor()
  expect(refused).toEqual([])
})

test('Ctrl-C ends the host cleanly with 130, twice as under npm too', async ({ dataDir }) => {
  const served = await serve(['--data-dir', dataDir])
  served.process.kill('SIGINT')
  served.process.kill('SIGINT')
  expect(await once(served.process, 'exit')).toEqual([130, null])
})

test('an occupied port and a wrong option are told, with 1 and 2', async ({ dataDir }) => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const { port } = squatter.address() as AddressInfo
  const run = (...args: string[]) => spawnSync(process.execPath, ['electron/launch/cli.mjs', 'serve', '--no-open', '--data-dir', dataDir, ...args], { encoding: 'utf8' })
  const occupied = run('--port', String(port))
  expect([occupied.status, occupied.stdout, occupied.stderr]).toEqual([1, '', expect.stringMatching(/^Port \d+ of 127\.0\.0\.1 is in use by another program\. Give another/)])
  const wrong = run('--prot', '1')
  expect([wrong.status, wrong.stdout, wrong.stderr]).toEqual([2, '', expect.stringContaining("Unknown option '--prot'")])
  squatter.close()
})
