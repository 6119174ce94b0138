import { KinescopeError } from '#shared/model/error.ts'
import type { NewGap } from './capture-rows.ts'
import type { ReadableDB } from './database.ts'
import { isDamage, type SalvagedRow } from './salvage-rows.ts'
import { prepareTagsOf, type TagsOf } from './tags.ts'

/** Carries the tags of a damaged capture over. */
export interface TagSalvage {
  /** Gives the rows those of their tags that can be read. */
  addTo(rows: readonly SalvagedRow[]): void
  /** A gap where tags were lost, or may have been. */
  gaps(): NewGap[]
}

const noTags: TagsOf = () => new Map()

export function salvageTags(db: ReadableDB): TagSalvage {
  let isDamaged = false
  /** False where something can't be read. */
  const tried = (run: () => void): boolean => {
    try {
      run()
      return true
    } catch (error) {
      // A cell that holds no tags is a `damaged-capture`.
      if (!isDamage(error) && !(error instanceof KinescopeError)) throw error
      isDamaged = true
      return false
    }
  }
  let tagsOf: TagsOf = noTags
  tried(() => {
    tagsOf = prepareTagsOf(db)
  })
  const add = (rows: readonly SalvagedRow[]): void => {
    const found = tagsOf(rows.map(({ id }) => id))
    if (found.size === 0) return
    for (const { id, record } of rows) {
      const tags = found.get(id)
      if (tags !== undefined) record.tags = tags
    }
  }
  return {
    addTo: (rows) => {
      // Around what can't be read, row by row.
      if (!tried(() => add(rows))) for (const row of rows) tried(() => add([row]))
    },
    gaps: () => (isDamaged ? [ofTags] : []),
  }
}

/** Which records had any can't be known any more. */
const ofTags: NewGap = {
  shardId: 'unknown-shard',
  reason: 'lost',
  detail: 'Tags of KPL records could not be read from the damaged capture that this one was salvaged from; the records themselves are not concerned.',
  afterSequence: null,
  beforeSequence: null,
  fromTime: null,
  toTime: null,
}
