import { describe, expect, test } from 'vitest'
import { Watched } from '../../../electron/backend/watched.ts'

describe('a watched value', () => {
  test('gives the value as it is, then the newest after changes, and skips what came between', async () => {
    const watched = new Watched(0)
    const watch = watched.watch(undefined, 1)
    expect((await watch.next()).value).toBe(0)
    for (const value of [1, 2, 3]) watched.set(value)
    expect((await watch.next()).value).toBe(3)
  })

  test('ends after the last value', async () => {
    const watched = new Watched('reading')
    const seen: string[] = []
    const watching = (async () => {
      for await (const value of watched.watch(undefined, 1)) seen.push(value)
    })()
    watched.set('complete')
    watched.end()
    await watching
    expect(seen.at(-1)).toBe('complete')
  })

  test('a watch that begins after the end gives the last value and ends', async () => {
    const watched = new Watched(7)
    watched.end()
    const seen: number[] = []
    for await (const value of watched.watch(undefined, 1)) seen.push(value)
    expect(seen).toEqual([7])
  })

  test('an abort ends it while it waits', async () => {
    const stop = new AbortController()
    const watch = new Watched(1).watch(stop.signal, 1)
    await watch.next()
    const next = watch.next()
    stop.abort()
    expect((await next).done).toBe(true)
  })
})
