import { afterEach, expect, test, vi } from 'vitest'
import type { Client } from '#shared/contract/contract.ts'
import { KinescopeError } from '#shared/model/error.ts'
import type { RecordRow } from '#shared/model/record.ts'
import type { RowSetProgress } from '#shared/model/row-set.ts'
import { RowSet } from '../../../../renderer/data/row-set.ts'

const row = (id: number, arrival = id): RecordRow => ({
  id,
  shardId: 'shardId-000000000000',
  sequenceNumber: String(id),
  subsequence: 0,
  arrival,
  partitionKey: 'k',
  size: 1,
  summary: { kind: 'text', text: '', more: false },
})

/** A backend of one row set: rows are put in by the test, watchers are told. */
function fake(count: number) {
  const state = { rows: Array.from({ length: count }, (_, at) => row(at)), version: 1, opened: 0, closed: [] as string[], pages: [] as number[], isGone: false }
  const wake = new Set<() => void>()
  const progress = (): RowSetProgress => ({
    rowSetId: `set-${state.opened}`,
    version: state.version,
    matched: state.rows.length,
    scanned: state.rows.length,
    total: state.rows.length,
    blocksSkipped: 0,
    blocks: 0,
    timeReached: null,
    state: 'following',
  })
  const records = {
    openRows: async ({ query }: { query: string }) => {
      if (query === '(') throw new KinescopeError('bad-query', 'A bracket is not closed.', { position: 0 })
      state.opened += 1
      return progress()
    },
    watchRows: async (_input: unknown, { signal }: { signal: AbortSignal }) =>
      (async function* () {
        const own = progress().rowSetId
        while (!signal.aborted) {
          if (state.isGone && own === 'set-1') throw new KinescopeError('not-found', 'The rows are gone.')
          yield progress()
          await new Promise<void>((resolve) => {
            wake.add(resolve)
            signal.addEventListener('abort', () => resolve())
          })
        }
      })(),
    page: async ({ offset, limit }: { offset: number; limit: number }) => {
      state.pages.push(offset)
      return { version: state.version, matched: state.rows.length, rows: state.rows.slice(offset, offset + limit) }
    },
    closeRows: async ({ rowSetId }: { rowSetId: string }) => {
      state.closed.push(rowSetId)
    },
    stopRows: async () => undefined,
  }
  const tell = () => {
    state.version += 1
    for (const resolve of wake) resolve()
    wake.clear()
  }
  return { client: { records } as unknown as Client, state, tell }
}

let stop: () => void = () => undefined
afterEach(() => stop())

test('tells a new count only together with the rows at the end', async () => {
  const { client, state, tell } = fake(1_000)
  const set = new RowSet(client, 'c', '')
  stop = set.start()
  await vi.waitFor(() => expect(set.get().progress?.matched).toBe(1_000))
  set.show(970, 999, 30)
  await vi.waitFor(() => expect(set.row(999)?.id).toBe(999))
  const seen: boolean[] = []
  set.subscribe(() => {
    const matched = set.get().progress?.matched ?? 0
    seen.push(set.row(matched - 1)?.id === matched - 1)
  })
  for (let at = 0; at < 5; at += 1) {
    state.rows.push(row(state.rows.length))
    tell()
    await vi.waitFor(() => expect(set.get().progress?.matched).toBe(state.rows.length))
  }
  expect(seen.length).toBeGreaterThan(0)
  expect(seen.every(Boolean)).toBe(true)
})

test('pulls the pages in sight first, then those beside them, and nothing else', async () => {
  const { client, state } = fake(10_000)
  const set = new RowSet(client, 'c', '')
  stop = set.start()
  await vi.waitFor(() => expect(set.get().progress).not.toBeNull())
  set.show(640, 670, 0)
  await vi.waitFor(() => expect(set.row(670)?.id).toBe(670))
  await vi.waitFor(() => expect(state.pages).toEqual([640, 512, 576, 704, 768]))
  expect(set.row(5_000)).toBeUndefined()
})

test('finds the first row at or after a time', async () => {
  const { client } = fake(5_000)
  const set = new RowSet(client, 'c', '')
  stop = set.start()
  await vi.waitFor(() => expect(set.get().progress).not.toBeNull())
  await expect(set.indexOfTime(1_234)).resolves.toBe(1_234)
  await expect(set.indexOfTime(1_234.5)).resolves.toBe(1_235)
  await expect(set.indexOfTime(-1)).resolves.toBe(0)
  await expect(set.indexOfTime(99_999)).resolves.toBe(5_000)
})

test('a bad query is told with its position', async () => {
  const { client } = fake(1)
  const set = new RowSet(client, 'c', '(')
  stop = set.start()
  await vi.waitFor(() => expect(set.get().failure).toMatchObject({ code: 'bad-query', position: 0 }))
})

test('a set that the backend lost is opened anew', async () => {
  const { client, state, tell } = fake(10)
  const set = new RowSet(client, 'c', '')
  stop = set.start()
  await vi.waitFor(() => expect(set.get().progress?.rowSetId).toBe('set-1'))
  state.isGone = true
  tell()
  await vi.waitFor(() => expect(set.get().progress?.rowSetId).toBe('set-2'))
  expect(set.get().failure).toBeNull()
})

test('closes its set, and can be started again', async () => {
  const { client, state } = fake(10)
  const set = new RowSet(client, 'c', '')
  const close = set.start()
  await vi.waitFor(() => expect(set.get().progress).not.toBeNull())
  close()
  expect(state.closed).toEqual(['set-1'])
  expect(set.get().progress).toBeNull()
  stop = set.start()
  await vi.waitFor(() => expect(set.get().progress?.rowSetId).toBe('set-2'))
})
