import { expect, test } from 'vitest'
import { hexLine, hexLines, offsetDigits } from '../../../../renderer/features/records/hex-layout.ts'

const bytes = new TextEncoder().encode('{"a":1}\u0000\u001b[31mé·~')

test('a line has its offset, two groups of bytes, and what can be printed', () => {
  expect(hexLine(bytes, 0, 4)).toEqual({
    offset: '0000',
    hex: '7b 22 61 22 3a 31 7d 00  1b 5b 33 31 6d c3 a9 c2 ',
    ascii: '{"a":1}··[31m···',
  })
})

test('a short last line keeps its columns', () => {
  const first = hexLine(bytes, 0, 4)
  const last = hexLine(bytes, 1, 4)
  expect(last.ascii).toBe('·~')
  expect(last.hex).toHaveLength(first.hex.length)
  expect(last.offset).toBe('0010')
})

test('half as many bytes stand on a line where it is narrow', () => {
  expect(hexLines(17, 16)).toBe(2)
  expect(hexLines(17, 8)).toBe(3)
  expect(hexLine(bytes, 1, 4, 8)).toMatchObject({ offset: '0008', hex: '1b 5b 33 31 6d c3 a9 c2 ' })
})

test('offsets are as wide as the largest', () => {
  expect(offsetDigits(0)).toBe(4)
  expect(offsetDigits(0x10000)).toBe(4)
  expect(offsetDigits(10 * 1024 * 1024)).toBe(6)
})
