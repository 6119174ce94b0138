import type { FailureCode } from '#shared/model/error.ts'
import type { z } from 'zod'

/** What a script learns from the process: done, failed, used wrongly, interrupted. */
export const exitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** Failures that the command line itself brought about; another command line would not have them. */
const usage = new Set<z.infer<typeof FailureCode>>(['invalid-argument', 'bad-query', 'source-is-target'])

export function exitCodeOf(code: z.infer<typeof FailureCode>): number {
  return usage.has(code) ? exitCode.usage : exitCode.failed
}
