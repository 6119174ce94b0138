import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { KinescopeError } from '#shared/model/error.ts'
import { openerFor } from '../../../electron/browser/open-browser.ts'
import { parseServeArguments } from '../../../electron/browser/serve-arguments.ts'

test('defaults', () => {
  expect(parseServeArguments([])).toEqual({ port: 0, opensBrowser: true, opensSandbox: false, dataDir: null, reason: null, wantsHelp: false })
})

test('everything that can be said', () => {
  expect(parseServeArguments(['--port', '8080', '--no-open', '--sandbox', '--data-dir=data', '--reason=because'])).toEqual({
    port: 8080,
    opensBrowser: false,
    opensSandbox: true,
    dataDir: resolve('data'),
    reason: 'because',
    wantsHelp: false,
  })
})

test.each([['--port', 'http'], ['--port', '70000'], ['--port', '-1'], ['--port'], ['--nope'], ['orders'], ['--data-dir', '']])('%s %s is refused as a usage error', (...args) => {
  let failure: unknown
  try {
    parseServeArguments(args.filter((arg) => typeof arg === 'string'))
  } catch (error) {
    failure = error
  }
  expect(failure).toBeInstanceOf(KinescopeError)
  expect((failure as KinescopeError).code).toBe('invalid-argument')
})

test.each([
  ['darwin', 501, {}, 'open'],
  ['win32', undefined, {}, 'rundll32.exe'],
  ['linux', 1000, { DISPLAY: ':0' }, 'xdg-open'],
  ['linux', 1000, {}, undefined],
  ['linux', 0, { DISPLAY: ':0' }, undefined],
  ['linux', 1000, { WSL_DISTRO_NAME: 'Debian' }, 'wslview'],
] as const)('%s as %s with %j opens a browser with %s', (platform, uid, env, command) => {
  expect(openerFor(platform, uid, env)?.command).toBe(command)
})
