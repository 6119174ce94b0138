import { expect, it } from 'vitest'
import { newestVersion } from '../../electron/store/migrate.ts'
import { captureSchema } from '../../electron/store/migrations/capture.ts'
import { killCaptures } from '../soak/kill-captures.ts'

it('40 kills at the worst moments lose nothing, double nothing and leave every file whole', { timeout: 180_000 }, async () => {
  const began = performance.now()
  const { kills, hits, files, records, resumed } = await killCaptures({ kills: 40, seed: 1 })
  const seconds = (performance.now() - began) / 1000
  console.log(
    `${kills} kills in ${seconds.toFixed(0)} s (${Object.entries(hits).map(([aim, count]) => `${aim} ${count}`).join(', ')}), ${files} files, ${records} records; resumed in ${resumed.median.toFixed(0)} ms (median), ${resumed.worst.toFixed(0)} ms (worst)`,
  )
  expect(kills).toBe(40)
  expect(records).toBeGreaterThan(1000)
  // While there is one version only, making a file is all the migration there is.
  const migration = newestVersion(captureSchema) > 1 ? ['migration'] : []
  for (const aim of ['birth', 'commit', 'checkpoint', 'folding', 'opening', ...migration]) expect(hits[aim]).toBeGreaterThan(0)
  // The worst is for the soak, on a machine that has nothing else to do.
  expect(resumed.median).toBeLessThan(3000)
})
