import { expect, test } from './app.ts'
import { call, overPort } from './page-port.ts'

test('a command of the menu reaches the page', async ({ startConsole }) => {
  const { app, page } = await startConsole()
  await page.evaluate(() => {
    const told: unknown[] = []
    Object.assign(window, { told })
    window.addEventListener('message', (event) => event.source === window && told.push(event.data))
  })
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('palette')?.click())
  const told = () => page.evaluate(() => (window as unknown as { told: unknown[] }).told)
  await expect.poll(told).toContainEqual({ type: 'kinescope:command', id: 'palette' })
})

test('dialogs of the desktop answer the page through the contract', async ({ startConsole }) => {
  const { app, page } = await startConsole()
  await app.evaluate(({ dialog }) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: ['/data/incident.kinescope'] })
  })
  const { answers } = await overPort(page, [call('host.pickCapture')])
  expect(answers).toEqual([{ i: '1', p: { b: { json: { path: '/data/incident.kinescope' } } } }])
})

test('what the stand-in does not model is loud', async ({ startConsole, runtime }) => {
  test.skip(runtime !== 'standin', 'the real runtime models everything')
  const { app } = await startConsole()
  await expect(app.evaluate(({ app }) => app.getGPUInfo('basic'))).rejects.toThrow('not modelled')
  await expect(app.evaluate(({ app }) => app.on('gpu-info-update', () => {}))).rejects.toThrow('not modelled')
  await expect(app.evaluate(({ BrowserWindow }) => new BrowserWindow({ webPreferences: { sandbox: false } }).id)).rejects.toThrow('not modelled')
  await expect(app.evaluate(({ shell }) => shell.openExternal('https://docs.aws.amazon.com/'))).rejects.toThrow('native UI')
})
