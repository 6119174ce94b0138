import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis'
import { chromium, type Page } from '@playwright/test'
import { chromiumArgs, chromiumPath } from '../chromium.ts'
import { serve } from '../e2e/app.ts'

/**
 * Ms from PutRecord's answer to the next animation frame after the record's row stands in the table, in ascending order, of so many puts into the
 * stream `tail`. `prepare` brings the open view into the state that is measured.
 */
export async function putToScreen(
  { endpoint, region, client, puts, spread }: { endpoint: string; region: string; client: KinesisClient; puts: number; spread: number },
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-bench-'))
  const served = await serve(['--data-dir', folder, '--endpoint', endpoint, '--region', region])
  const executablePath = chromiumPath()
  const browser = await chromium.launch({ ...(executablePath === null ? {} : { executablePath }), args: chromiumArgs })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(served.link)
    await page.getByRole('treeitem', { name: 'tail' }).click()
    await page.getByRole('grid', { name: 'Records' }).waitFor()
    await prepare(page)
    await watchRows(page)
    const waits: number[] = []
    for (let n = 0; n < puts; n++) {
      const key = `put-${n}-${Date.now()}`
      await client.send(new PutRecordCommand({ StreamName: 'tail', PartitionKey: key, Data: Buffer.from(JSON.stringify({ n })) }))
      const answered = performance.timeOrigin + performance.now()
      const shown = await page.evaluate((wanted) => (window as unknown as Watched).shownAt(wanted), key)
      waits.push(shown - answered)
      // The next put falls anywhere between two reads.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * spread))
    }
    return waits.toSorted((a, b) => a - b)
  } finally {
    await browser.close()
    await served.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** The value below which so great a share lies, of ascending values. */
export const percentile = (values: readonly number[], share: number): number => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0

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
