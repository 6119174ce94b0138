import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Failure, KinescopeError } from '#shared/model/error.ts'

export { firstArrival, meta, noise, range, record, shard, write } from './records.ts'

/** A folder that goes with the test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What an act fails with, as a person would be told; null if it does not fail. */
export function failureOf(act: () => unknown): Failure | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof KinescopeError) return error.failure
    throw error
  }
}

/** Path of a script beside the tests that runs in a process of its own. */
export function script(name: string): string {
  return new URL(name, import.meta.url).pathname
}
