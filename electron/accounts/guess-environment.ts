import type { Environment } from '#shared/model/connection.ts'

/**
 * What a name says about how careful to be. "product" is no production; "preprod" and "nonprod" say that they are
 * none. In doubt a name that holds "prod" counts as production: that only means read-only at first.
 */
export const guessEnvironment = (name: string): Environment => {
  const lower = name.toLowerCase()
  if (/pre[-_. ]?prod/.test(lower)) return 'staging'
  if (/non[-_. ]?prod|not[-_. ]?prod/.test(lower)) return 'development'
  if (/prod(?!uct(?!ion))|\bprd\b/.test(lower)) return 'production'
  if (/stag(?:e|ing|\b)|\bstg\b/.test(lower)) return 'staging'
  return lower.includes('local') ? 'local' : 'development'
}
