import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, launch, test } from './app.ts'
import { call, overPort } from './page-port.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

test('the desktop comes up with a window on its own page', async ({ startConsole }) => {
  const { app, page } = await startConsole()
  await expect(page).toHaveTitle(/Kinescope/)
  expect(await app.evaluate(({ app }) => app.getVersion())).toBe(version)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.webContents.getURL()))).toEqual([
    expect.stringMatching(/^app:\/\/kinescope\//),
  ])
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true)
})

test('the page calls the contract over its port', async ({ startConsole }) => {
  const { page, dataDir } = await startConsole()
  const { answers } = await overPort(page, [call('host.capabilities')])
  expect(answers).toEqual([{ i: '1', p: { b: { json: expect.objectContaining({ host: 'desktop', version, reason: null, dataDir, fileDialogs: true }) } } }])
})

test('a reload, and a reload at a place of the console, keep working', async ({ startConsole }) => {
  const { app, page } = await startConsole()
  const loaded = page.waitForEvent('load')
  await app.evaluate(({ Menu }) => {
    const view = Menu.getApplicationMenu()?.items.find((item) => item.label === 'View')
    view?.submenu?.items.find((item) => item.role?.toLowerCase() === 'reload')?.click()
  })
  await loaded
  await page.evaluate(() => history.pushState(null, '', '/captures'))
  await page.reload()
  await expect(page).toHaveTitle(/Kinescope/)
  expect((await overPort(page, [call('connections.list')])).answers).toHaveLength(1)
})

test('a subscription of a page that was reloaded ends', async ({ startConsole }) => {
  const { app, page } = await startConsole()
  await app.evaluate(({ ipcMain }) => {
    const ended: string[] = []
    Object.assign(globalThis, { ended })
    ipcMain.once('kinescope:rpc-port', (event) => event.ports[0]?.once('close', () => ended.push('closed')))
  })
  await overPort(page, [call('connections.watch')])
  await page.reload()
  await expect.poll(() => app.evaluate(() => (globalThis as unknown as { ended: string[] }).ended)).toEqual(['closed'])
})

test('a second start on the same data hands over to the first and leaves', async ({ startConsole, runtime, dataDir }) => {
  const { app } = await startConsole()
  await app.evaluate(({ app }) => {
    const asked: string[][] = []
    Object.assign(globalThis, { asked })
    app.once('second-instance', (_event, argv) => asked.push(argv))
  })
  await expect(launch(runtime, dataDir, ['incident.kinescope'])).rejects.toThrow()
  await expect
    .poll(() => app.evaluate(() => (globalThis as unknown as { asked: string[][] }).asked))
    .toEqual([expect.arrayContaining(['incident.kinescope'])])
  expect(app.windows()).toHaveLength(1)
})

test('closing the window quits', async ({ startConsole }) => {
  const { app, page } = await startConsole()
  const code = new Promise<number | null>((resolve) => app.process().once('exit', resolve))
  await page.close()
  expect(await code).toBe(0)
})

test('what the page stores is there after a restart', async ({ startConsole }) => {
  const first = await startConsole()
  await first.page.evaluate(() => localStorage.setItem('kept', 'yes'))
  // Read back through the storage service, which is what writes it down.
  await expect.poll(() => first.page.evaluate(() => localStorage.getItem('kept'))).toBe('yes')
  await first.close()
  const second = await startConsole({ dataDir: first.dataDir })
  expect(await second.page.evaluate(() => localStorage.getItem('kept'))).toBe('yes')
})

test('kill -9 of the main process leaves no Chromium behind', async ({ startConsole }) => {
  test.skip(process.platform !== 'linux', 'reads /proc')
  const { app, dataDir } = await startConsole()
  const own = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(`--user-data-dir=${dataDir}`))
  expect(own().length).toBeGreaterThan(0)
  app.process().kill('SIGKILL')
  await expect.poll(own).toEqual([])
})

function commandLine(pid: string): string {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8')
  } catch {
    return ''
  }
}
