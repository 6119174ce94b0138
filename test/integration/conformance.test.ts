import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differs } from './conformance/differs.ts'
import { readingCases } from './conformance/reading-cases.ts'
import { reshardCases } from './conformance/reshard-cases.ts'
import { streamCases } from './conformance/stream-cases.ts'
import { startSubject } from './conformance/subject.ts'
import type { Case, Subject, SubjectName } from './conformance/subject.ts'
import { writingCases } from './conformance/writing-cases.ts'

/**
 * What the reader relies on of Kinesis, asked of two servers that have no author in common: the model that the
 * schedules run against, and kinesis-local. Where one differs, `differs.ts` says so, and it is held to that too.
 */
const suites: Record<string, Case[]> = { reading: readingCases, reshards: reshardCases, writing: writingCases, streams: streamCases }

describe.each<SubjectName>(['the model', 'kinesis-local'])('%s', (name) => {
  let subject: Subject
  beforeAll(async () => {
    subject = await startSubject(name)
  })
  afterAll(() => subject[Symbol.asyncDispose]())

  for (const [suite, cases] of Object.entries(suites)) {
    describe(suite, () => {
      for (const { name: what, run } of cases) {
        const difference = differs[name][what]
        if (difference === undefined) it(what, () => run(subject))
        else it(`differs: ${what}: ${difference.does}`, () => expect(run(subject)).rejects.toThrow(difference.fails))
      }
    })
  }

  it('differs only in cases that there are', () => {
    const known = new Set(Object.values(suites).flatMap((cases) => cases.map((one) => one.name)))
    expect(Object.keys(differs[name]).filter((what) => !known.has(what))).toEqual([])
  })
})
