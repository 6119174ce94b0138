import { regionPattern } from './region-pattern.ts'

interface Typed {
  endpoint: string
  region: string
  account: string
}

/** What is wrong with each field, in a sentence that says what belongs there; null where nothing is. */
export function endpointProblem({ endpoint, region, account }: Typed): Record<keyof Typed, string | null> {
  const url = URL.parse(endpoint.trim())
  return {
    endpoint: url && (url.protocol === 'http:' || url.protocol === 'https:') ? null : 'Type a URL that begins with http:// or https://.',
    region: regionPattern.test(region.trim()) ? null : 'Type a region such as eu-west-1.',
    account: account.trim() === '' || /^\d{12}$/.test(account.trim()) ? null : 'An account id has twelve digits.',
  }
}

/** The host and port of a URL: what an endpoint is called until it has a label. */
export function suggestedLabel(endpoint: string): string {
  return URL.parse(endpoint.trim())?.host || 'endpoint'
}
