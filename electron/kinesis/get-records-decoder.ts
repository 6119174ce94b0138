import { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { createBodyCollector } from './collect-body.ts'
import { readColumns } from './get-records-columns.ts'
import { readRecordsPage } from './get-records-page.ts'
import type { RecordsPage } from './get-records-page.ts'
import { holdColumns, sdkRecordsFrom } from './page-columns.ts'
import type { RecordColumns } from './page-columns.ts'

/** The first answers are read both ways, and then every so manieth; those with records and those without are counted apart. */
const FIRST_CHECKED = 3
/** Or fewer, where so many records were compared: the SDK takes a tenth of a second for a full answer. */
const FIRST_RECORDS = 2000
/** Smaller answers are read record by record, as nothing is won by columns. */
const COLUMN_BYTES = 64 * 1024
const CHECK_EVERY = 200

export interface RecordsDecoderOptions {
  /** Ours and the SDK's reading differed, and from now on only the SDK's is used. Says where, and nothing of the content. */
  onDifference: (where: string) => void
  /** The reading that is tried: for tests. */
  read?: (body: Buffer) => RecordsPage | null
  /** Memory for the data of a large page: all of a buffer's own. */
  room?: (size: number) => Buffer
}

interface Response {
  statusCode?: number
  headers?: Record<string, string | undefined>
  body?: unknown
}

/** One call's page as we read it. */
interface Reading {
  page: RecordsPage
  /** Its records where they are not in the page; they hold the data in memory of their own. */
  columns: RecordColumns | null
  isChecked: boolean
}

const lengthOf = ({ headers }: Response): number | null => {
  const length = Number(headers?.['content-length'])
  return Number.isSafeInteger(length) && length >= 0 ? length : null
}

/** The member that differs, by its name and place. */
const differenceOf = (ours: RecordsPage, theirs: Record<string, unknown>): string => {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  for (const name of names) if (!isDeepStrictEqual(ours[name as keyof RecordsPage], theirs[name])) return name
  return 'nothing'
}

/**
 * Makes the client read the answers of GetRecords by `readRecordsPage`, several times as fast as the SDK, with the same output. Whatever
 * that does not know, errors among it, is the SDK's to read. The first answers, and some of the later ones, are read both ways: at the
 * first difference the SDK's reading is used for good. Returns the client.
 */
export const withRecordsDecoder = <C extends KinesisClient>(client: C, { onDifference, read, room = Buffer.allocUnsafeSlow }: RecordsDecoderOptions): C => {
  const readings = new WeakMap<object, Reading>()
  const bodies = createBodyCollector()
  const counts = { full: 0, empty: 0 }
  let compared = 0
  let isTrusted = true

  const readOf = (bytes: Buffer): Omit<Reading, 'isChecked'> | null => {
    const found = read === undefined && bytes.length >= COLUMN_BYTES ? readColumns(bytes, room) : null
    if (found !== null) {
      const { columns, ...page } = found
      return { page, columns }
    }
    const page = (read ?? readRecordsPage)(bytes)
    return page === null ? null : { page, columns: null }
  }
  const isDue = ({ page, columns }: Omit<Reading, 'isChecked'>): boolean => {
    const records = columns?.dataEnds.length ?? page.Records?.length ?? 0
    const count = counts[records > 0 ? 'full' : 'empty']++
    if (count % CHECK_EVERY !== 0 && (count >= FIRST_CHECKED || compared >= FIRST_RECORDS)) return false
    compared += records
    return true
  }
  const taken = (context: object): Reading | undefined => {
    const found = readings.get(context)
    readings.delete(context)
    return found
  }
  const differs = (where: string) => {
    if (isTrusted) onDifference(where)
    isTrusted = false
  }

  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      const response = result.response as Response
      if (context['commandName'] !== 'GetRecordsCommand' || !isTrusted || response.statusCode !== 200) return result
      const { body } = response
      if (!(body instanceof Readable)) return result
      const bytes = await bodies.collect(body, lengthOf(response))
      response.body = bytes
      const found = readOf(bytes)
      if (found === null) return result
      const isChecked = isDue(found)
      readings.set(context, { ...found, isChecked })
      if (!isChecked) {
        // The SDK makes an output of it that has the metadata and nothing else.
        response.body = new Uint8Array(0)
        bodies.giveBack(bytes)
      }
      return result
    },
    // The innermost of its step: before the SDK's deserializer sees the body.
    { step: 'deserialize', priority: 'low', name: 'kinescopeRecordsBody', override: true },
  )
  client.middlewareStack.add(
    (next, context) => async (args) => {
      let result: Awaited<ReturnType<typeof next>>
      try {
        result = await next(args)
      } catch (error) {
        if (taken(context)) differs('an answer that the SDK refuses')
        throw error
      }
      const found = taken(context)
      if (found === undefined) return result
      const output = result.output as { $metadata: unknown }
      const { page, columns, isChecked } = found
      if (!isChecked) {
        Object.assign(output, page)
        if (columns !== null) holdColumns(output, columns)
      } else {
        const { $metadata: _, ...theirs } = output
        const ours = columns === null ? page : { ...page, Records: sdkRecordsFrom(columns) }
        if (!isDeepStrictEqual(ours, theirs)) differs(differenceOf(ours, theirs))
      }
      return result
    },
    { step: 'deserialize', priority: 'high', name: 'kinescopeRecordsOutput', override: true },
  )
  return client
}
