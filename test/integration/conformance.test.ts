import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differs } from './conformance/differs.ts'
import { consumerCases, subscriptionCases, subscriptionRuleCases } from './conformance/fan-out-cases.ts'
import { readingCases, readingLimitCases } from './conformance/reading-cases.ts'
import { reshardCases, tokenCases } from './conformance/reshard-cases.ts'
import { streamCases } from './conformance/stream-cases.ts'
import { startSubject } from './conformance/subject.ts'
import type { Case, Subject, SubjectName } from './conformance/subject.ts'
import { writingCases } from './conformance/writing-cases.ts'

/**
 * What the reader relies on of Kinesis, asked of two servers that have no author in common: the model that the
 * schedules run against, and kinesis-local. Where one differs, `differs.ts` says so, and it is held to that too.
 */
const suites: { suite: string; cases: Case[]; isConcurrent?: boolean }[] = [
  { suite: 'reading', cases: readingCases, isConcurrent: true },
  { suite: 'reshards', cases: reshardCases, isConcurrent: true },
  { suite: 'writing', cases: writingCases, isConcurrent: true },
  { suite: 'streams', cases: streamCases, isConcurrent: true },
  { suite: 'consumers', cases: consumerCases },
  { suite: 'subscriptions', cases: subscriptionCases, isConcurrent: true },
  { suite: 'limits and time', cases: [...readingLimitCases, ...tokenCases, ...subscriptionRuleCases] },
]

describe.each<SubjectName>(['the model', 'kinesis-local'])('%s', (name) => {
  let subject: Subject
  beforeAll(async () => {
    subject = await startSubject(name)
  })
  afterAll(() => subject[Symbol.asyncDispose]())

  for (const { suite, cases, isConcurrent = false } of suites) {
    describe(suite, { concurrent: isConcurrent }, () => {
      for (const { name: what, run } of cases) {
        const difference = differs[name][what]
        if (difference === undefined) it(what, () => run(subject))
        else it(`differs: ${what}: ${difference.does}`, () => expect(run(subject)).rejects.toThrow(difference.fails))
      }
    })
  }

  it('differs only in cases that there are', () => {
    const known = new Set(suites.flatMap(({ cases }) => cases.map((one) => one.name)))
    expect(Object.keys(differs[name]).filter((what) => !known.has(what))).toEqual([])
  })
})
