import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tabKey, urlOf, type Place } from '../../../../renderer/app/places.ts'
import { parseSearch, stringifySearch, validateSearch } from '../../../../renderer/app/search-params.ts'
import { withoutTab, withPlace } from '../../../../renderer/app/tabs.ts'

const stream = (name: string, q = '', from = ''): Place => ({ kind: 'stream', connection: 'sandbox-1', region: 'us-east-1', name, q, from })

describe('URLs', () => {
  test('a stream with its query and position', () => {
    expect(urlOf(stream('orders'))).toBe('/streams/sandbox-1/us-east-1/orders/records')
    expect(urlOf(stream('orders', 'type:OrderPaid $.total:>40', 'trim_horizon'))).toBe('/streams/sandbox-1/us-east-1/orders/records?q=type%3AOrderPaid+%24.total%3A%3E40&from=trim_horizon')
  })

  test('a name that is hostile stays one part of the path', () => {
    expect(urlOf({ kind: 'capture', id: '../../x?y#z', q: '' })).toBe('/captures/..%2F..%2Fx%3Fy%23z')
  })

  test('search params come back as the text they were', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }).filter((text) => text !== ''), (q) => {
      expect(validateSearch(parseSearch(stringifySearch({ q })))).toEqual({ q })
    }))
    expect(validateSearch(parseSearch('?q=007&from=latest&evil=1'))).toEqual({ q: '007', from: 'latest' })
    expect(validateSearch({ q: 'x'.repeat(10_001), from: 5 })).toEqual({})
  })
})

describe('tabs', () => {
  test('a new query moves the tab, another stream opens one', () => {
    const one = withPlace([], stream('orders'))
    const same = withPlace(one, stream('orders', 'x'))
    expect(same.map(({ place }) => place)).toEqual([stream('orders', 'x')])
    expect(withPlace(same, stream('clicks')).map(({ key }) => key)).toEqual([tabKey(stream('orders')), tabKey(stream('clicks'))])
  })

  test('the start is no tab, and a place that is there already changes nothing', () => {
    const one = withPlace([], stream('orders'))
    expect(withPlace(one, { kind: 'start' })).toBe(one)
    expect(withPlace(one, stream('orders'))).toBe(one)
  })

  test('a tab that was restored is mounted when it comes in front', () => {
    const restored = withPlace([], stream('orders')).map((tab) => ({ ...tab, mounted: false }))
    expect(withPlace(restored, stream('orders'))[0]?.mounted).toBe(true)
  })

  test('closing goes to the right neighbour, then the left, then the start', () => {
    const all = ['a', 'b', 'c'].reduce((tabs, name) => withPlace(tabs, stream(name)), withPlace([], stream('a')))
    const key = (name: string): string => tabKey(stream(name)) ?? ''
    expect(withoutTab(all, key('b')).next).toEqual(stream('c'))
    expect(withoutTab(all, key('c')).next).toEqual(stream('b'))
    expect(withoutTab(withPlace([], stream('a')), key('a'))).toEqual({ tabs: [], next: { kind: 'start' } })
  })
})
