import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runSchedule } from '../fakes/kinesis-model/schedule.ts'

/**
 * Whole captures against the model of Kinesis, through reshards, faults, crashes and sleep that their seeds bring.
 * A failing one replays with `npm run soak -- --seed-from SEED --seed-to SEED`.
 */
const FIRST = 1
const SCHEDULES = 300
const AT_A_TIME = 25

describe('captures through seeded schedules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-schedules-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const totals = { schedules: 0, byFanOut: 0, reshards: 0, runs: 0, stored: 0 }

  it.each(Array.from({ length: SCHEDULES / AT_A_TIME }, (_, n) => FIRST + n * AT_A_TIME))(
    'from seed %i: each record once and in order, and a gap for what was lost',
    async (from) => {
      for (let seed = from; seed < from + AT_A_TIME; seed += 1) {
        const { problems, happened, byFanOut, reshards, runs, stored } = await runSchedule(seed, folder)
        const story = `seed ${seed}: npm run soak -- --seed-from ${seed} --seed-to ${seed}\n${happened.join('\n')}`
        expect(problems, story).toEqual([])
        expect(reshards, story).toBeGreaterThanOrEqual(3)
        totals.schedules += 1
        if (byFanOut) totals.byFanOut += 1
        totals.reshards += reshards
        totals.runs += runs
        totals.stored += stored
      }
    },
    90_000,
  )

  it('were worth it: they resharded, crashed, stored, and a third of them by fan-out', () => {
    expect(totals.schedules).toBe(SCHEDULES)
    expect(totals.byFanOut).toBeGreaterThan(SCHEDULES / 4)
    expect(totals.reshards).toBeGreaterThan(SCHEDULES * 5)
    expect(totals.runs).toBeGreaterThan(SCHEDULES * 2)
    expect(totals.stored).toBeGreaterThan(SCHEDULES * 100)
  })
})
