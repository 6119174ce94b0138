// `npm run soak -- --seed-from A --seed-to B`: captures through seeded schedules of faults, many more than the suite has.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runSchedule } from '../fakes/kinesis-model/schedule.ts'

/**
 * @param {{ from: number, to: number, verbose?: boolean }} options
 * @returns {Promise<number[]>} The seeds that failed; each was printed with what happened and how to replay it.
 */
export async function soakSchedules({ from, to, verbose = from === to }) {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-soak-'))
  const started = performance.now()
  const failed = []
  const totals = { runs: 0, reshards: 0, put: 0, stored: 0, lost: 0, gaps: 0 }
  for (let seed = from; seed <= to; seed += 1) {
    const report = await runSchedule(seed, folder)
    for (const key of Object.keys(totals)) totals[key] += report[key]
    if (report.problems.length > 0) {
      failed.push(seed)
      console.error(`seed ${seed} FAILED, from ${report.from}${report.byFanOut ? ' by fan-out' : ''}; replay: npm run soak -- --seed-from ${seed} --seed-to ${seed}`)
      for (const problem of report.problems.slice(0, 10)) console.error(`  ${problem}`)
    }
    if (verbose || report.problems.length > 0) for (const line of report.happened) console.log(`  minute ${line}`)
    if ((seed - from + 1) % 500 === 0) console.log(`${seed - from + 1} schedules in ${((performance.now() - started) / 1000).toFixed(0)} s, ${failed.length} failed`)
  }
  if (failed.length === 0) rmSync(folder, { recursive: true, force: true })
  else console.error(`files of the failed ones: ${folder}`)
  const { runs, reshards, put, stored, lost, gaps } = totals
  console.log(`seeds ${from} to ${to} in ${((performance.now() - started) / 1000).toFixed(0)} s: ${failed.length} failed`)
  console.log(`${runs} runs, ${reshards} reshards, ${put} records put, ${stored} stored, ${lost} lost to what was injected, ${gaps} gaps`)
  return failed
}
