import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { portions } from '../../../electron/capture/record-limit.ts'
import type { Room } from '../../../electron/capture/record-limit.ts'
import { aggregate } from '../../../electron/decode/kpl.ts'
import type { ShardRecord } from '../../../electron/kinesis/shard-reader.ts'

const users = (count: number, of: number) =>
  Array.from({ length: count }, (_, n) => ({ partitionKey: `u${of}-${n}`, explicitHashKey: null, data: Buffer.from(`user ${n} of ${of}`) }))

/** A Kinesis record for each number: an aggregate of so many user records, a plain record for 0. */
const page = (sizes: number[]): ShardRecord[] =>
  sizes.map((size, n) => ({
    sequenceNumber: String(n + 1),
    arrival: n,
    partitionKey: `k${n}`,
    data: size === 0 ? Buffer.from(`plain ${n}`) : aggregate(users(size, n)),
  }))
const isOdd = ({ data }: { data: Uint8Array }) => Buffer.from(data).readUInt8(data.length - 1) % 2 === 1
const endless: Room = { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }
const upTo = (records: number): Room => ({ ...endless, records })
const placesOf = (records: ShardRecord[]) =>
  [...portions(records, () => endless)].flatMap(({ rows }) => rows.map(({ sequenceNumber, subsequence }) => `${sequenceNumber}/${subsequence}`))

describe('a page within a limit of records', () => {
  it('is one portion without a limit', () => {
    const [all, ...none] = portions(page([0, 3, 0]), () => endless)
    expect(none).toEqual([])
    expect(all).toMatchObject({ covered: '3', isRest: true })
    expect(all?.rows.map(({ subsequence }) => subsequence)).toEqual([0, 0, 1, 2, 0])
  })

  it('covers only records that are stored whole', () => {
    let room = 3
    const cut = portions(page([0, 5, 0]), () => upTo(room))
    expect(cut.next().value).toMatchObject({ covered: '1', isRest: false, rows: [{ subsequence: 0 }, { subsequence: 0 }, { subsequence: 1 }] })
    room = 0
    expect(cut.next().done).toBe(true)
  })

  it('ends with the record that reaches a limit of bytes', () => {
    // Each is of 7 bytes.
    let bytes = 8
    const cut = portions(page([0, 0, 0]), () => ({ ...endless, bytes }))
    expect(cut.next().value).toMatchObject({ covered: '2', isRest: false, rows: [{ partitionKey: 'k0' }, { partitionKey: 'k1' }] })
    bytes = 0
    expect(cut.next().done).toBe(true)
  })

  it('leaves out what is not accepted, and covers and counts it', () => {
    const [all] = portions(page([0, 4, 0]), () => endless, ({ partitionKey }) => partitionKey.startsWith('u') && !partitionKey.endsWith('-0'))
    expect(all).toMatchObject({ covered: '3', filtered: 3, isRest: true })
    expect(all?.rows.map(({ partitionKey }) => partitionKey)).toEqual(['u1-1', 'u1-2', 'u1-3'])
  })

  it('counts what it left out once, whatever the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (sizes, limit) => {
        const records = page(sizes)
        const file = new Set<string>()
        let [checkpoint, filtered] = ['0', 0]
        for (let run = 0; run < 100; run += 1) {
          const before = file.size
          const rest = records.filter(({ sequenceNumber }) => BigInt(sequenceNumber) > BigInt(checkpoint))
          for (const portion of portions(rest, () => upTo(limit - (file.size - before)), isOdd)) {
            for (const { sequenceNumber, subsequence } of portion.rows) file.add(`${sequenceNumber}/${subsequence}`)
            checkpoint = portion.covered ?? checkpoint
            filtered += portion.filtered
          }
          if (file.size === before) break
        }
        const [everything] = portions(records, () => endless, isOdd)
        expect(file.size).toBe(everything?.rows.length)
        expect(filtered).toBe(everything?.filtered)
      }),
    )
  })

  it('stops exactly, and a later run brings exactly the rest, whatever the sizes and the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (sizes, limit) => {
        const records = page(sizes)
        const file = new Set<string>()
        let checkpoint = '0'
        for (let run = 0; run < 100; run += 1) {
          const before = file.size
          const rest = records.filter(({ sequenceNumber }) => BigInt(sequenceNumber) > BigInt(checkpoint))
          const waiting = { room: limit }
          for (const { rows, covered } of portions(rest, () => upTo(waiting.room))) {
            expect(rows.length).toBeLessThanOrEqual(waiting.room)
            for (const { sequenceNumber, subsequence } of rows) file.add(`${sequenceNumber}/${subsequence}`)
            checkpoint = covered ?? checkpoint
            waiting.room = limit - (file.size - before)
          }
          expect(file.size - before).toBeLessThanOrEqual(limit)
          // What the checkpoint covers is in the file.
          for (const place of placesOf(records)) if (BigInt(place.split('/')[0] ?? 0) <= BigInt(checkpoint)) expect(file).toContain(place)
          if (file.size === before) break
        }
        expect([...file]).toEqual(placesOf(records))
      }),
    )
  })
})
