/** A search line as it was understood. Values stay text until they are compared. */
export type Query =
  | { kind: 'all' }
  | { kind: 'and' | 'or'; of: readonly Query[] }
  | { kind: 'not'; of: Query }
  /** Free text: a substring, whatever its case, of the payload or the partition key. */
  | { kind: 'text'; text: string }
  | { kind: 'field'; path: string; match: Match }
  | { kind: 'meta'; name: MetaName; match: Match }

export type Match =
  /** Equality; `*` and `?` in it are wildcards unless it was quoted. */
  | { kind: 'equals'; value: string; quoted: boolean }
  | { kind: 'compare'; operator: Comparison; value: string }
  /** Both ends included; null is an open end, written `*`. */
  | { kind: 'range'; from: string | null; to: string | null }

export type Comparison = '>' | '>=' | '<' | '<='

export const META_NAMES = ['_key', '_shard', '_seq', '_time', '_size'] as const
export type MetaName = (typeof META_NAMES)[number]

export const hasWildcard = (match: Match): boolean => match.kind === 'equals' && !match.quoted && /[*?]/.test(match.value)
