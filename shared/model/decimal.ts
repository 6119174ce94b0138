/**
 * Decimal numbers of any length, compared by their digits: an id of 19 digits equals itself and not its
 * neighbour, 1e3 equals 1000.
 */
export interface Decimal {
  readonly sign: -1 | 0 | 1
  /** Significant digits without zeros at either end; the value is 0.DIGITS times ten to the `magnitude`. */
  readonly digits: string
  readonly magnitude: number | bigint
}

const DECIMAL = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/

/** A number as people and JSON write it (`5`, `-0.50`, `1e3`, also `007`, `.5` and `+5`); null for anything else. */
export const parseDecimal = (text: string): Decimal | null => {
  const match = DECIMAL.exec(text)
  if (match === null) return null
  const whole = match[2] ?? ''
  const all = whole + (match[3] ?? match[4] ?? '')
  let from = 0
  while (all.charCodeAt(from) === 0x30) from++
  let to = all.length
  while (to > from && all.charCodeAt(to - 1) === 0x30) to--
  if (from === to) return { sign: 0, digits: '', magnitude: 0 }
  const shift = whole.length - from
  const exponent = match[5] ?? '0'
  // Exponents that a double can't count are rare enough for BigInt; the two kinds compare with each other.
  const magnitude = exponent.length <= 12 ? Number(exponent) + shift : BigInt(exponent.replace(/^\+/, '')) + BigInt(shift)
  return { sign: match[1] === '-' ? -1 : 1, digits: all.slice(from, to), magnitude }
}

/** Below, at or above zero as `a` is less than, equal to or greater than `b`. */
export const compareParsedDecimals = (a: Decimal, b: Decimal): -1 | 0 | 1 => {
  if (a.sign !== b.sign) return a.sign < b.sign ? -1 : 1
  if (a.sign === 0) return 0
  const larger = a.sign
  const smaller = a.sign === 1 ? -1 : 1
  if (a.magnitude < b.magnitude) return smaller
  if (a.magnitude > b.magnitude) return larger
  if (a.digits === b.digits) return 0
  return a.digits < b.digits ? smaller : larger
}

/** Compares two number texts exactly; null where one of them is no number. */
export const compareDecimals = (a: string, b: string): -1 | 0 | 1 | null => {
  const left = parseDecimal(a)
  const right = left === null ? null : parseDecimal(b)
  return left === null || right === null ? null : compareParsedDecimals(left, right)
}
