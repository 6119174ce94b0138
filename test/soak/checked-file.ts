import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { verifyCapture } from '../../electron/store/verify.ts'

/** A capture's file between two runs, looked at in a copy: the next run is to find what the kill left. */
export class CheckedFile {
  readonly #path: string
  readonly #folder: string
  readonly #put: ReadonlyMap<string, string>
  #before = { records: 0, digest: digestOf([]) }

  constructor(path: string, folder: string, put: ReadonlyMap<string, string>) {
    this.#path = path
    this.#folder = folder
    this.#put = put
  }

  /** Returns the records in it; throws what is wrong with it. */
  check(where: string, acknowledged: number): number {
    const wrong = (what: string): never => {
      throw new Error(`${where}: ${what}`)
    }
    if (!existsSync(this.#path)) return this.#before.records === 0 ? 0 : wrong('the file is gone')
    rmSync(this.#folder, { recursive: true, force: true })
    mkdirSync(this.#folder)
    const copy = join(this.#folder, 'copy.kinescope')
    for (const ending of ['', '-wal', '-journal']) if (existsSync(`${this.#path}${ending}`)) copyFileSync(`${this.#path}${ending}`, `${copy}${ending}`)
    using reader = openCapture(copy)
    const rows = reader.rows(1, reader.lastRow())
    if (rows.length < acknowledged) wrong(`${rows.length} records are stored, ${acknowledged} were acknowledged`)
    if (rows.length < this.#before.records) wrong(`the file shrank from ${this.#before.records} to ${rows.length} records`)
    if (digestOf(rows.slice(0, this.#before.records)) !== this.#before.digest) wrong('what was stored before has changed')
    const seen = new Set<string>()
    const last = new Map<string, bigint>()
    for (const { shardId, sequenceNumber, partitionKey, data } of rows) {
      const text = data.toString()
      if (seen.has(text)) wrong(`twice in the file: ${text}`)
      seen.add(text)
      if (this.#put.get(text) !== partitionKey) wrong(`never put: ${partitionKey} ${text}`)
      const sequence = BigInt(sequenceNumber)
      if (sequence <= (last.get(shardId) ?? -1n)) wrong(`out of order in ${shardId}`)
      last.set(shardId, sequence)
    }
    const { ok, problems } = verifyCapture(copy)
    if (!ok) wrong(problems.join('\n'))
    this.#before = { records: rows.length, digest: digestOf(rows) }
    return rows.length
  }
}

function digestOf(rows: readonly { id: number; shardId: string; sequenceNumber: string; data: Buffer }[]): string {
  const hash = createHash('sha1')
  for (const { id, shardId, sequenceNumber, data } of rows) hash.update(`${id} ${shardId} ${sequenceNumber} ${data.length}`).update(data)
  return hash.digest('hex')
}
