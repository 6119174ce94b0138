import { expect, test } from 'vitest'
import { ReadBudget, viewReadsPerSecond } from '../../../electron/backend/read-budget.ts'
import type { CaptureSession } from '../../../electron/capture/capture-session.ts'

test('views on one stream share its budget, others have their own', () => {
  const budget = new ReadBudget()
  const given = new Map<string, number>()
  const reader = (name: string) => ({ setBudget: (reads: number) => given.set(name, reads) }) as unknown as CaptureSession
  const [first, second, other] = [reader('first'), reader('second'), reader('other')]
  expect(budget.share('orders')).toBe(viewReadsPerSecond)
  budget.join('orders', first)
  expect(budget.share('orders')).toBe(viewReadsPerSecond / 2)
  budget.join('orders', second)
  budget.join('clicks', other)
  expect(given.get('first')! + given.get('second')!).toBe(viewReadsPerSecond)
  expect(given.get('other')).toBe(viewReadsPerSecond)
  budget.leave(first)
  expect(given.get('second')).toBe(viewReadsPerSecond)
})
