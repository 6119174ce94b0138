import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { expect, describe, test } from 'vitest'
import { takeApart } from '../../../electron/decode/kpl.ts'
import { createAppLogs } from '../../../electron/sandbox/app-logs.ts'
import { createAudit } from '../../../electron/sandbox/audit.ts'
import { createClicks } from '../../../electron/sandbox/clicks.ts'
import { type DemoRecord, Digits, type Producer, toJson } from '../../../electron/sandbox/demo-record.ts'
import { createReadings } from '../../../electron/sandbox/iot-readings.ts'
import { createOrders, HOT_CUSTOMER } from '../../../electron/sandbox/orders.ts'
import { createPayments } from '../../../electron/sandbox/payments.ts'
import { poison } from '../../../electron/sandbox/poison.ts'
import { createRandom, type Random } from '../../../electron/sandbox/random.ts'

const NOW = Date.parse('2026-11-22T14:31:59.077Z')
const make = (create: (random: Random) => Producer, count: number, seed = 1): DemoRecord[] => {
  const produce = create(createRandom(seed))
  return Array.from({ length: count }, (_, at) => produce(NOW + at * 20))
}
const textOf = ({ data }: DemoRecord) => Buffer.from(data).toString()
const jsonOf = (record: DemoRecord) => JSON.parse(textOf(record)) as Record<string, never>
const hashOf = (key: string) => BigInt(`0x${createHash('md5').update(key).digest('hex')}`)

const producers = { createOrders, createClicks, createReadings, createAppLogs, createPayments, createAudit }

describe.each(Object.entries(producers))('%s', (_, create) => {
  test('gives the same records for the same seed and times, and others for another seed', () => {
    expect(make(create, 30)).toEqual(make(create, 30))
    expect(make(create, 30)).not.toEqual(make(create, 30, 2))
  })
  test('makes records that Kinesis takes, of a size that the embedded server can hold many of', () => {
    const records = make(create, 400)
    for (const { partitionKey, data } of records) {
      expect(partitionKey.length).toBeGreaterThan(0)
      expect(partitionKey.length).toBeLessThanOrEqual(256)
      expect(data.length).toBeLessThanOrEqual(4096)
    }
    const mean = records.reduce((sum, { data }) => sum + data.length, 0) / records.length
    expect(mean).toBeGreaterThan(150)
    expect(mean).toBeLessThan(2000)
  })
})

describe('orders', () => {
  const orders = make(createOrders, 2000)
  test('are numbered without a gap', () => {
    expect(orders.map((record) => jsonOf(record)['order'])).toEqual(Array.from({ length: 2000 }, (_, at) => 4001 + at))
  })
  test('have the shape of the console pictures', () => {
    const order = jsonOf(orders[710] as DemoRecord)
    expect(order).toMatchObject({
      type: expect.stringMatching(/^Order(?:Placed|Paid)$/),
      order: 4711,
      placedAt: expect.stringMatching(/^2026-11-22T14:32:\d\d\.\d{3}Z$/),
      customer: { id: expect.any(Number), country: expect.stringMatching(/^[A-Z]{2}$/), guest: expect.any(Boolean) },
      total: expect.any(Number),
      currency: expect.stringMatching(/^[A-Z]{3}$/),
      items: expect.arrayContaining([{ sku: expect.any(String), qty: expect.any(Number), price: expect.any(Number) }]),
      shipping: { method: expect.any(String), carrier: expect.any(String), price: expect.any(Number), city: expect.any(String), promisedBy: expect.any(String) },
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    })
    expect(orders.filter((record) => jsonOf(record)['coupon'] === null).length).toBeGreaterThan(1500)
    expect(new Set(orders.map((record) => jsonOf(record)['type']))).toEqual(new Set(['OrderPlaced', 'OrderPaid']))
  })
  test('carry a 19-digit ledger entry that a double cannot hold, each its own, within 64 bits', () => {
    const entries = orders.map((record) => /"ledgerEntry":(\d+)/.exec(textOf(record))?.[1] ?? '')
    expect(new Set(entries).size).toBe(2000)
    for (const entry of entries) {
      expect(entry).toHaveLength(19)
      expect(BigInt(entry)).toBeLessThan(2n ** 63n)
    }
    expect(entries.filter((entry) => BigInt(Number(entry)) !== BigInt(entry)).length).toBeGreaterThan(1900)
  })
  test('add up, to the cent, and write both decimals', () => {
    for (const record of orders) {
      const { total, items, shipping } = jsonOf(record) as unknown as { total: number; items: { qty: number; price: number }[]; shipping: { price: number } }
      expect(Math.round(total * 100)).toBe(items.reduce((sum, { qty, price }) => sum + qty * Math.round(price * 100), Math.round(shipping.price * 100)))
      expect(textOf(record)).toMatch(/"total":\d+\.\d\d,/)
    }
  })
  test('are keyed by customer, a quarter of them by one, so that his shard of four is hot', () => {
    const shards = [0, 0, 0, 0]
    for (const { partitionKey } of orders) {
      const shard = Number(hashOf(partitionKey) >> 126n)
      shards[shard] = (shards[shard] ?? 0) + 1
      expect(partitionKey).toMatch(/^customer-\d{5}$/)
    }
    const hot = Number(hashOf(`customer-${HOT_CUSTOMER}`) >> 126n)
    const share = orders.filter(({ partitionKey }) => partitionKey === `customer-${HOT_CUSTOMER}`).length / orders.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.3)
    expect(shards[hot]).toBeGreaterThan(1.7 * Math.max(...shards.toSpliced(hot, 1)))
  })
})

