import fc from 'fast-check'
import { noise } from '../unit/store/records.ts'
import { pageSize } from '../unit/store/spoil.ts'

/** What can befall a file: flipped bits, pages that are lost, and an end that is cut off. Places are shares of the file, from 0 to 1. */
export type Damage =
  | { kind: 'flip'; at: number; within: number; bits: number }
  | { kind: 'header'; at: number; byte: number }
  | { kind: 'page'; at: number; fill: 'zeros' | 'noise' | 'ones' }
  | { kind: 'cut'; at: number }

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const flip = fc.record({ kind: fc.constant('flip' as const), at: share, within: fc.nat(pageSize - 1), bits: fc.integer({ min: 1, max: 255 }) })
/** What a page says of itself stands in its first bytes: there a flip does most. */
const headFlip = fc.record({ kind: fc.constant('flip' as const), at: share, within: fc.nat(31), bits: fc.integer({ min: 1, max: 255 }) })
const header = fc.record({ kind: fc.constant('header' as const), at: fc.nat(99), byte: fc.nat(255) })
const page = fc.record({ kind: fc.constant('page' as const), at: share, fill: fc.constantFrom('zeros' as const, 'noise' as const, 'ones' as const) })
const cut = fc.record({ kind: fc.constant('cut' as const), at: share })

export const damages: fc.Arbitrary<Damage[]> = fc.oneof(
  fc.array(fc.oneof(flip, headFlip, header), { minLength: 1, maxLength: 4 }),
  fc.array(page, { minLength: 1, maxLength: 4 }),
  fc.array(fc.oneof(flip, headFlip, header, page, cut), { minLength: 1, maxLength: 3 }),
)

export function damaged(sound: Buffer, befallen: readonly Damage[]): Buffer {
  let bytes = Buffer.from(sound)
  for (const damage of befallen) {
    if (damage.kind === 'cut') {
      bytes = bytes.subarray(0, Math.floor(bytes.length * damage.at))
      continue
    }
    if (damage.kind === 'header') {
      if (damage.at < bytes.length) bytes[damage.at] = damage.byte
      continue
    }
    const from = Math.floor((bytes.length / pageSize) * damage.at) * pageSize
    const lost = bytes.subarray(from, from + pageSize)
    if (damage.kind === 'flip') {
      if (damage.within < lost.length) lost[damage.within] = (lost[damage.within] ?? 0) ^ damage.bits
    } else if (damage.fill === 'noise') noise(lost.length, from).copy(lost)
    else lost.fill(damage.fill === 'zeros' ? 0 : 0xff)
  }
  return bytes
}

/** How many records can come out of it changed: a byte that flips spoils one, and so does a lost page of a payload that has its pages to itself. */
export const mayBeWrong = (befallen: readonly Damage[]): number => befallen.filter(({ kind }) => kind !== 'cut').length
