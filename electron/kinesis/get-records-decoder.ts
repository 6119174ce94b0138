import { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { createBodyCollector } from './collect-body.ts'
import { readRecordsPage } from './get-records-page.ts'
import type { RecordsPage } from './get-records-page.ts'

/** The first answers are read both ways, and then every so manieth; those with records and those without are counted apart. */
const FIRST_CHECKED = 3
const CHECK_EVERY = 200

export interface RecordsDecoderOptions {
  /** Ours and the SDK's reading differed, and from now on only the SDK's is used. Says where, and nothing of the content. */
  onDifference: (where: string) => void
  /** The reading that is tried: for tests. */
  read?: (body: Buffer) => RecordsPage | null
}

interface Response {
  statusCode?: number
  headers?: Record<string, string | undefined>
  body?: unknown
}

/** One call's page as we read it. */
interface Reading {
  page: RecordsPage
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
export const withRecordsDecoder = <C extends KinesisClient>(client: C, { onDifference, read = readRecordsPage }: RecordsDecoderOptions): C => {
  const readings = new WeakMap<object, Reading>()
  const bodies = createBodyCollector()
  const counts = { full: 0, empty: 0 }
  let isTrusted = true

  const isDue = ({ Records }: RecordsPage): boolean => {
    const count = counts[Records?.length ? 'full' : 'empty']++
    return count < FIRST_CHECKED || count % CHECK_EVERY === 0
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
      const page = read(bytes)
      if (page === null) return result
      const isChecked = isDue(page)
      readings.set(context, { page, isChecked })
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
      if (!found.isChecked) Object.assign(output, found.page)
      else {
        const { $metadata: _, ...theirs } = output
        if (!isDeepStrictEqual(found.page, theirs)) differs(differenceOf(found.page, theirs))
      }
      return result
    },
    { step: 'deserialize', priority: 'high', name: 'kinescopeRecordsOutput', override: true },
  )
  return client
}
