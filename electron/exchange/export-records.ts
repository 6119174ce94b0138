import { type FileHandle, open } from 'node:fs/promises'
import { stringify } from 'csv-stringify/sync'
import type { ExportedRecord } from '#shared/model/record.ts'
import { printable } from '#shared/model/printable.ts'
import { type RecordToExport, toExported } from './exported-record.ts'
import { fileFailure } from './file-failure.ts'
import { jsonLine } from './json-line.ts'
import { beginFile } from './placed-file.ts'

export type ExportFormat = 'ndjson' | 'csv'

const columns = [
  'shardId',
  'sequenceNumber',
  'subsequence',
  'arrival',
  'partitionKey',
  'explicitHashKey',
  'data',
  'encoding',
] as const satisfies readonly (keyof ExportedRecord)[]

/** What comes before the records. */
export function exportHead(format: ExportFormat): string {
  return format === 'csv' ? stringify([columns.slice()]) : ''
}

/**
 * Records as text. NDJSON is exact: `importRecords` brings the same records back. CSV is for
 * spreadsheets: a cell that one would take for a formula (it begins with = + - @ or a tab) gets
 * an apostrophe in front, and control characters other than newline and tab, and bidi
 * controls, become `\u` escapes; so where a cell must come back exactly, take NDJSON, which has
 * the tags of KPL records too.
 */
export function exportText(records: readonly RecordToExport[], format: ExportFormat): string {
  if (format === 'ndjson') return records.map((record) => `${jsonLine(toExported(record))}\n`).join('')
  const rows = records.map((record) => {
    const exported = toExported(record)
    return { ...exported, partitionKey: printable(exported.partitionKey), data: printable(exported.data) }
  })
  return stringify(rows, { columns: columns.slice(), escape_formulas: true })
}

/**
 * Writes records to a new file, which appears at `path` when it is whole. Yields after each
 * batch how many are written. Ending the iteration early, or an abort, leaves nothing behind.
 * Throws `file-exists`, `disk-full`, `file-system`.
 */
export async function* exportRecords(
  source: AsyncIterable<readonly RecordToExport[]>,
  { path, format, signal }: { path: string; format: ExportFormat; signal?: AbortSignal | undefined },
): AsyncGenerator<{ written: number; done: boolean }, void, void> {
  const file = await beginFile(path)
  let written = 0
  try {
    const handle = await open(file.temporary, 'wx', 0o600).catch((error: unknown) => {
      throw fileFailure(error, 'write', path)
    })
    try {
      await append(handle, path, exportHead(format))
      for await (const records of source) {
        signal?.throwIfAborted()
        if (records.length === 0) continue
        await append(handle, path, exportText(records, format))
        written += records.length
        yield { written, done: false }
      }
    } finally {
      await handle.close()
    }
    signal?.throwIfAborted()
    await file.place()
  } finally {
    await file.discard()
  }
  yield { written, done: true }
}

async function append(handle: FileHandle, path: string, text: string): Promise<void> {
  if (text === '') return
  try {
    await handle.appendFile(text)
  } catch (error) {
    throw fileFailure(error, 'write', path)
  }
}
