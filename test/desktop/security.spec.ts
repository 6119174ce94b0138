import { expect, test } from './app.ts'
import { call, overPort } from './page-port.ts'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

test('the window is isolated and sandboxed, without Node and webviews', async ({ startConsole }) => {
  const { app } = await startConsole()
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    return contents.getLastWebPreferences()
  })
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webviewTag: false,
    allowRunningInsecureContent: false,
  })
})

test('the page sees its platform, frozen, and nothing else of the runtime', async ({ startConsole }) => {
  const { page } = await startConsole()
  const seen = await page.evaluate(() => {
    const bridge = (window as unknown as { kinescopeDesktop: object }).kinescopeDesktop
    return {
      bridge,
      isFrozen: Object.isFrozen(bridge),
      leaks: Object.getOwnPropertyNames(window).filter((name) => /^(ipc|electron|require$|process$|Buffer$|module$|exports$|global$|__standin)/i.test(name)),
    }
  })
  expect(seen).toEqual({ bridge: { platform: process.platform }, isFrozen: true, leaks: [] })
})

test('every answer of app:// has the policy and the headers', async ({ startConsole }) => {
  const { page } = await startConsole()
  const answers = await page.evaluate(async () => {
    const script = document.querySelector('script')?.getAttribute('src') ?? ''
    const answers = []
    for (const path of ['/', '/streams/a/b', script, '/assets/none.js']) {
      const response = await fetch(path)
      answers.push({ path, status: response.status, headers: Object.fromEntries(response.headers) })
    }
    return answers
  })
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404])
  for (const { headers } of answers) {
    expect(headers['content-security-policy']?.replace(/ 'nonce-[\w+/=]+'/, '')).toBe(policy)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' })
  }
})

test('the policy is enforced: no inline script, no foreign connection, no frame', async ({ startConsole }) => {
  const { page } = await startConsole()
  const result = await page.evaluate(async () => {
    const blocked: string[] = []
    Object.assign(window, { blocked })
    document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.inline = 1'
    const frame = document.createElement('iframe')
    frame.src = 'https://foreign.example/'
    document.body.append(script, frame)
    const foreign = await fetch('https://foreign.example/').then(
      () => 'answered',
      () => 'refused',
    )
    return { foreign, inline: 'inline' in window }
  })
  expect(result).toEqual({ foreign: 'refused', inline: false })
  const blocked = () => page.evaluate(() => (window as unknown as { blocked: string[] }).blocked)
  await expect.poll(blocked).toEqual(expect.arrayContaining(['connect-src', 'frame-src', 'script-src-elem']))
})

test('a path does not lead out of the page', async ({ startConsole }) => {
  const { page } = await startConsole()
  const bodies = await page.evaluate(() =>
    Promise.all(
      ['/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/package.json', '/..%5c..%5cpackage.json', '/assets/..%2f..%2f..%2fpackage.json'].map((path) =>
        fetch(path).then((response) => response.text()),
      ),
    ),
  )
  for (const body of bodies) expect(body).not.toContain('better-sqlite3')
})

test('the page is left for nothing, and opens no window', async ({ startConsole }) => {
  const { app, page } = await startConsole()
  const before = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())
  await app.evaluate(({ BrowserWindow }) => {
    const denied: boolean[] = []
    Object.assign(globalThis, { denied })
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    contents?.on('will-frame-navigate', (event) => denied.push(event.defaultPrevented))
    contents?.on('will-navigate', (event) => denied.push(event.defaultPrevented))
  })
  await page.evaluate(() => {
    const link = document.createElement('a')
    link.href = 'https://foreign.example/'
    document.body.append(link)
    link.click()
  })
  await expect.poll(() => app.evaluate(() => (globalThis as unknown as { denied: boolean[] }).denied)).toContain(true)
  expect(await page.evaluate(() => window.open('https://foreign.example/') === null)).toBe(true)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.webContents.getURL()))).toEqual([before])
})

test('permissions are denied, but for copying', async ({ startConsole }) => {
  const { page } = await startConsole()
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi', 'clipboard-write']
    return Promise.all(names.map(async (name) => `${name} ${(await navigator.permissions.query({ name: name as PermissionName })).state}`))
  })
  expect(states).toEqual([
    'geolocation denied',
    'notifications denied',
    'camera denied',
    'microphone denied',
    'clipboard-read denied',
    'midi denied',
    'clipboard-write granted',
  ])
})

test('only https links of the short list are opened', async ({ startConsole }) => {
  const { app, page } = await startConsole()
  await app.evaluate(({ shell }) => {
    const opened: string[] = []
    Object.assign(globalThis, { opened })
    shell.openExternal = (url) => {
      opened.push(url)
      return Promise.resolve()
    }
  })
  const urls = [
    'https://docs.aws.amazon.com/streams/latest/dev/introduction.html',
    'http://docs.aws.amazon.com/',
    'https://docs.aws.amazon.com.foreign.example/',
    'https://user@docs.aws.amazon.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://docs.aws.amazon.com/share',
  ]
  for (const url of urls) await overPort(page, [call('host.openLink', { url })])
  expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([urls[0]])
})

test('a port is taken from the main frame of our own page only', async ({ startConsole }) => {
  const { app } = await startConsole()
  const verdicts = await app.evaluate(({ ipcMain }) => {
    const own = 'app://kinescope/'
    const senders = [
      { url: own, parent: null },
      { url: own, parent: { url: own } },
      { url: 'https://foreign.example/', parent: null },
      { url: 'app://foreign/', parent: null },
      { url: 'file:///tmp/kinescope', parent: null },
      null,
    ]
    return senders.map((senderFrame) => {
      let verdict = 'unread'
      const port = {
        on: () => port,
        once: () => port,
        postMessage: () => {},
        start: () => {
          verdict = 'served'
        },
        close: () => {
          verdict = 'closed'
        },
      }
      ipcMain.emit('kinescope:rpc-port', { senderFrame, ports: [port] })
      return verdict
    })
  })
  expect(verdicts).toEqual(['served', 'closed', 'closed', 'closed', 'closed', 'closed'])
})

test('a message that is no call, or too long, closes the port', async ({ startConsole }) => {
  const { page } = await startConsole()
  const long = call('host.openLink', { url: 'x'.repeat(300_000) })
  for (const message of ['{', '[]', '{"i":"1","p":{"u":"file:///etc/passwd"}}', { i: '1', p: { u: '/host/capabilities' } }, long]) {
    expect(await overPort(page, [message])).toEqual({ answers: [], isClosed: true })
  }
  expect((await overPort(page, [call('host.capabilities')])).answers).toHaveLength(1)
})

test('input that the contract does not know is refused by it', async ({ startConsole }) => {
  const { page } = await startConsole()
  const { answers } = await overPort(page, [call('host.openLink', { url: 7 }), call('host.nothing', undefined, '2')])
  expect(answers).toContainEqual({ i: '1', p: expect.objectContaining({ s: 400 }) })
  expect(answers).toContainEqual({ i: '2', p: expect.objectContaining({ s: 404 }) })
})
