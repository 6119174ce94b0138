import { type DemoRecord, Digits, iso, money, type Producer, toJson, traceparent } from './demo-record.ts'
import type { Random } from './random.ts'

const SHELF = [
  ['CHAIR-ASH-1', 114_50],
  ['LMP-BRASS-40', 65_30],
  ['CUP-STONE-2', 18_90],
  ['RUG-WOOL-200', 219_00],
  ['VASE-GLZ-18', 42_75],
  ['DESK-OAK-160', 489_00],
  ['SHELF-PIN-3', 79_95],
  ['BED-LIN-140', 98_00],
] as const

const COUNTRIES = [
  [{ country: 'DE', currency: 'EUR', city: 'Hamburg' }, 5],
  [{ country: 'SE', currency: 'SEK', city: 'Göteborg' }, 4],
  [{ country: 'GB', currency: 'GBP', city: 'Bristol' }, 3],
  [{ country: 'PL', currency: 'PLN', city: 'Łódź' }, 3],
  [{ country: 'FR', currency: 'EUR', city: 'Besançon' }, 2],
] as const

/** A reseller who buys all day: this key's shard is visibly hotter than the others. */
export const HOT_CUSTOMER = 88_213
const HOT_SHARE = 0.24

const FIRST_ORDER = 4001

/** 19 digits, past 2^53 and within a signed 64-bit integer; different for every order. */
export const ledgerEntry = (order: number): bigint => 9_100_000_000_000_000_001n + BigInt(order) * 1_000_003n

/** Orders of a shop, placed and paid, numbered in the order they are made. */
export const createOrders = (random: Random): Producer => {
  let order = FIRST_ORDER - 1
  return (now: number): DemoRecord => {
    order += 1
    const customer = random.chance(HOT_SHARE) ? HOT_CUSTOMER : random.int(10_000, 99_999)
    const place = random.weighted(COUNTRIES)
    const items = Array.from({ length: random.weighted([[1, 5], [2, 4], [3, 2], [4, 1]]) }, () => {
      const [sku, price] = random.pick(SHELF)
      return { sku, qty: random.int(1, 4), price }
    })
    const shipping = random.pick([0, 4_90, 9_90])
    const total = items.reduce<number>((sum, { qty, price }) => sum + qty * price, shipping)
    const isPaid = random.chance(0.45)
    const text = toJson({
      type: isPaid ? 'OrderPaid' : 'OrderPlaced',
      order,
      ledgerEntry: new Digits(ledgerEntry(order).toString()),
      placedAt: iso(now - random.int(8, 400)),
      customer: { id: customer, country: place.country, guest: random.chance(0.15) },
      total: money(total),
      currency: place.currency,
      items: items.map(({ sku, qty, price }) => ({ sku, qty, price: money(price) })),
      shipping: {
        method: random.pick(['parcel', 'pickup', 'freight']),
        carrier: random.pick(['DHL', 'PostNord', 'InPost', 'DPD']),
        price: money(shipping),
        city: place.city,
        promisedBy: iso(now + random.int(1, 6) * 86_400_000).slice(0, 10),
      },
      ...(isPaid
        ? { payment: { method: random.pick(['card', 'invoice', 'swish', 'blik']), reference: random.hex(24), authorizedAt: iso(now - random.int(1, 7)) } }
        : {}),
      coupon: random.chance(0.1) ? `WELCOME-${random.int(5, 25)}` : null,
      traceparent: traceparent(random),
    })
    return { partitionKey: `customer-${customer}`, explicitHashKey: null, data: Buffer.from(text) }
  }
}
