import { KinescopeError } from '#shared/model/error.ts'
import { printable } from '#shared/model/printable.ts'
import { byteSize } from './wording.ts'

const units: Record<string, number> = { '': 1, b: 1, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 }

/** Bytes, plain or with KiB, MiB or GiB; null where the option was not given. Throws `invalid-argument`, also below `least` bytes. */
export function sizeOption(text: string | undefined, option: string, least = 1): number | null {
  if (text === undefined) return null
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?) ?(b|kib|mib|gib)?$/i.exec(text) ?? []
  const bytes = Math.floor(Number(amount === '' ? Number.NaN : amount) * (units[unit.toLowerCase()] ?? Number.NaN))
  const action = 'Give bytes, or a number with KiB, MiB or GiB, such as 64MiB.'
  if (!Number.isSafeInteger(bytes) || bytes === 0) throw new KinescopeError('invalid-argument', `--${option} ${printable(text)} is not a size.`, { action })
  if (bytes < least) throw new KinescopeError('invalid-argument', `--${option} ${printable(text)} is too little: it takes at least ${byteSize(least)}.`, { action })
  return bytes
}
