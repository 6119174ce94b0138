/** AWS JSON 1.1 of a value: bytes in base64, times in seconds. */
export const toWire = (value: unknown): unknown => {
  if (value instanceof Date) return value.getTime() / 1000
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (Array.isArray(value)) return value.map(toWire)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toWire(inner)]))
}

export const fromWire = (value: unknown, key = ''): unknown => {
  if (key === 'Data' && typeof value === 'string') return new Uint8Array(Buffer.from(value, 'base64'))
  if (key.endsWith('Timestamp') && typeof value === 'number') return new Date(Math.round(value * 1000))
  if (Array.isArray(value)) return value.map((inner) => fromWire(inner))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fromWire(inner, name)]))
}
