import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openWritable, pragmaNumber } from '../../../electron/store/database.ts'
import { migrate, newestVersion, type Schema, schemaText } from '../../../electron/store/migrate.ts'
import { captureSchema } from '../../../electron/store/migrations/capture.ts'
import { catalogSchema } from '../../../electron/store/migrations/catalog.ts'
import { failureOf, testFolder } from './fixtures.ts'

const schema: Schema = {
  applicationId: 0x1234,
  migrations: [
    { version: 1, up: (db) => db.exec('CREATE TABLE a (x)') },
    { version: 2, up: (db) => db.exec('CREATE TABLE b (x)') },
  ],
}

test('steps are taken once, in order, from wherever a database stands', () => {
  const db = openWritable(join(testFolder(), 'a.sqlite'), { create: true })
  migrate(db, { ...schema, migrations: schema.migrations.slice(0, 1) })
  expect([pragmaNumber(db, 'user_version'), pragmaNumber(db, 'application_id')]).toEqual([1, 0x1234])
  migrate(db, schema)
  migrate(db, schema)
  expect(pragmaNumber(db, 'user_version')).toBe(2)
  expect(schemaText(db)).toBe('table a: CREATE TABLE a (x)\ntable b: CREATE TABLE b (x)')
  db.close()
})

test('a step that fails leaves the database as it was', () => {
  const db = openWritable(join(testFolder(), 'a.sqlite'), { create: true })
  const failing: Schema = {
    ...schema,
    migrations: [
      ...schema.migrations,
      {
        version: 3,
        up: (it) => {
          it.exec('DROP TABLE a')
          throw new Error('no further')
        },
      },
    ],
  }
  expect(() => migrate(db, failing)).toThrow('no further')
  expect(pragmaNumber(db, 'user_version')).toBe(2)
  expect(schemaText(db)).toContain('table a')
  db.close()
})

test('a database from the future is refused', () => {
  const db = openWritable(join(testFolder(), 'a.sqlite'), { create: true })
  migrate(db, schema)
  db.pragma('user_version = 3')
  expect(failureOf(() => migrate(db, schema))?.code).toBe('newer-capture')
  expect(pragmaNumber(db, 'user_version')).toBe(3)
  db.close()
})

test.each([captureSchema, catalogSchema])('migrations are numbered from 1 without a gap', (real) => {
  expect(real.migrations.map(({ version }) => version)).toEqual(real.migrations.map((_, i) => i + 1))
  expect(newestVersion(real)).toBe(real.migrations.length)
})

test('the first capture format stays what it was', () => {
  const db = openWritable(join(testFolder(), 'a.sqlite'), { create: true })
  migrate(db, { ...captureSchema, migrations: captureSchema.migrations.slice(0, 1) })
  const columns = (table: string): string =>
    (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name).join(' ')
  expect(columns('record')).toBe('id shard sequence subsequence arrival partition_key explicit_hash_key data text')
  expect(columns('block')).toBe('id first_row last_row bytes first_arrival last_arrival filtered generation')
  expect(columns('filter')).toBe('block bits')
  expect(columns('gap')).toBe('id shard_id reason detail after_sequence before_sequence from_time to_time records')
  expect(db.prepare('SELECT * FROM counter').get()).toEqual({ id: 1, records: 0, bytes: 0, next_row: 1, next_block: 1 })
  db.close()
})

test('the first catalog format stays what it was', () => {
  const db = openWritable(join(testFolder(), 'a.sqlite'), { create: true })
  migrate(db, { ...catalogSchema, migrations: catalogSchema.migrations.slice(0, 1) })
  const tables = db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all()
  expect(tables).toEqual(['connection', 'library', 'replay', 'replay_batch', 'setting'])
  db.close()
})
