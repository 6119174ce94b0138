import { chmodSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { Connection } from '#shared/model/connection.ts'
import { Failure, KinescopeError } from '#shared/model/error.ts'
import { StopCondition } from '#shared/model/stream.ts'
import { Pace, ReplayCounts } from '#shared/model/replay.ts'
import { type OnSlow, openWritable, pragmaNumber, timed, type WritableDB } from './database.ts'
import { migrate } from './migrate.ts'
import { catalogSchema } from './migrations/catalog.ts'
import { quoted, withStoreErrors } from './store-error.ts'

/** A capture that was kept: where its file is. All else is in the file. */
export interface LibraryEntry {
  id: string
  path: string
  name: string
  /** ms since the epoch. */
  addedAt: number
  /** What it is being read from, while it is; one that no running Kinescope writes was cut off. */
  reading: CaptureReading | null
}

export const CaptureReading = z.object({
  /** ms since the epoch. */
  since: z.number(),
  connectionId: z.string(),
  streamArn: z.string(),
  until: StopCondition,
  /** Records and bytes that the whole file is to hold at most. */
  maxRecords: z.number().nullable().default(null),
  maxBytes: z.number().nullable().default(null),
  capBytes: z.number().nullable().default(null),
  fanOut: z.boolean().default(false),
})
export type CaptureReading = z.infer<typeof CaptureReading>

/** A consumer that Kinescope has registered, or was about to. */
export interface RegisteredConsumer {
  name: string
  streamArn: string
  /** The connection that it was registered through. */
  connection: Connection
  /** The process that uses it, as `ViewsFolder` names it. */
  owner: string
  /** ms since the epoch. */
  registeredAt: number
}

/** What is known of a replay before its first batch is sent. */
export const ReplayHeader = z.object({
  id: z.string(),
  captureId: z.string(),
  title: z.string(),
  query: z.string(),
  target: z.object({ connectionId: z.string(), name: z.string(), arn: z.string() }),
  pace: Pace,
  /** Records that are to be sent. */
  planned: z.number().int(),
  startedAt: z.number(),
})
export type ReplayHeader = z.infer<typeof ReplayHeader>

/**
 * One PutRecords batch in the journal. It is `planned` before it is made, `sent` before the request
 * leaves, and one of the others when the answer is there, or `unknown` when none came. Counts are of
 * its records; `detail` is the replay's own (JSON), such as which rows it holds.
 */
export interface JournalBatch {
  number: number
  state: 'planned' | 'sent' | 'acknowledged' | 'failed' | 'unknown'
  records: number
  sent: number
  acknowledged: number
  failed: number
  unknown: number
  detail: string | null
}

export type ReplayState = 'running' | 'done' | 'stopped' | 'failed'

export interface JournalledReplay {
  header: ReplayHeader
  state: ReplayState
  failure: Failure | null
  finishedAt: number | null
  counts: ReplayCounts
}

/** The catalog of a data folder; makes the folder (mode 0700) and the database where they are missing. */
export function openCatalog(folder: string, options: { onSlow?: OnSlow } = {}): Catalog {
  const dir = resolve(folder)
  const path = join(dir, 'catalog.sqlite')
  return withStoreErrors('Opening', path, () => {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    chmodSync(dir, 0o700)
    const db = openWritable(path, { create: true })
    try {
      prepareCatalog(db, path)
      return new Catalog(path, db, options.onSlow)
    } catch (error) {
      db.close()
      throw error
    }
  })
}

function prepareCatalog(db: WritableDB, path: string): void {
  const mark = pragmaNumber(db, 'application_id')
  const isNew = mark === 0 && db.prepare(`SELECT 1 FROM sqlite_schema`).get() === undefined
  if (!isNew && mark !== catalogSchema.applicationId) {
    throw new KinescopeError('file-system', `${quoted(path)} is not a Kinescope catalog.`, { action: 'Move that file away, or choose another data folder.' })
  }
  migrate(db, catalogSchema)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('fullfsync = 1')
  db.pragma('foreign_keys = ON')
}

/**
 * What this person's Kinescope knows beyond the capture files: connections (never secrets), the
 * library of captures, the journals of replays, settings. Two programs may have one folder's catalog
 * open: each call is one transaction and sees what the other has committed.
 */
export class Catalog implements Disposable {
  readonly path: string
  readonly #db: WritableDB
  readonly #onSlow: OnSlow | undefined
  readonly #statements: Statements

  /** Use `openCatalog`. */
  constructor(path: string, db: WritableDB, onSlow: OnSlow | undefined) {
    this.path = path
    this.#db = db
    this.#onSlow = onSlow
    this.#statements = prepareStatements(db)
  }

  /** Connections in the order in which they were first saved. */
  listConnections(): Connection[] {
    return this.#run('listConnections', () =>
      this.#statements.listConnections.all().map((row) => Connection.parse({ ...row, readOnly: row.readOnly !== 0 })),
    )
  }

  /** Adds a connection, or replaces the one with its id. */
  saveConnection(connection: Connection): void {
    this.#run('saveConnection', () => this.#statements.saveConnection.run({ ...connection, readOnly: connection.readOnly ? 1 : 0 }))
  }

  removeConnection(id: string): void {
    this.#run('removeConnection', () => this.#statements.removeConnection.run(id))
  }

  /** Captures that were kept, oldest first. */
  listCaptures(): LibraryEntry[] {
    return this.#run('listCaptures', () =>
      this.#statements.listCaptures.all().map(({ reading, ...entry }) => ({
        ...entry,
        reading: reading === null ? null : CaptureReading.parse(JSON.parse(reading)),
      })),
    )
  }

  /** Adds a capture; one that is there under this id or path gives way. */
  addCapture(entry: LibraryEntry): void {
    const reading = entry.reading === null ? null : JSON.stringify(entry.reading)
    this.#run('addCapture', () => this.#statements.addCapture.run({ ...entry, reading }))
  }

  /** Reading has begun, or (null) has ended as it should. */
  setReading(id: string, reading: CaptureReading | null): void {
    this.#run('setReading', () => this.#statements.setReading.run(reading === null ? null : JSON.stringify(reading), id))
  }

  listConsumers(): RegisteredConsumer[] {
    return this.#run('listConsumers', () =>
      this.#statements.listConsumers.all().map(({ connection, ...consumer }) => ({ ...consumer, connection: Connection.parse(JSON.parse(connection)) })),
    )
  }

  addConsumer(consumer: RegisteredConsumer): void {
    this.#run('addConsumer', () => this.#statements.addConsumer.run({ ...consumer, connection: JSON.stringify(consumer.connection) }))
  }

  removeConsumer(name: string): void {
    this.#run('removeConsumer', () => this.#statements.removeConsumer.run(name))
  }

  renameCapture(id: string, name: string): void {
    this.#run('renameCapture', () => this.#statements.renameCapture.run(name, id))
  }

  /** The capture's file lies somewhere else now. */
  moveCapture(id: string, path: string): void {
    this.#run('moveCapture', () => this.#statements.moveCapture.run(path, id))
  }

  /** Forgets a capture; its file is left alone. */
  removeCapture(id: string): void {
    this.#run('removeCapture', () => this.#statements.removeCapture.run(id))
  }

  startReplay(header: ReplayHeader): void {
    this.#run('startReplay', () => this.#statements.startReplay.run(header.id, JSON.stringify(header), header.startedAt))
  }

  /** Writes a batch's row, or what has become of it. On disk when this returns. */
  journalBatch(replayId: string, batch: JournalBatch): void {
    this.#run('journalBatch', () => this.#statements.journalBatch.run({ ...batch, replayId }))
  }

  /** A replay's batches in their order: what a resume goes by. */
  replayBatches(replayId: string): JournalBatch[] {
    return this.#run('replayBatches', () => this.#statements.replayBatches.all(replayId))
  }

  finishReplay(replayId: string, state: Exclude<ReplayState, 'running'>, at: number, failure: Failure | null = null): void {
    this.#run('finishReplay', () =>
      this.#statements.finishReplay.run(state, at, failure === null ? null : JSON.stringify(failure), replayId),
    )
  }

  /** All replays, newest first. One that is `running` here and in no program was cut off. */
  listReplays(): JournalledReplay[] {
    return this.#run('listReplays', () =>
      this.#statements.listReplays.all().map(({ header: json, state, failure, finishedAt, ...counts }) => {
        const header = ReplayHeader.parse(JSON.parse(json))
        return {
          header,
          state,
          failure: failure === null ? null : Failure.parse(JSON.parse(failure)),
          finishedAt,
          counts: ReplayCounts.parse({ ...counts, planned: header.planned }),
        }
      }),
    )
  }

  /** A setting's value (JSON), undefined where it was never set. Check its shape: another version may have written it. */
  setting(key: string): unknown {
    return this.#run('setting', () => {
      const value = this.#statements.setting.get(key)
      return value === undefined ? undefined : (JSON.parse(value) as unknown)
    })
  }

  /** Keeps a JSON value; undefined removes the setting. */
  setSetting(key: string, value: unknown): void {
    this.#run('setSetting', () => {
      if (value === undefined) this.#statements.removeSetting.run(key)
      else this.#statements.setSetting.run(key, JSON.stringify(value))
    })
  }

  close(): void {
    this.#db.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #run<T>(name: string, run: () => T): T {
    return withStoreErrors('Using the catalog', this.path, () => timed(`catalog.${name}`, this.#onSlow, run))
  }
}

type Statements = ReturnType<typeof prepareStatements>

function prepareStatements(db: WritableDB) {
  return {
    listConnections: db.prepare<[], Omit<Connection, 'readOnly'> & { readOnly: number }>(
      `SELECT id, kind, label, environment, region, endpoint, profile, account_id AS accountId, read_only AS readOnly FROM connection ORDER BY rowid`,
    ),
    saveConnection: db.prepare(
      `INSERT INTO connection (id, kind, label, environment, region, endpoint, profile, account_id, read_only)
       VALUES (@id, @kind, @label, @environment, @region, @endpoint, @profile, @accountId, @readOnly)
       ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, label = excluded.label, environment = excluded.environment, region = excluded.region,
         endpoint = excluded.endpoint, profile = excluded.profile, account_id = excluded.account_id, read_only = excluded.read_only`,
    ),
    removeConnection: db.prepare<[string]>(`DELETE FROM connection WHERE id = ?`),
    listCaptures: db.prepare<[], Omit<LibraryEntry, 'reading'> & { reading: string | null }>(
      `SELECT id, path, name, added_at AS addedAt, reading FROM library ORDER BY added_at, rowid`,
    ),
    addCapture: db.prepare(`INSERT OR REPLACE INTO library (id, path, name, added_at, reading) VALUES (@id, @path, @name, @addedAt, @reading)`),
    setReading: db.prepare<[string | null, string]>(`UPDATE library SET reading = ? WHERE id = ?`),
    listConsumers: db.prepare<[], Omit<RegisteredConsumer, 'connection'> & { connection: string }>(
      `SELECT name, stream_arn AS streamArn, connection, owner, registered_at AS registeredAt FROM consumer ORDER BY rowid`,
    ),
    addConsumer: db.prepare(
      `INSERT INTO consumer (name, stream_arn, connection, owner, registered_at) VALUES (@name, @streamArn, @connection, @owner, @registeredAt)`,
    ),
    removeConsumer: db.prepare<[string]>(`DELETE FROM consumer WHERE name = ?`),
    renameCapture: db.prepare<[string, string]>(`UPDATE library SET name = ? WHERE id = ?`),
    moveCapture: db.prepare<[string, string]>(`UPDATE OR REPLACE library SET path = ? WHERE id = ?`),
    removeCapture: db.prepare<[string]>(`DELETE FROM library WHERE id = ?`),
    startReplay: db.prepare<[string, string, number]>(`INSERT INTO replay (id, header, state, started_at) VALUES (?, ?, 'running', ?)`),
    journalBatch: db.prepare(
      `INSERT INTO replay_batch (replay_id, number, state, records, sent, acknowledged, failed, unknown, detail)
       VALUES (@replayId, @number, @state, @records, @sent, @acknowledged, @failed, @unknown, @detail)
       ON CONFLICT (replay_id, number) DO UPDATE SET state = excluded.state, records = excluded.records, sent = excluded.sent,
         acknowledged = excluded.acknowledged, failed = excluded.failed, unknown = excluded.unknown, detail = excluded.detail`,
    ),
    replayBatches: db.prepare<[string], JournalBatch>(
      `SELECT number, state, records, sent, acknowledged, failed, unknown, detail FROM replay_batch WHERE replay_id = ? ORDER BY number`,
    ),
    finishReplay: db.prepare<[string, number, string | null, string]>(`UPDATE replay SET state = ?, finished_at = ?, failure = ? WHERE id = ?`),
    listReplays: db.prepare<
      [],
      { header: string; state: ReplayState; failure: string | null; finishedAt: number | null; sent: number; acknowledged: number; failed: number; unknown: number }
    >(
      `SELECT header, replay.state, failure, finished_at AS finishedAt, coalesce(sum(sent), 0) AS sent, coalesce(sum(acknowledged), 0) AS acknowledged,
         coalesce(sum(failed), 0) AS failed, coalesce(sum(unknown), 0) AS unknown
       FROM replay LEFT JOIN replay_batch ON replay_id = id GROUP BY id ORDER BY started_at DESC, replay.rowid DESC`,
    ),
    setting: db.prepare<[string], string>(`SELECT value FROM setting WHERE key = ?`).pluck(),
    setSetting: db.prepare<[string, string]>(`INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)`),
    removeSetting: db.prepare<[string]>(`DELETE FROM setting WHERE key = ?`),
  }
}
