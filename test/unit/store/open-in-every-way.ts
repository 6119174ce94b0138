import { KinescopeError } from '#shared/model/error.ts'
import { openCapture } from '../../../electron/store/capture-reader.ts'
import { continueCapture, createCapture } from '../../../electron/store/capture-writer.ts'
import { salvageCapture } from '../../../electron/store/salvage.ts'
import { verifyCapture } from '../../../electron/store/verify.ts'
import { meta } from './records.ts'

/**
 * Opens a capture in every way, for tests of what this user may do: prints a line of JSON of what each brought, a number
 * of records or a failure. Arguments are its path, that of a new one, and where to salvage it to.
 */
const [path = '', fresh = '', out = ''] = process.argv.slice(2)

async function attempt(run: () => unknown): Promise<unknown> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof KinescopeError) return error.failure
    throw error
  }
}

const results = {
  read: await attempt(() => {
    using reader = openCapture(path)
    return reader.rows(1, reader.lastRow()).length
  }),
  verify: await attempt(() => {
    const { ok, records } = verifyCapture(path)
    return ok ? records : 'damaged'
  }),
  continue: await attempt(() => {
    using writer = continueCapture(path, { durable: true })
    return writer.counters().records
  }),
  create: await attempt(() => {
    createCapture(fresh, meta, { durable: true }).close()
    return 0
  }),
  salvage: await attempt(async () => {
    let salvaged = 0
    for await (const { records } of salvageCapture({ path, out })) salvaged = records
    return salvaged
  }),
}
process.stdout.write(JSON.stringify(results))
