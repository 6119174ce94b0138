import { ORPCError, type ClientContext, type ClientLink } from '@orpc/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { KinescopeError, type Failure } from '#shared/model/error.ts'
import { connect } from '../../../../renderer/platform/connect.ts'
import type { Transport } from '../../../../renderer/platform/transport.ts'

type Call = ClientLink<ClientContext>['call']

/** A transport whose life the test decides. */
function transport(call: Call) {
  const ready = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  return { link: { call }, ready: ready.promise, closed: closed.promise, open: () => ready.resolve(), refuse: () => ready.reject(new Error('refused')), lose: () => closed.resolve() } satisfies Transport & Record<string, unknown>
}

const failure: Failure = { code: 'throttled', message: 'Too fast.', action: 'Wait.', retryable: true, requestId: 'r-1', position: null }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function* failing() {
  yield []
  throw new ORPCError('FAILED', { defined: true, status: 500, data: failure })
}

describe('connect', () => {
  test('a call waits until there is a transport', async () => {
    const made = transport(() => Promise.resolve('hello'))
    const { client, state } = connect(() => made)
    const answer = client.connections.list()
    expect(state()).toBe('connecting')
    made.open()
    expect(await answer).toBe('hello')
    expect(state()).toBe('open')
  })

  test('a waiting call ends with its signal', async () => {
    const made = transport(() => Promise.resolve(1))
    const { client } = connect(() => made)
    const abort = new AbortController()
    const answer = client.connections.list(undefined, { signal: abort.signal })
    abort.abort()
    await expect(answer).rejects.toThrow(/abort/i)
  })

  test('what was lost is made again, and says so meanwhile', async () => {
    const first = transport(() => Promise.resolve('first'))
    const second = transport(() => Promise.resolve('second'))
    const made = [first, second]
    const states: string[] = []
    const connected = connect(() => made.shift() ?? second)
    connected.watch(() => states.push(connected.state()))
    first.open()
    expect(await connected.client.connections.list()).toBe('first')
    first.lose()
    await vi.waitFor(() => expect(connected.state()).toBe('lost'))
    const answer = connected.client.connections.list()
    second.open()
    await vi.advanceTimersByTimeAsync(250)
    expect(await answer).toBe('second')
    expect(states).toEqual(['open', 'lost', 'open'])
  })

  test('tries again after longer and longer waits, or at once when told to', async () => {
    let opened = 0
    const connected = connect(() => {
      opened += 1
      const made = transport(() => Promise.resolve(null))
      made.refuse()
      return made
    })
    await vi.advanceTimersByTimeAsync(0)
    expect(opened).toBe(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(opened).toBe(2)
    await vi.advanceTimersByTimeAsync(900)
    expect(opened).toBe(2)
    connected.retryNow()
    await vi.advanceTimersByTimeAsync(0)
    expect(opened).toBe(3)
  })

  test('a typed failure comes out as a KinescopeError with all that it carries', async () => {
    const made = transport(() => Promise.reject(new ORPCError('FAILED', { defined: true, status: 500, data: failure })))
    made.open()
    const error: unknown = await connect(() => made).client.connections.list().catch((error: unknown) => error)
    expect(error).toBeInstanceOf(KinescopeError)
    expect((error as KinescopeError).failure).toEqual(failure)
  })

  test('a call that was under way when the transport broke may be tried again', async () => {
    const made = transport(() => Promise.reject(new Error('[AsyncIdQueue] Queue[3] was closed')))
    made.open()
    const error: unknown = await connect(() => made).client.connections.list().catch((error: unknown) => error)
    expect((error as KinescopeError).failure).toMatchObject({ code: 'connection-refused', retryable: true, message: 'The connection to the console was lost.' })
  })

  test('a failure in the middle of a subscription is rebuilt as well', async () => {
    const made = transport(() => Promise.resolve(failing()))
    made.open()
    const iterator = (await connect(() => made).client.connections.watch())[Symbol.asyncIterator]()
    expect((await iterator.next()).value).toEqual([])
    await expect(iterator.next()).rejects.toMatchObject({ failure: { code: 'throttled' } })
  })
})
