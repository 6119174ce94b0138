import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'

const require = createRequire(import.meta.url)
// No types come with it.
const yaml = require('js-yaml') as { load(text: string): unknown }
const config = yaml.load(readFileSync('electron-builder.yml', 'utf8')) as Record<string, unknown>

/** electron-builder's own schema; `typeof` and `tsEnumNames` in it are notes for its validator that say nothing about values in YAML. */
function validator() {
  const schema = JSON.parse(readFileSync(require.resolve('app-builder-lib/scheme.json'), 'utf8')) as object
  return new Ajv({ allErrors: true, strict: false }).compile(schema)
}

test("the packaging fits electron-builder's own schema", () => {
  const validate = validator()
  validate(config)
  expect(validate.errors ?? []).toEqual([])
})

test('the schema would notice a mistake', () => {
  const validate = validator()
  expect(validate({ ...config, asarUnpak: [] })).toBe(false)
  expect(validate({ ...config, electronFuses: { runAsNode: 'no' } })).toBe(false)
  expect(validate({ ...config, linux: { target: 7 } })).toBe(false)
})

test('targets of the three systems', () => {
  expect(config).toMatchObject({ linux: { target: ['AppImage', 'deb'] }, mac: { target: ['dmg'] }, win: { target: ['nsis'] } })
})

test('the fuses are those of the conventions', () => {
  expect(config['electronFuses']).toEqual({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    grantFileProtocolExtraPrivileges: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    resetAdHocDarwinSignature: true,
  })
})

test('nothing is compiled, nothing published, and captures open with Kinescope', () => {
  expect(config).toMatchObject({ npmRebuild: false, publish: null, fileAssociations: [{ ext: 'kinescope', role: 'Viewer' }] })
})
