import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandAt } from '../../../electron/launch/run-command.mjs'
import { noDesktop, obtainRuntime } from '../../../electron/launch/runtime.mjs'

test.each([
  [{ platform: 'linux', uid: 0, env: { DISPLAY: ':0' } }, 'Electron does not run as root'],
  [{ platform: 'linux', uid: 1000, env: {} }, 'there is no display here'],
  [{ platform: 'linux', uid: 1000, env: { DISPLAY: ':0' } }, null],
  [{ platform: 'linux', uid: 1000, env: { WAYLAND_DISPLAY: 'wayland-0' } }, null],
  [{ platform: 'darwin', uid: 0, env: {} }, null],
  [{ platform: 'win32', uid: undefined, env: {} }, null],
] as const)('%j', (where, reason) => {
  expect(noDesktop(where)).toBe(reason)
})

test.each([
  [['serve', '--port', '1'], 0],
  [['--data-dir', 'serve', 'serve'], 2],
  [['--data-dir=x', '--verbose', 'tail', 'serve'], 2],
  [['--help'], -1],
])('the command of %j stands at %i', (args, at) => {
  expect(commandAt(args)).toBe(at)
})

async function withInstaller(source: string, limitMs: number): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-runtime-'))
  const script = join(folder, 'install.cjs')
  writeFileSync(script, source)
  try {
    return await obtainRuntime({ script, limitMs, log: () => {} })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a download that hangs is ended, and told', async () => {
  const started = performance.now()
  expect(await withInstaller('setInterval(() => {}, 1000)', 300)).toBe('the Electron runtime could not be downloaded within 0.3 s')
  expect(performance.now() - started).toBeLessThan(5000)
})

test('a download that fails is told, and one that ends well says nothing', async () => {
  expect(await withInstaller('process.exit(1)', 10_000)).toBe('the Electron runtime could not be downloaded')
  expect(await withInstaller('', 10_000)).toBeNull()
})
