'use strict'
const fs = require('node:fs')
const path = require('node:path')
const { state, contents, switches } = require('./state.cjs')
const { app } = require('./app.cjs')
const { Connection } = require('./cdp.cjs')
const { onRequest } = require('./schemes.cjs')

/** Switches of Node, of Playwright and of the application, which Electron would read and Chromium would not. */
const notForChromium = new Set(['inspect', 'inspect-brk', 'user-data-dir', 'r', 'require', 'disable-extensions', 'data-dir', 'sandbox'])

const chromiumArgs = [
  '--headless=new', '--remote-debugging-pipe', '--no-startup-window', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--password-store=basic', '--use-mock-keychain',
  '--enable-blink-features=MessagePortCloseEvent',
]

/** Before the application's main bundle runs. */
function prepare({ root, entry, args }) {
  const pkg = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
  state.application = { root, entry, pkg }
  app.name = pkg.productName ?? pkg.name ?? 'Electron'
  for (const arg of args) {
    const m = /^--([^=]+)(?:=(.*))?$/s.exec(arg)
    if (m) switches.set(m[1], m[2] ?? '')
  }
  const userData = switches.get('user-data-dir')
  if (userData) app.setPath('userData', path.resolve(userData))
}

/** After it ran: starts Chromium and makes the application ready. */
async function launch() {
  const userData = app.getPath('userData')
  fs.mkdirSync(userData, { recursive: true })
  const extra = [...switches].filter(([name]) => !notForChromium.has(name)).map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`))
  if (process.getuid?.() === 0 && !extra.includes('--no-sandbox')) extra.push('--no-sandbox')
  const cdp = (state.cdp = new Connection(process.env.STANDIN_CHROMIUM ?? '/usr/lib/chromium/chromium', [
    ...chromiumArgs,
    `--user-data-dir=${path.join(userData, 'chromium')}`,
    ...extra,
  ]))
  const browser = (state.browser = cdp.browser)
  cdp.exited.then((code) => {
    if (state.isQuitting) return
    console.error(`stand-in: Chromium exited (${code})`)
    process.exit(1)
  })
  process.on('exit', () => cdp.child.kill())
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => app.quit())
  const version = await browser.send('Browser.getVersion')
  state.browserVersion = process.versions.chrome = version.product.split('/')[1]
  app.userAgentFallback = version.userAgent
  browser.on('Fetch.requestPaused', (paused) => onRequest(paused).catch(() => {}))
  browser.on('Target.targetDestroyed', ({ targetId }) => contents.get(targetId)?._window._gone())
  browser.on('Target.targetInfoChanged', ({ targetInfo: { targetId, title } }) => {
    const wc = contents.get(targetId)
    if (!wc || !title || title === wc._title) return
    wc._title = title
    wc._window._setTitle(title)
  })
  await browser.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
  await browser.send('Target.setDiscoverTargets', { discover: true })
  app._becomeReady()
}

module.exports = { prepare, launch }
