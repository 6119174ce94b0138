import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { aggregate, type UserRecord } from '../decode/kpl.ts'
import { Digits, iso, money, type Producer, toJson } from './demo-record.ts'
import type { Random } from './random.ts'

const hashOf = (key: string): bigint => BigInt(`0x${createHash('md5').update(key).digest('hex')}`)

/**
 * Payments in KPL aggregates. As the KPL does it, an aggregate holds only records whose keys belong to the
 * shard it goes to (the stream has two, halves of the hash space) and is placed there by an explicit hash key.
 */
export const createPayments = (random: Random): Producer => {
  let payment = 700_000
  const userRecord = (now: number, isUpper: boolean): UserRecord => {
    let card
    do card = `card-${random.int(1000, 9999)}`
    while (hashOf(card) >> 127n !== (isUpper ? 1n : 0n))
    payment += 1
    const text = toJson({
      payment: `pay_${payment}`,
      ledgerEntry: new Digits(String(9_200_000_000_000_000_001n + BigInt(payment) * 17n)),
      card,
      amount: money(random.int(990, 48_900)),
      currency: random.pick(['EUR', 'SEK', 'GBP', 'PLN']),
      state: random.weighted([['authorised', 6], ['captured', 8], ['refunded', 1], ['declined', 1]]),
      merchant: { id: random.int(100, 140), category: random.pick(['furniture', 'lighting', 'textile']) },
      at: iso(now - random.int(1, 900)),
    })
    return { partitionKey: card, explicitHashKey: null, data: random.chance(0.3) ? gzipSync(text) : Buffer.from(text) }
  }
  return (now) => {
    const isUpper = random.chance(0.5)
    const first = userRecord(now, isUpper)
    const records = [first, ...Array.from({ length: random.int(2, 11) }, () => userRecord(now, isUpper))]
    return { partitionKey: 'a', explicitHashKey: hashOf(first.partitionKey).toString(), data: aggregate(records) }
  }
}
