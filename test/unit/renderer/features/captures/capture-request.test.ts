import { describe, expect, test } from 'vitest'
import { type CaptureForm, parseCount, parseDuration, parseSize, requestOf } from '../../../../../renderer/features/captures/capture-request.ts'

const form: CaptureForm = { name: 'incident', from: 'trim_horizon', until: 'never', duration: '15 min', time: '', records: '', bytes: '', filter: ' ', ring: '', fanOut: false }
const subject = { connectionId: 'c', stream: 'orders' }
const errorsOf = (part: Partial<CaptureForm>) => {
  const asked = requestOf({ ...form, ...part }, subject, 0)
  return 'errors' in asked ? asked.errors : {}
}

test.each([
  ['512 MiB', 512 * 2 ** 20],
  ['1.5gib', 1.5 * 2 ** 30],
  ['10 GB', 10e9],
  ['1,000,000 B', 1_000_000],
  ['1000', null],
  ['-1 MiB', null],
  ['0 MiB', null],
  ['9999999 TiB', null],
  ['lots', null],
])('a size: %s', (text, bytes) => expect(parseSize(text)).toBe(bytes))

test.each([
  ['10000', 10_000],
  ['10,000', 10_000],
  ['10 000', 10_000],
  ['1,2', null],
  ['0', null],
  ['1e3', null],
  ['9'.repeat(16), null],
])('a count: %s', (text, count) => expect(parseCount(text)).toBe(count))

test.each([
  ['90 s', 90_000],
  ['1 h 30 min', 5_400_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['15', null],
  ['15 min or so', null],
  ['0 s', null],
  ['', null],
])('a duration: %s', (text, ms) => expect(parseDuration(text)).toBe(ms))

describe('what the form asks for', () => {
  test('limits that are left empty are none', () => {
    expect(requestOf(form, subject, 0)).toEqual({
      request: { ...subject, name: 'incident', from: { type: 'TRIM_HORIZON' }, until: { type: 'never' }, maxRecords: null, maxBytes: null, capBytes: null, filter: null, fanOut: false },
    })
  })
  test('everything that is filled in is sent', () => {
    const filled = { ...form, from: '-5m', until: 'duration', duration: '1 h', records: '10,000', bytes: '2 GiB', filter: 'type:OrderPaid', ring: '16 MiB', fanOut: true } as const
    expect(requestOf(filled, subject, 300_000)).toMatchObject({
      request: { from: { type: 'AT_TIMESTAMP', at: 0 }, until: { type: 'duration', ms: 3_600_000 }, maxRecords: 10_000, maxBytes: 2 ** 31, filter: 'type:OrderPaid', capBytes: 2 ** 24, fanOut: true },
    })
  })
  test('what can’t be read is said at its field', () => {
    expect(Object.keys(errorsOf({ name: ' ', records: 'x', bytes: '5', ring: '1 MiB', until: 'time', time: 'noon' })).toSorted()).toEqual(['bytes', 'name', 'records', 'ring', 'time'])
    expect(errorsOf({ ring: '1 MiB' })).toEqual({ ring: '16 MiB is the least.' })
    expect(errorsOf({ until: 'now', time: 'noon', duration: 'x' })).toEqual({})
  })
})
