import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createTerminal } from '../../../electron/cli/terminal.ts'

it('tells a log file of progress only where something has changed', () => {
  const stderr = new PassThrough()
  let now = 0
  const terminal = createTerminal(new PassThrough(), stderr, () => now)
  for (const text of ['1 record', '1 record', '1 record', '2 records', '2 records']) {
    now += 6000
    terminal.progress(text)
  }
  expect(String(stderr.read())).toBe('1 record\n2 records\n')
})
