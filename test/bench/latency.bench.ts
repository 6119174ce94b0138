import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutRecordCommand } from '@aws-sdk/client-kinesis'
import { chromium, type Page } from '@playwright/test'
import { chromiumArgs, chromiumPath } from '../chromium.ts'
import { serve } from '../e2e/app.ts'
import { startEmbedded } from '../fakes/embedded-kinesis.ts'
import type { Result } from './store.bench.ts'

const puts = 200
/** The floor of what two reads a second allow: a record waits half a read on average, 19 in 20 at most 0.95 of one. */
const pollMs = 500

/**
 * Put to screen: from PutRecord's response to the next animation frame after the record's row stands in the table, while the
 * tail runs. The baseline of the 95th percentile is what waiting for the next of two reads a second costs alone.
 */
export async function run(): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-bench-'))
  const kinesis = await startEmbedded({ streams: 'tail:2' })
  const served = await serve(['--data-dir', folder, '--endpoint', kinesis.endpoint, '--region', kinesis.region])
  const executablePath = chromiumPath()
  const browser = await chromium.launch({ ...(executablePath === null ? {} : { executablePath }), args: chromiumArgs })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(served.link)
    await page.getByRole('treeitem', { name: 'tail' }).click()
    await page.getByRole('grid', { name: 'Records' }).waitFor()
    await watchRows(page)
    const client = kinesis.client()
    const waits: number[] = []
    for (let n = 0; n < puts; n++) {
      const key = `put-${n}-${Date.now()}`
      await client.send(new PutRecordCommand({ StreamName: 'tail', PartitionKey: key, Data: Buffer.from(JSON.stringify({ n })) }))
      const answered = performance.timeOrigin + performance.now()
      const shown = await page.evaluate((wanted) => (window as unknown as Watched).shownAt(wanted), key)
      waits.push(shown - answered)
      // The next put falls anywhere between two reads.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * pollMs))
    }
    waits.sort((a, b) => a - b)
    const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? 0
    return [
      result(`put to screen, p50 of ${puts}`, at(0.5), pollMs * 0.5),
      result(`put to screen, p95 of ${puts}`, at(0.95), pollMs * 0.95),
      { name: `put to screen, slowest of ${puts}`, value: at(1), unit: 'ms', baseline: null, ratio: null },
    ]
  } finally {
    await browser.close()
    await served.stop()
    await kinesis.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

function result(name: string, value: number, baseline: number): Result {
  return { name, value, unit: 'ms', baseline, ratio: value / baseline }
}

interface Watched {
  /** When the row of this key was painted, ms since the epoch. */
  shownAt(key: string): Promise<number>
}

/** Makes the page say when a row was painted: at the first animation frame after it stands in the document. */
async function watchRows(page: Page): Promise<void> {
  await page.evaluate(() => {
    const grid = document.querySelector('[role="grid"]')
    const has = (key: string) => grid?.textContent.includes(key) === true
    const shownAt = (key: string) =>
      new Promise<number>((resolve) => {
        const painted = () => requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()))
        if (has(key)) return painted()
        const observer = new MutationObserver(() => {
          if (!has(key)) return
          observer.disconnect()
          painted()
        })
        if (grid !== null) observer.observe(grid, { subtree: true, childList: true, characterData: true })
      })
    Object.assign(window, { shownAt })
  })
}
