/** Search params are plain text: `?q=007` stays 007, and a link reads as it was typed. */
export interface SearchParams {
  q?: string
  from?: string
  capture?: string
}

const longestQuery = 10_000

/** From a URL's search; what is not known or too long is left out. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search))
}

export function stringifySearch(values: Record<string, unknown>): string {
  const entries = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '')
  const text = new URLSearchParams(entries).toString()
  return text === '' ? '' : `?${text}`
}

export function validateSearch(values: Record<string, unknown>): SearchParams {
  const text = (name: string, longest: number): Record<string, string> => {
    const value = values[name]
    return typeof value === 'string' && value !== '' && value.length <= longest ? { [name]: value } : {}
  }
  return { ...text('q', longestQuery), ...text('from', 400), ...text('capture', 200) }
}
