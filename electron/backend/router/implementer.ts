import { implement } from '@orpc/server'
import { contract } from '#shared/contract/contract.ts'
import { mapFailures, toContractError } from '../failures.ts'
import type { Services } from '../services.ts'

/** RPCs over this long go to the log with their name, never with what they carried. */
const slowRpcMs = 200

/** Implements the contract: failures become typed data, slow calls are told. */
export const api = implement(contract)
  .$context<Services>()
  .use(async ({ context, next, path }) => {
    const started = performance.now()
    try {
      const result = await next()
      const { output } = result
      return isIterator(output) ? { ...result, output: mapFailures(output, context.log) } : result
    } catch (error) {
      throw toContractError(error, context.log)
    } finally {
      const ms = performance.now() - started
      if (ms > slowRpcMs) context.log(`slow: ${path.join('.')} took ${ms.toFixed(0)} ms`)
    }
  })

function isIterator(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
