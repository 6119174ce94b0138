import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, test as base, type ElectronApplication } from '@playwright/test'
import { installedRuntime } from '../../electron/launch/runtime.mjs'
import { chromiumPath } from '../chromium.ts'
import type { ConsoleOptions, RunningConsole } from '../running-console.ts'

export { expect } from '@playwright/test'

export type Runtime = 'standin' | 'electron'

export interface DesktopConsole extends RunningConsole {
  readonly app: ElectronApplication
}

/** Starts the built desktop entry with the runtime that the project names. */
export async function launch(runtime: Runtime, dataDir: string, args: readonly string[] = []): Promise<ElectronApplication> {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const chromium = chromiumPath()
  return _electron.launch({
    executablePath: runtime === 'standin' ? resolve('test/desktop/standin/bin/electron') : (installedRuntime() ?? 'electron'),
    args: ['.', `--data-dir=${dataDir}`, ...args],
    env: {
      ...Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
      ...(runtime === 'standin' ? { STANDIN_NODE: process.execPath, ...(chromium === null ? {} : { STANDIN_CHROMIUM: chromium }) } : {}),
    },
  })
}

export type StartDesktop = (options?: ConsoleOptions & { readonly args?: readonly string[] }) => Promise<DesktopConsole>

/** `startConsole` as in test/e2e/app.ts, in a window of the desktop. Every result names its runtime. */
export const test = base.extend<{ dataDir: string; startConsole: StartDesktop; runtimeAnnotation: void }, { runtime: Runtime }>({
  runtime: ['standin', { option: true, scope: 'worker' }],
  runtimeAnnotation: [
    async ({ runtime }, provide, testInfo) => {
      testInfo.annotations.push({ type: 'desktop runtime', description: runtime })
      await provide()
    },
    { auto: true },
  ],
  dataDir: async ({ runtime }, provide) => {
    const folder = mkdtempSync(join(tmpdir(), `kinescope-${runtime}-`))
    await provide(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  },
  startConsole: async ({ runtime, dataDir: ownDataDir }, provide, testInfo) => {
    const apps: ElectronApplication[] = []
    await provide(async ({ sandbox = false, dataDir = ownDataDir, args = [] } = {}) => {
      const app = await launch(runtime, dataDir, [...(sandbox ? ['--sandbox'] : []), ...args])
      apps.push(app)
      await app.context().tracing.start({ snapshots: true })
      const page = await app.firstWindow({ timeout: 60_000 })
      // The window begins at about:blank; the stand-in shows app://kinescope as https://kinescope.app.standin.test.
      await page.waitForURL(/^(app|https):\/\/kinescope/)
      return { app, page, dataDir, close: () => app.close() }
    })
    for (const app of apps) {
      const hasFailed = testInfo.status !== testInfo.expectedStatus
      await app.context().tracing.stop(hasFailed ? { path: testInfo.outputPath('trace.zip') } : {}).catch(() => {})
      await app.close().catch(() => {})
    }
  },
})
