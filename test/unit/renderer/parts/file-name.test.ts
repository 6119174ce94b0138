import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileNameOf, folderOf } from '../../../../renderer/parts/file-name.ts'

describe('fileNameOf', () => {
  test.each([
    ['incident 4711', 'incident 4711.ndjson'],
    ['../../etc/passwd', 'etc-passwd.ndjson'],
    ['orders 22 Nov, 14:31', 'orders 22 Nov, 14-31.ndjson'],
    ['CON', 'capture-CON.ndjson'],
    ['', 'capture.ndjson'],
    ['a\u202egnp\u0000', 'a-gnp.ndjson'],
  ])('%s', (name, file) => {
    expect(fileNameOf(name, 'ndjson')).toBe(file)
  })
  test('never leaves its folder', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 40 }), (points) => {
        const file = fileNameOf(String.fromCodePoint(...points), 'csv')
        expect(file).not.toMatch(/[/\\\p{Cc}]/u)
        expect(file.startsWith('.')).toBe(false)
      }),
    )
  })
})

test('the folder of a path', () => {
  expect(folderOf('/home/mira/x.kinescope')).toBe('/home/mira/')
  expect(folderOf('C:\\captures\\x.kinescope')).toBe('C:\\captures\\')
  expect(folderOf('x')).toBe('')
})