test('clicks of a session share a key and count up', () => {
  const sessions = Map.groupBy(make(createClicks, 1000), ({ partitionKey }) => partitionKey)
  expect(sessions.size).toBeGreaterThan(40)
  for (const records of sessions.values()) {
    expect(records.map((record) => jsonOf(record)['sequence'])).toEqual(records.map((_, at) => at + 1))
  }
})

test('readings come from a hundred devices', () => {
  expect(new Set(make(createReadings, 3000).map(({ partitionKey }) => partitionKey)).size).toBe(100)
})

test('application logs are gzip, the first one a CONTROL_MESSAGE', () => {
  const envelopes = make(createAppLogs, 50).map(({ data }) => JSON.parse(gunzipSync(data).toString()) as { messageType: string; logEvents: { id: string; timestamp: number; message: string }[] })
  expect(envelopes.map(({ messageType }) => messageType)).toEqual(['CONTROL_MESSAGE', ...Array.from({ length: 49 }, () => 'DATA_MESSAGE')])
  for (const { logEvents } of envelopes.slice(1)) {
    expect(logEvents.length).toBeGreaterThanOrEqual(2)
    expect(logEvents.map(({ timestamp }) => timestamp)).toEqual(logEvents.map(({ timestamp }) => timestamp).toSorted((a, b) => a - b))
    for (const { id } of logEvents) expect(id).toMatch(/^\d{56}$/)
  }
})

test('payments are KPL aggregates whose records belong to the shard that they are sent to', () => {
  const halves = new Set<bigint>()
  let zipped = 0
  for (const { data, explicitHashKey } of make(createPayments, 60)) {
    const taken = takeApart(data)
    if (taken === null || 'failure' in taken) throw new Error('no aggregate')
    const half = BigInt(explicitHashKey ?? -1) >> 127n
    halves.add(half)
    expect(taken.userRecords.length).toBeGreaterThanOrEqual(3)
    for (const record of taken.userRecords) {
      expect(hashOf(record.partitionKey) >> 127n).toBe(half)
      const isZipped = record.data[0] === 0x1f
      zipped += isZipped ? 1 : 0
      expect(JSON.parse(Buffer.from(isZipped ? gunzipSync(record.data) : record.data).toString())).toMatchObject({ card: record.partitionKey })
    }
  }
  expect(halves.size).toBe(2)
  expect(zipped).toBeGreaterThan(0)
})

const isJson = (record: DemoRecord) => {
  try {
    jsonOf(record)
    return true
  } catch {
    return false
  }
}

test('poison is what it says', () => {
  expect(poison.filter((record) => !isJson(record)).length).toBeGreaterThanOrEqual(5)
  expect(poison.some(({ data }) => data.length === 0)).toBe(true)
  expect(poison.some(({ data }) => !Buffer.from(Buffer.from(data).toString()).equals(data))).toBe(true)
  expect(poison.some((record) => /<script>/.test(textOf(record)))).toBe(true)
  expect(poison.some((record) => textOf(record).includes('\u202E'))).toBe(true)
  for (const { partitionKey } of poison) expect(partitionKey.length).toBeLessThanOrEqual(256)
})

test('JSON is written as JSON.stringify does, but for digits', () => {
  const value = { a: [1, null, true, { b: '"\u0000\u2028ü' }], 'c d': {} }
  expect(toJson(value)).toBe(JSON.stringify(value))
  expect(toJson({ id: new Digits('9223372036854775807'), sum: new Digits('1.50') })).toBe('{"id":9223372036854775807,"sum":1.50}')
})
