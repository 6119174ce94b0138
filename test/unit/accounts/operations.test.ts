import * as sdk from '@aws-sdk/client-kinesis'
import { expect, test } from 'vitest'
import { effectOf, operations } from '../../../electron/accounts/operations.ts'

test('every command of the SDK is classified, and nothing else', () => {
  const commands = Object.keys(sdk).flatMap((name) => (/^[A-Z]\w*Command$/.test(name) ? [name.replace(/Command$/, '')] : []))
  expect(Object.keys(operations).toSorted()).toEqual(commands.toSorted())
  expect(commands).toHaveLength(45)
})

test('what is called Get, List, Describe or Subscribe reads, all else writes', () => {
  for (const [name, effect] of Object.entries(operations)) {
    expect([name, effect]).toEqual([name, /^(?:Get|List|Describe|Subscribe)/.test(name) ? 'read' : 'write'])
  }
})

test('an operation that the table does not know counts as a write', () => {
  expect(effectOf('GetSomethingNew')).toBe('write')
  expect(effectOf('toString')).toBe('write')
})
