import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseDesktopArguments } from '../../../electron/desktop/desktop-arguments.ts'

test('nothing but the program', () => {
  expect(parseDesktopArguments(['/opt/kinescope'], '/home/ann')).toEqual({ dataDir: null, opensSandbox: false, files: [] })
})

test('own options among those of Chromium and of the tools', () => {
  expect(parseDesktopArguments(['electron', '--inspect=0', '.', '--no-sandbox', '--data-dir=data', '--sandbox'], '/home/ann')).toEqual({
    dataDir: resolve('/home/ann', 'data'),
    opensSandbox: true,
    files: [],
  })
  expect(parseDesktopArguments(['electron', '.', '--data-dir', '/data'], '/').dataDir).toBe(resolve('/data'))
})

test('capture files are taken relative to where they were named', () => {
  expect(parseDesktopArguments(['kinescope', 'incident.kinescope', '/data/B.KINESCOPE', 'notes.txt', '--x.kinescope'], '/home/ann').files).toEqual([
    resolve('/home/ann/incident.kinescope'),
    resolve('/data/B.KINESCOPE'),
  ])
})
