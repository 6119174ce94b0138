import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { KinescopeError } from '#shared/model/error.ts'
import { openerFor } from '../../../electron/browser/open-browser.ts'
import { parseServeArguments } from '../../../electron/browser/serve-arguments.ts'

test('defaults', () => {
  expect(parseServeArguments([])).toEqual({ port: 0, opensBrowser: true, opensSandbox: false, dataDir: null, connection: null, reason: null, wantsHelp: false })
})

test('everything that can be said', () => {
  expect(parseServeArguments(['--port', '8080', '--no-open', '--sandbox', '--data-dir=data', '--reason=because'])).toEqual({
    port: 8080,
    opensBrowser: false,
    opensSandbox: true,
    dataDir: resolve('data'),
    connection: null,
    reason: 'because',
    wantsHelp: false,
  })
})

const connectionOf = (...args: string[]) => parseServeArguments(args).connection

test('an account among the connections', () => {
  expect(connectionOf('--profile', 'prod')).toEqual({ kind: 'profile', profile: 'prod', region: null })
  expect(connectionOf('--region', 'eu-west-1')).toEqual({ kind: 'profile', profile: 'default', region: 'eu-west-1' })
  expect(connectionOf('--endpoint', 'http://127.0.0.1:4567', '--account', '111122223333')).toEqual({
    kind: 'endpoint',
    label: '127.0.0.1:4567',
    endpoint: 'http://127.0.0.1:4567',
    region: 'us-east-1',
    accountId: '111122223333',
  })
})

test.each([['--account', '111122223333'], ['--account', '12', '--endpoint', 'http://127.0.0.1:1'], ['--port', 'http'], ['--port', '70000'], ['--port', '-1'], ['--port'], ['--nope'], ['orders'], ['--data-dir', '']])('%s %s is refused as a usage error', (...args) => {
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
