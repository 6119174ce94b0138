import { statSync, writeSync } from 'node:fs'
import { createCapture, type CaptureWriter } from '../../../electron/store/capture-writer.ts'
import { KinescopeError } from '#shared/model/error.ts'
import { meta, noise, range, record, shard, write } from './records.ts'

/**
 * The whole life of a short capture, in a process of its own so that its files can be limited: made, written in four
 * commits, closed. Prints a line of JSON for each commit that was acknowledged (`stored`), for what failed and where
 * (`failed`, `failure`), and at the end what grew how large. With `checkpoints` each commit is copied into the file at
 * once, so that the file outgrows its WAL; without, the WAL outgrows the file.
 */
const [path = '', checkpoints = ''] = process.argv.slice(2)
const tell = (line: object): number => writeSync(1, `${JSON.stringify(line)}\n`)
const sizeOf = (ending: string): number => statSync(path + ending, { throwIfNoEntry: false })?.size ?? 0

const attempt = <T>(what: string, run: () => T): T | null => {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof KinescopeError)) throw error
    tell({ failed: what, failure: error.failure })
    return null
  }
}

/** As when there is space again: a WAL that is empty is not at its limit. False where the file is at it too. */
const emptied = (writer: CaptureWriter): boolean => {
  try {
    return writer.pragma('wal_checkpoint(TRUNCATE)') === 0
  } catch {
    return false
  }
}

const writeAll = (writer: CaptureWriter): void => {
  writer.pragma(`wal_autocheckpoint = ${checkpoints === '' ? 0 : 1}`)
  if (attempt('append', () => writer.putShards([shard(0)]) ?? true) === null) return
  for (let from = 1; from <= 40; from += 10) {
    // A large record, and others that share a page.
    const records = range(from, from + 10).map((n) => record(n, { data: noise(n % 10 === 3 ? 30_000 : 800, n) }))
    const store = (): number => {
      writer.append([write(0, records)], [])
      return tell({ stored: from + 9 })
    }
    if (attempt('append', store) !== null) continue
    if (checkpoints === '' && emptied(writer)) attempt('append again', store)
    return
  }
}

const writer = attempt('create', () => createCapture(path, meta, { durable: true }))
if (writer !== null) {
  writeAll(writer)
  const wal = sizeOf('-wal')
  writer.close()
  tell({ wal, file: sizeOf(''), folded: sizeOf('-wal') === 0 })
}
