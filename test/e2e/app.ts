import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test as base } from '@playwright/test'
import type { StartConsole } from '../running-console.ts'

export { expect } from '@playwright/test'

export interface Served {
  /** The link that was printed; it lets one browser in. */
  readonly link: string
  readonly process: ChildProcess
  /** Everything that was printed to standard error so far. */
  messages(): string
  stop(): Promise<void>
}

/** Starts the browser host as a person does, and reads its link. */
export async function serve(args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, ['electron/launch/cli.mjs', 'serve', '--no-open', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let messages = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    messages += chunk
  })
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`serve ended with ${String(code)}:\n${messages}`)
  })
  const [first] = (await Promise.race([once(lines, 'line'), ended])) as [string]
  ended.catch(() => {})
  return {
    link: (JSON.parse(first) as { url: string }).url,
    process: child,
    messages: () => messages,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGINT')
      await once(child, 'exit')
    },
  }
}

/** `startConsole` shows the console in a browser of its own, as many times as a test wants; all of them end with the test. */
export const test = base.extend<{ dataDir: string; startConsole: StartConsole }>({
  dataDir: async ({ browserName }, provide) => {
    const folder = mkdtempSync(join(tmpdir(), `kinescope-${browserName}-`))
    await provide(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  },
  startConsole: async ({ browser, dataDir: ownDataDir }, provide) => {
    const closers: (() => Promise<void>)[] = []
    await provide(async ({ sandbox = false, dataDir = ownDataDir } = {}) => {
      const served = await serve(['--data-dir', dataDir, ...(sandbox ? ['--sandbox'] : [])])
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
      const close = async () => {
        await context.close()
        await served.stop()
      }
      closers.push(close)
      const page = await context.newPage()
      await page.goto(served.link)
      return { page, dataDir, close }
    })
    for (const close of closers) await close()
  },
})
