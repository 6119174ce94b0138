import { describe, expect, it } from 'vitest'
import { createReporter } from '../../../electron/capture/reporter.ts'
import { createVirtualClock } from '../../fakes/virtual-clock.ts'

describe('reports of progress', () => {
  it('come at once after a quiet time, then at most every 50 ms, and without anything new once a second', async () => {
    const clock = createVirtualClock()
    const times: number[] = []
    const reporter = createReporter(clock, () => times.push(clock.now()))
    reporter.changed('now')
    expect(times).toEqual([0])
    reporter.changed('now')
    reporter.changed('now')
    expect(times).toEqual([0])
    await clock.sleep(120)
    expect(times).toEqual([0, 50])
    reporter.changed('now')
    expect(times).toEqual([0, 50, 120])
    await clock.sleep(2500)
    expect(times).toEqual([0, 50, 120, 1120, 2120])
    reporter.close()
    reporter.changed('now')
    await clock.sleep(5000)
    expect(times).toHaveLength(5)
  })

  it('hold smaller news back for a quarter of a second', async () => {
    const clock = createVirtualClock()
    const times: number[] = []
    const reporter = createReporter(clock, () => times.push(clock.now()))
    reporter.changed('now')
    reporter.changed()
    await clock.sleep(100)
    expect(times).toEqual([0])
    await clock.sleep(200)
    expect(times).toEqual([0, 250])
    // What a person waits for overtakes them.
    reporter.changed()
    reporter.changed('now')
    expect(times).toEqual([0, 250, 300])
    reporter.close()
  })
})
