import { describe, expect, test } from 'vitest'
import type { StreamListing } from '#shared/contract/streams.ts'
import type { Connection } from '#shared/model/connection.ts'
import type { StreamSummary } from '#shared/model/stream.ts'
import { shortAccount, treeRows, type TreeInput, type TreeRow } from '../../../../../renderer/features/streams/tree-rows.ts'

const connection = (id: string, rest: Partial<Connection> = {}): Connection => ({ id, kind: 'sandbox', label: id, environment: 'local', region: 'us-east-1', endpoint: null, profile: null, accountId: null, readOnly: false, ...rest })
const stream = (name: string): StreamSummary => ({ name, arn: `arn:${name}`, account: '1', region: 'us-east-1', status: 'ACTIVE', mode: null })
const listing = (connectionId: string, names: string[], rest: Partial<StreamListing> = {}): [string, StreamListing] => [connectionId, { connectionId, state: 'ready', streams: names.map(stream), failure: null, ...rest }]
const input = (rest: Partial<TreeInput>): TreeInput => ({ connections: [], listings: new Map(), captures: [], replays: [], filter: '', closed: new Set(), ...rest })
const text = (row: TreeRow): string => {
  const words = row.kind === 'stream' ? row.stream.name : row.kind === 'note' ? row.text : row.kind === 'region' ? row.region : row.kind === 'connection' || row.kind === 'section' ? row.label : row.id
  return `${'  '.repeat(row.level - 1)}${words}`
}

describe('treeRows', () => {
  const shop = connection('shop')
  const eu = connection('p1', { kind: 'profile', profile: 'prod', label: 'prod', region: 'eu-west-1' })
  const us = connection('p2', { kind: 'profile', profile: 'prod', label: 'prod', region: 'us-east-1' })
  const all = { connections: [eu, us, shop], listings: new Map([listing('p1', ['orders']), listing('p2', ['clicks']), listing('shop', ['audit', 'orders'])]) }

  test('regions of one profile stand under it, a sandbox has its streams at once', () => {
    expect(treeRows(input(all)).map(text)).toEqual(['prod', '  eu-west-1', '    orders', '  us-east-1', '    clicks', 'shop', '  audit', '  orders'])
  })

  test('tells place and number among siblings', () => {
    const last = treeRows(input(all)).at(-1)
    expect(last).toMatchObject({ level: 2, position: 2, siblings: 2, expanded: null })
  })

  test('folded rows hide what is below them', () => {
    expect(treeRows(input({ ...all, closed: new Set(['connection p1', 'connection shop']) })).map(text)).toEqual(['prod', 'shop'])
  })

  test('a filter unfolds, keeps what matches, and drops accounts without a match', () => {
    expect(treeRows(input({ ...all, filter: 'AUD', closed: new Set(['connection shop']) })).map(text)).toEqual(['shop', '  audit'])
    expect(treeRows(input({ ...all, filter: 'shop' })).map(text)).toEqual(['shop', '  audit', '  orders'])
    expect(treeRows(input({ ...all, filter: 'nothing' }))).toEqual([])
  })

  test('a failure stands beside the account, and what was listed before stays', () => {
    const failure = { code: 'access-denied' as const, message: 'Access denied.', action: null, retryable: true, requestId: null, position: null }
    const rows = treeRows(input({ connections: [shop], listings: new Map([listing('shop', ['orders'], { state: 'failed', failure })]) }))
    expect(rows.map(text)).toEqual(['shop', '  Access denied.', '  orders'])
    expect(rows[1]).toMatchObject({ kind: 'note', failure, target: { kind: 'connection', connection: 'shop' } })
  })

  test('says that it waits, and that there is nothing', () => {
    expect(treeRows(input({ connections: [shop] })).map(text)).toEqual(['shop', '  Asking for the streams…'])
    expect(treeRows(input({ connections: [shop], listings: new Map([listing('shop', [])]) })).map(text)).toEqual(['shop', '  No streams in this region'])
  })
})

test('an account is short but still one account', () => {
  expect(shortAccount('123837392027')).toBe('1238…2027')
  expect(shortAccount('local')).toBe('local')
})
