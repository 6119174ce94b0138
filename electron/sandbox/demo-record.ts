/** A record to be put, as one of the demo's producers makes it. */
export interface DemoRecord {
  partitionKey: string
  /** Decimal; null where the partition key places the record. */
  explicitHashKey: string | null
  data: Uint8Array
}

/** Makes the next record. `now` is in ms since the epoch; everything else comes from the generator's own seed. */
export type Producer = (now: number) => DemoRecord

/** A number that is written into the JSON digit by digit: amounts keep their two decimals, ids their 19 digits. */
export class Digits {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Value = string | number | boolean | null | Digits | readonly Value[] | { readonly [name: string]: Value }

/** Compact JSON; `JSON.stringify` but for `Digits`. */
export const toJson = (value: Value): string => {
  if (value instanceof Digits) return value.text
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(toJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, field]) => `${JSON.stringify(name)}:${toJson(field)}`)
      .join(',')}}`
  }
  return JSON.stringify(value)
}

/** An amount of cents as a JSON number with two decimals. */
export const money = (cents: number): Digits => new Digits((cents / 100).toFixed(2))

export const iso = (ms: number): string => new Date(ms).toISOString()

/** W3C trace context, sampled. */
export const traceparent = (random: { hex(digits: number): string }): string => `00-${random.hex(32)}-${random.hex(16)}-01`
