import type { Migration } from '../migrate.ts'

/** What a kept capture is being read from, while it is (JSON): what stands here at a start was cut off by a crash. */
export const catalog0002: Migration = {
  version: 2,
  up: (db) => {
    db.exec(`ALTER TABLE library ADD COLUMN reading TEXT`)
  },
}
