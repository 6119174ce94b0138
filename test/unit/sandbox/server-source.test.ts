import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { fasterServer } from '../../../electron/sandbox/faster-server.ts'
import { unpackedPath } from '../../../electron/sandbox/unpacked-path.ts'

test('the one line of the installed kinesis-local is found and changed, and nothing else but the #! line', () => {
  const source = readFileSync(createRequire(import.meta.url).resolve('kinesis-local/main.js'), 'utf8').split('\n')
  const changed = fasterServer(source.join('\n')).split('\n')
  expect(changed).toHaveLength(source.length)
  const differences = source.flatMap((line, at) => (line === changed[at] ? [] : [changed[at]]))
  expect(differences).toEqual(['', expect.stringContaining('this.cP instanceof $c_Lkinesis_mock_models_Shard')])
  expect(source.filter((line) => line.startsWith('function $c_Lkinesis_mock_models_Shard('))).toHaveLength(1)
})

test('a source without that line stays as it is', () => {
  expect(fasterServer('const another = 1')).toBe('const another = 1')
})

test.each([
  ['/opt/Kinescope/resources/app.asar/node_modules/kinesis-local/main.js', '/opt/Kinescope/resources/app.asar.unpacked/node_modules/kinesis-local/main.js'],
  ['C:\\Kinescope\\resources\\app.asar\\node_modules\\kinesis-local\\main.js', 'C:\\Kinescope\\resources\\app.asar.unpacked\\node_modules\\kinesis-local\\main.js'],
  ['/opt/app.asar.unpacked/node_modules/x.js', '/opt/app.asar.unpacked/node_modules/x.js'],
  ['/home/me/kinescope/node_modules/x.js', '/home/me/kinescope/node_modules/x.js'],
])('%s lies unpacked at %s', (path, expected) => {
  expect(unpackedPath(path)).toBe(expected)
})
