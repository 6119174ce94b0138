import { writeSync } from 'node:fs'
import { openCatalog } from '../../../electron/store/catalog.ts'

/** Journals batches 0, 1, 2, … of a replay and prints each number once it is on disk, until it is killed. */
const [folder = '', replayId = ''] = process.argv.slice(2)
const catalog = openCatalog(folder)
for (let number = 0; ; number++) {
  catalog.journalBatch(replayId, { number, state: 'sent', records: 1, sent: 1, acknowledged: 0, failed: 0, unknown: 0, detail: null })
  writeSync(1, `${number}\n`)
}
