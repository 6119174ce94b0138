import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KinescopeError } from '#shared/model/error.ts'
import { createLiveStore } from '../../../../renderer/data/live-store.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

async function* values(...all: number[]) {
  yield* all
}
const broken = () => new KinescopeError('connection-refused', 'lost', { retryable: true })

test('one subscription serves all, and is aborted when the last has gone', async () => {
  const signals: AbortSignal[] = []
  const store = createLiveStore(async (signal) => {
    signals.push(signal)
    return (async function* () {
      yield 1
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    })()
  })
  const first = store.subscribe(() => undefined)
  const second = store.subscribe(() => undefined)
  await vi.advanceTimersByTimeAsync(1)
  expect(signals).toHaveLength(1)
  expect(store.get()).toMatchObject({ value: 1, state: 'live' })
  first()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(signals[0]?.aborted).toBe(false)
  second()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(signals[0]?.aborted).toBe(true)
})

test('is opened again after the transport broke, and keeps its value meanwhile', async () => {
  let opened = 0
  const store = createLiveStore(async () => {
    opened += 1
    if (opened === 2) throw broken()
    return opened === 1
      ? (async function* () {
          yield 1
          throw broken()
        })()
      : values(2)
  })
  store.subscribe(() => undefined)
  await vi.advanceTimersByTimeAsync(1)
  expect(store.get()).toMatchObject({ value: 1, state: 'retrying', failure: { code: 'connection-refused' } })
  await vi.advanceTimersByTimeAsync(250 + 500 + 10)
  expect(opened).toBe(3)
  expect(store.get()).toMatchObject({ value: 2, state: 'ended', failure: null })
})

test('a failure that trying again can not help ends it', async () => {
  let opened = 0
  const store = createLiveStore<number>(async () => {
    opened += 1
    throw new KinescopeError('not-found', 'gone')
  })
  store.subscribe(() => undefined)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(opened).toBe(1)
  expect(store.get()).toMatchObject({ state: 'failed', failure: { code: 'not-found' } })
})

test('who comes right back finds the same subscription', async () => {
  let opened = 0
  const store = createLiveStore(async (signal) => {
    opened += 1
    return (async function* () {
      yield opened
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    })()
  })
  store.subscribe(() => undefined)()
  store.subscribe(() => undefined)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(opened).toBe(1)
})

test('one that has ended is asked again by who knows that there is more, and keeps its value until then', async () => {
  let opened = 0
  const store = createLiveStore(async () => {
    opened += 1
    return values(opened)
  })
  store.renew()
  store.subscribe(() => undefined)
  await vi.advanceTimersByTimeAsync(1)
  expect(store.get()).toMatchObject({ value: 1, state: 'ended' })
  store.renew()
  expect(store.get()).toMatchObject({ value: 1, state: 'connecting' })
  store.renew()
  await vi.advanceTimersByTimeAsync(1)
  expect([opened, store.get().value]).toEqual([2, 2])
})
