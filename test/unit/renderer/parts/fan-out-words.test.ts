import { expect, test } from 'vitest'
import { fanOutMeaning, fanOutRefusal } from '../../../../renderer/parts/fan-out-words.ts'
import { production, sandbox } from '../in-app.tsx'

test('fan-out says that it writes, what it costs and when it is removed', () => {
  expect(fanOutMeaning('orders', production, { openShards: 8, mode: 'PROVISIONED' })).toEqual([
    'Registers a consumer with orders: a write, which others see.',
    'AWS charges per consumer-shard hour, here 8 an hour, and per GB while it runs.',
    'It is removed at the end; after a crash, when Kinescope starts next.',
  ])
  expect(fanOutMeaning('orders', production, { openShards: 8, mode: 'ON_DEMAND' })[1]).toBe('AWS charges per GB while it runs.')
  expect(fanOutMeaning('orders', sandbox, undefined)[1]).toContain('The sandbox is free')
})

test('a connection that may not write can’t read by fan-out, and the reason is said', () => {
  expect(fanOutRefusal(sandbox)).toBeNull()
  expect(fanOutRefusal(production)).toBe('Fan-out registers a consumer with the stream, which is a write, and prod-eu is read-only.')
})
