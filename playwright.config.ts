import { defineConfig } from '@playwright/test'
import { installedRuntime, noDesktop } from './electron/launch/runtime.mjs'
import { chromiumArgs, chromiumPath } from './test/chromium.ts'
import type { Runtime } from './test/desktop/app.ts'

const executablePath = chromiumPath()

/**
 * What the desktop specs run on: the stand-in everywhere, and the real runtime where it is present and can show a window.
 * DESKTOP_RUNTIME=standin or =electron takes one of them. The project's name tells which one a result is from.
 */
const canRunElectron = installedRuntime() !== null && noDesktop({ platform: process.platform, uid: process.getuid?.(), env: process.env }) === null
const chosen = process.env['DESKTOP_RUNTIME']
const runtimes: readonly Runtime[] =
  chosen === 'standin' || chosen === 'electron' ? [chosen] : canRunElectron ? ['standin', 'electron'] : ['standin']

export default defineConfig<object, { runtime: Runtime }>({
  testDir: 'test',
  // Each test starts a console of its own; two at once would only slow each other down.
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'e2e',
      testMatch: 'e2e/**/*.spec.ts',
      use: { launchOptions: { ...(executablePath === null ? {} : { executablePath }), args: chromiumArgs } },
    },
    ...runtimes.map((runtime) => ({ name: `desktop (${runtime})`, testMatch: 'desktop/**/*.spec.ts', use: { runtime } })),
  ],
})
