import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fuzzy } from '../../../../renderer/commands/fuzzy.ts'
import { rank } from '../../../../renderer/commands/rank.ts'

const titles = (query: string, ...names: string[]): string[] => rank(query, names.map((title) => ({ title })), 10).map(({ item }) => item.title)

describe('fuzzy', () => {
  test('finds letters in their order and says where', () => {
    expect(fuzzy('ord', 'orders')?.at).toEqual([0, 1, 2])
    expect(fuzzy('dro', 'orders')).toBeNull()
  })

  test('takes the starts of words for initials', () => {
    expect(fuzzy('or', 'audit-orders-rehearsal')?.at).toEqual([6, 7])
    expect(fuzzy('bfp', 'black friday peak')?.at).toEqual([0, 6, 13])
  })

  test('parts the query at spaces, in any order', () => {
    expect(fuzzy('rehearsal ord', 'orders-rehearsal')?.at).toEqual([0, 1, 2, 7, 8, 9, 10, 11, 12, 13, 14, 15])
  })

  test('places are offsets into the text whose letters are those of the query', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 30 }), fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 4 }), (text, query) => {
        const match = fuzzy(query, text)
        if (!match || query.trim() === '') return
        for (const index of match.at) expect(query.toLowerCase()).toContain(text.charAt(index).toLowerCase())
        expect(match.at).toEqual([...new Set(match.at)].toSorted((a, b) => a - b))
      }),
    )
  })

  test('a text is found by any part of itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z-]{1,20}$/), fc.nat(19), fc.nat(19), (text, a, b) => {
        const part = text.slice(Math.min(a, b), Math.max(a, b) + 1)
        expect(fuzzy(part, text)).not.toBeNull()
      }),
    )
  })
})

describe('rank', () => {
  test('puts the whole name first, then beginnings, then words, then scattered letters', () => {
    expect(titles('orders', 'big-orders', 'orders-rehearsal', 'oar-dear-ses', 'orders')).toEqual(['orders', 'orders-rehearsal', 'big-orders', 'oar-dear-ses'])
  })

  test('finds a name by its account as well', () => {
    const items = [{ title: 'orders', also: 'prod eu-west-1' }, { title: 'orders', also: 'local us-east-1' }]
    expect(rank('ord local', items, 10).map(({ item }) => item.also)).toEqual(['local us-east-1'])
  })

  test('does not scatter letters over the account: "ord" is not in "prod"', () => {
    expect(rank('ord', [{ title: 'clicks', also: 'prod production eu-west-1' }], 10)).toEqual([])
  })

  test('leaves the order alone without a query, and cuts at the limit', () => {
    expect(rank('', [{ title: 'b' }, { title: 'a' }, { title: 'c' }], 2).map(({ item }) => item.title)).toEqual(['b', 'a'])
  })
})
