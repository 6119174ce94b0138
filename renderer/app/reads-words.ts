import type { ReadRank, StreamReadUse } from '#shared/model/read-use.ts'

/** Settings to choose from, reads a second and shard. */
export const SETTINGS = [0.2, 0.5, 1, 2, 3, 4, 5] as const

/** One digit after the point: 0.8, 2.0. */
export const readsWords = (reads: number): string => reads.toFixed(1)

const RANKS = { screen: 'on the screen', background: 'in the background', named: 'a capture by name' } as const satisfies Record<ReadRank, string>
export const rankWords = (rank: ReadRank): string => RANKS[rank]

export const budgetWords = ({ readsPerSecond, budget }: Pick<StreamReadUse, 'readsPerSecond' | 'budget'>): string =>
  `${readsWords(readsPerSecond)} of the ${readsWords(budget)} that we allow ourselves`

/** Why a reader of this stream gets less than the whole budget; nothing where it doesn't. */
export const loweredWords = ({ readers, disturbed, budget }: Pick<StreamReadUse, 'readers' | 'disturbed' | 'budget'>): string[] => {
  const why: string[] = []
  if (disturbed !== null) {
    const shards = disturbed.shards === 1 ? 'One shard' : `${disturbed.shards} shards`
    const percent = Math.round(disturbed.smallestShare * 100)
    why.push(`${shards} throttled us: another consumer reads there too. We take ${percent} % of our budget for now, and a tenth more every 10 s.`)
  }
  if (readers.length > 1) why.push(`${readers.length} readers share ${readsWords(budget)} reads a second; who pauses leaves its share to the others.`)
  if (readers.every(({ rank }) => rank === 'background')) why.push('Nobody looks at it: it is read half as often.')
  return why
}
