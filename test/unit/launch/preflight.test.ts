import { expect, test } from 'vitest'
import { obstacle } from '../../../electron/launch/preflight.mjs'

const everything = () => true

test.each(['22.14.0', '22.20.1', '24.0.0', '100.1.0'])('Node %s will do', (version) => {
  expect(obstacle(version, everything)).toBeNull()
})

test.each(['12.22.0', '20.19.9', '22.13.1', 'v?'])('Node %s is told what is needed', (version) => {
  expect(obstacle(version, everything)).toContain('needs Node 22.14 or newer')
  expect(obstacle(version, everything)).not.toContain('npm ci')
})

test('an old Node without packages hears that npm ci brings a newer one', () => {
  expect(obstacle('20.0.0', () => false)).toContain('"npm ci" brings one along')
})

test('missing packages are told with the command that installs them', () => {
  expect(obstacle('24.0.0', (path) => !path.startsWith('node_modules'))).toContain('Run "npm ci"')
})
