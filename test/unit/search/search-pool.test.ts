import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RECORD_HEAD } from '../../../shared/model/record.ts'
import type { RowSetProgress } from '../../../shared/model/row-set.ts'
import { SearchPool } from '../../../electron/search/search-pool.ts'
import type { ScannedRecord } from '../../../electron/search/search-pool.ts'
import type { CaptureWriter } from '../../../electron/store/capture-writer.ts'
import { isMatch } from './brute-force.ts'
import type { PlainRecord } from './brute-force.ts'
import { append, captureFolder, inOrder, makeCapture } from './made-captures.ts'
import type { SomeRecord } from './made-captures.ts'

const worker = new URL('../../../electron/search/search-worker.ts', import.meta.url)
const { folder, remove } = captureFolder()
// Starting threads takes most of the time of these tests: they share a pool.
const pool = new SearchPool({ worker, size: 2 })
afterAll(async () => {
  await pool.close()
  remove()
})

const record = (at: number, arrival = (at * 7919) % 2000): SomeRecord => ({
  data: Buffer.from(`{"n":${at},"word":"${at % 7 === 0 ? 'Seventh' : 'other'}"}`),
  partitionKey: `key-${at % 5}`,
  shard: at % 4,
  arrival,
})
const records = Array.from({ length: 2000 }, (_, at) => record(at))

let files = 0
let path = ''
let writer: CaptureWriter
let stored: PlainRecord[] = []

beforeEach(() => {
  path = join(folder, `${files++}.kinescope`)
  writer = makeCapture(path)
  stored = append(writer, records, 1)
})
afterEach(async () => {
  await pool.forget(path)
  writer.close()
})

const settled = async (rowSetId: string, isSettled: (progress: RowSetProgress) => boolean): Promise<RowSetProgress> => {
  for await (const progress of pool.watchRows(rowSetId, AbortSignal.timeout(10_000))) if (isSettled(progress)) return progress
  throw new Error('the rows never settled')
}
const pageIds = async (rowSetId: string, offset: number, limit: number): Promise<number[]> => (await pool.page(rowSetId, offset, limit)).rows.map(({ id }) => id)
const seventh = (rows: readonly PlainRecord[]): number[] => inOrder(rows.filter((row) => isMatch({ is: 'equals', path: 'word', value: 'seventh', quoted: false }, row)))
const scanned = async (query: string, choices: Partial<Parameters<SearchPool['scan']>[2]> = {}): Promise<ScannedRecord[]> => {
  const all: ScannedRecord[] = []
  for await (const batch of pool.scan(path, query, { order: 'oldest', limit: null, follow: false, ...choices })) all.push(...batch.records)
  return all
}

describe('rows', () => {
  test('of a query are its matches by arrival, in pages', async () => {
    const { rowSetId } = await pool.openRows(path, 'word:seventh')
    const expected = seventh(stored)
    const progress = await settled(rowSetId, ({ state }) => state === 'done')
    expect(progress).toMatchObject({ matched: expected.length, scanned: 2000, total: 2000, state: 'done' })
    expect(await pageIds(rowSetId, 0, 100)).toEqual(expected.slice(0, 100))
    expect(await pageIds(rowSetId, 250, 500)).toEqual(expected.slice(250))
    expect(await pageIds(rowSetId, 5000, 10)).toEqual([])
    const { rows, version } = await pool.page(rowSetId, 0, 1)
    expect(version).toBe(progress.version)
    const first = stored.find(({ id }) => id === expected[0])!
    expect(rows[0]).toEqual({
      id: first.id,
      shardId: first.shardId,
      sequenceNumber: first.sequenceNumber,
      subsequence: 0,
      arrival: first.arrival,
      partitionKey: first.partitionKey,
      size: first.data.length,
      summary: { kind: 'fields', fields: [{ name: 'n', value: String(first.id - 1), type: 'number' }, { name: 'word', value: 'Seventh', type: 'string' }], more: false },
    })
  })

  test('without a query are all, and need no scan', async () => {
    const progress = await pool.openRows(path, '')
    expect(progress).toMatchObject({ matched: 2000, scanned: 2000, total: 2000, state: 'done' })
    expect(await pageIds(progress.rowSetId, 1000, 50)).toEqual(inOrder(stored).slice(1000, 1050))
  })

  test('follow a file that grows, also where new records arrived earlier', async () => {
    const all = await pool.openRows(path, '')
    const some = await pool.openRows(path, 'word:seventh')
    for (let round = 0; round < 5; round++) {
      stored.push(...append(writer, Array.from({ length: 60 }, (_, at) => record(at, at % 2 === 0 ? at * 30 : 4000 + round * 60 + at)), stored.length + 1))
      pool.changed(path)
      const expected = seventh(stored)
      await settled(some.rowSetId, ({ matched, state }) => matched === expected.length && state === 'following')
      expect(await pageIds(some.rowSetId, 0, 500)).toEqual(expected)
      await settled(all.rowSetId, ({ matched }) => matched === stored.length)
      expect(await pageIds(all.rowSetId, stored.length - 100, 100)).toEqual(inOrder(stored).slice(-100))
    }
  })

  test('miss nothing that is written while they are scanned', async () => {
    pool.changed(path)
    const opening = pool.openRows(path, 'word:seventh')
    for (let round = 0; round < 10; round++) {
      stored.push(...append(writer, [record(7), record(8)], stored.length + 1))
      pool.changed(path)
    }
    const { rowSetId } = await opening
    await settled(rowSetId, ({ scanned, state }) => scanned === stored.length && state === 'following')
    expect(await pageIds(rowSetId, 0, 500)).toEqual(seventh(stored))
  })

  test('lose what a ring drops', async () => {
    const { rowSetId } = await pool.openRows(path, 'word:seventh')
    await settled(rowSetId, ({ state }) => state === 'done')
    writer.capTo(1)
    const kept = writer.counters().records
    expect(kept).toBeLessThan(2000)
    pool.changed(path)
    const expected = seventh(stored.slice(-kept))
    await settled(rowSetId, ({ matched, total, scanned }) => matched === expected.length && total === kept && scanned === kept)
    expect(await pageIds(rowSetId, 0, 500)).toEqual(expected)
  })

  test('come with a histogram of all records and of the matches', async () => {
    const { rowSetId } = await pool.openRows(path, 'word:seventh')
    await settled(rowSetId, ({ state }) => state === 'done')
    const { from, width, counts, matches } = await pool.histogram(rowSetId, 10)
    const expected = (rows: readonly PlainRecord[]): number[] => counts.map((_, at) => rows.filter(({ arrival }) => Math.floor((arrival - from) / width) === at).length)
    expect(counts).toEqual(expected(stored))
    const ids = new Set(seventh(stored))
    expect(matches).toEqual(expected(stored.filter(({ id }) => ids.has(id))))
    const { rowSetId: all } = await pool.openRows(path, '')
    expect(await pool.histogram(all, 10)).toEqual({ from, width, counts, matches: counts })
  })

  test('can be stopped, and then follow nothing', async () => {
    const { rowSetId } = await pool.openRows(path, 'word:seventh')
    await pool.stopRows(rowSetId)
    const { matched } = await settled(rowSetId, ({ state }) => state === 'stopped')
    append(writer, [record(7)], stored.length + 1)
    pool.changed(path)
    expect(await pool.page(rowSetId, 0, 1)).toMatchObject({ matched })
  })

  test('end their watchers when they are closed, and are not found any more', async () => {
    const { rowSetId } = await pool.openRows(path, '')
    const states: string[] = []
    const watching = (async () => {
      for await (const { state } of pool.watchRows(rowSetId)) states.push(state)
    })()
    await vi.waitFor(() => expect(states).toEqual(['done']))
    await pool.closeRows(rowSetId)
    await watching
    await expect(pool.page(rowSetId, 0, 1)).rejects.toMatchObject({ code: 'not-found' })
    await expect(pool.closeRows(rowSetId)).resolves.toBeUndefined()
  })

  test('are refused for a bad query and for what is no capture', async () => {
    await expect(pool.openRows(path, 'a AND (b')).rejects.toMatchObject({ failure: { code: 'bad-query', position: 6 } })
    await expect(pool.openRows(join(folder, 'absent'), '')).rejects.toMatchObject({ code: 'file-system' })
    const text = join(folder, 'text.txt')
    writeFileSync(text, 'hello, I am text and no database')
    await expect(pool.openRows(text, '')).rejects.toMatchObject({ code: 'not-a-capture' })
  })

  test('let go of a file that is forgotten', async () => {
    const { rowSetId } = await pool.openRows(path, 'word:seventh')
    const scan = scanned('', { follow: true })
    const stopped = expect(scan).rejects.toMatchObject({ code: 'cancelled' })
    await pool.count(path, 'n:5')
    writer.close()
    await pool.forget(path)
    await stopped
    expect(existsSync(`${path}-wal`)).toBe(false)
    rmSync(path)
    await expect(pool.page(rowSetId, 0, 1)).rejects.toMatchObject({ code: 'not-found' })
    writer = makeCapture(path)
    append(writer, [record(7)], 1)
    expect(await pool.count(path, '')).toEqual({ count: 1, scanned: 1 })
  })
})

describe('a scan', () => {
  test('gives whole records in either order, up to a limit', async () => {
    const expected = inOrder(stored)
    const all = await scanned('')
    expect(all.map(({ id }) => id)).toEqual(expected)
    for (const { id, data, ...rest } of all.slice(0, 300)) {
      const { data: bytes, text: _text, id: _id, ...others } = stored[id - 1]!
      expect(Buffer.from(data).equals(bytes)).toBe(true)
      expect(rest).toEqual({ ...others, subsequence: 0, explicitHashKey: null })
    }
    expect((await scanned('word:seventh', { order: 'newest', limit: 5 })).map(({ id }) => id)).toEqual(seventh(stored).toReversed().slice(0, 5))
  })

  test('up to a row finds the same however the file grows, and so does its count', async () => {
    const lastRow = 777
    const expected = inOrder(stored.filter((_, at) => at < lastRow))
    append(writer, [record(1), record(2)], stored.length + 1)
    expect((await scanned('', { lastRow })).map(({ id }) => id)).toEqual(expected)
    expect(await pool.count(path, '', { lastRow })).toEqual({ count: lastRow, scanned: lastRow })
    expect(await pool.lastRow(path)).toBe(stored.length + 2)
  })

  test('waits for its consumer', async () => {
    const big = Array.from({ length: 40 }, (_, at) => ({ ...record(at), data: Buffer.alloc(600_000, at) }))
    append(writer, big, stored.length + 1)
    let batches = 0
    for await (const { records: batch } of pool.scan(path, '_size:>1000', { order: 'oldest', limit: null, follow: false })) {
      if (batch.length > 0) batches++
      expect(batch.reduce((sum, { data }) => sum + data.length, 0)).toBeLessThanOrEqual(1024 * 1024)
      if (batches === 3) break
    }
    expect(batches).toBe(3)
    expect(await pool.count(path, '_size:>1000')).toEqual({ count: 40, scanned: 2040 })
  })

  test('goes on with what comes in when it follows', async () => {
    const abort = new AbortController()
    const ids: number[] = []
    const following = (async () => {
      for await (const batch of pool.scan(path, 'word:seventh', { order: 'oldest', limit: null, follow: true, signal: abort.signal })) ids.push(...batch.records.map(({ id }) => id))
    })()
    const stopped = expect(following).rejects.toMatchObject({ code: 'cancelled' })
    await vi.waitFor(() => expect(ids).toEqual(seventh(stored)), 5000)
    append(writer, [record(7), record(8), record(14, 1)], 2001)
    pool.changed(path)
    await vi.waitFor(() => expect(ids.slice(-2)).toEqual([2003, 2001]), 5000)
    abort.abort()
    await stopped
  })

  test('and a count end at once when their signal has aborted', async () => {
    const signal = AbortSignal.abort()
    await expect(scanned('', { signal })).rejects.toMatchObject({ code: 'cancelled' })
    await expect(pool.count(path, 'x', { signal })).rejects.toMatchObject({ code: 'cancelled' })
    await expect(scanned('a:')).rejects.toMatchObject({ code: 'bad-query' })
    await expect(pool.count(path, 'a:')).rejects.toMatchObject({ code: 'bad-query' })
  })
})

const steps = async (id: number) => (await pool.detail(path, id)).steps

describe('a record', () => {
  test('is shown with its steps, hash and bytes', async () => {
    const json = JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [] })
    append(writer, [{ ...record(0), data: gzipSync(json), partitionKey: 'ключ' }], 2001)
    const detail = await pool.detail(path, 2001)
    expect(detail).toMatchObject({
      id: 2001,
      text: json,
      textTruncated: false,
      dataTruncated: false,
      format: 'json',
      hash: createHash('md5').update('ключ').digest('hex'),
    })
    expect(detail.steps.map(({ name }) => name)).toEqual(['Kinesis record', 'gzip', 'JSON'])
    expect(Buffer.from(detail.dataBase64, 'base64').equals(gzipSync(json))).toBe(true)
    await expect(pool.detail(path, 99_999)).rejects.toMatchObject({ code: 'not-found' })
    await expect(pool.bytes(path, 99_999, 0, 1)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('that is large is cut, and read on by its bytes', async () => {
    const data = Buffer.from(`"${'0123456789'.repeat(100_000)}"`)
    append(writer, [{ ...record(0), data }], 2001)
    const detail = await pool.detail(path, 2001)
    expect(detail).toMatchObject({ dataTruncated: true, textTruncated: true, size: data.length, format: 'json' })
    expect(detail.text).toHaveLength(RECORD_HEAD)
    const more = await pool.bytes(path, 2001, RECORD_HEAD, 1000)
    expect(more.size).toBe(data.length)
    expect(Buffer.from(more.dataBase64, 'base64').equals(data.subarray(RECORD_HEAD, RECORD_HEAD + 1000))).toBe(true)
  })

  test('of an aggregate says which one it is', async () => {
    const checkpoint = { sequenceNumber: null, ended: false, heldFrom: null }
    const shared = { sequenceNumber: '777', arrival: 1, partitionKey: 'a', explicitHashKey: 'not a number', data: Buffer.from('x'), text: null }
    writer.append([{ shardId: stored[0]!.shardId, records: [0, 1, 2].map((subsequence) => ({ ...shared, subsequence })), checkpoint }], [])
    expect((await steps(2002))[1]).toEqual({ name: 'KPL aggregate', note: 'record 2 of 3, MD5 good', size: 1, failure: null })
    expect((await steps(2001))[1]).toMatchObject({ note: 'record 1 of 3, MD5 good' })
    expect((await steps(1)).map(({ name }) => name)).toEqual(['Kinesis record', 'JSON'])
  })
})

test('a worker that dies fails what was under way, with an explanation, and is replaced', async () => {
  const code = `import { parentPort } from 'node:worker_threads'
    parentPort.on('message', (message) => {
      if (message.name === 'extent') process.exit(7)
      if (message.kind === 'call') parentPort.postMessage({ kind: 'result', id: message.id, value: { rowSetId: message.input.rowSetId, version: 1, steps: [] } })
    })`
  await using dying = new SearchPool({ worker: new URL(`data:text/javascript,${encodeURIComponent(code)}`), size: 1 })
  const { rowSetId } = await dying.openRows('x', '')
  const watched = (async () => {
    for await (const _ of dying.watchRows(rowSetId));
  })()
  const watchFails = expect(watched).rejects.toMatchObject({ code: 'internal' })
  const scanning = (async () => {
    for await (const _ of dying.scan('x', '', { order: 'oldest', limit: null, follow: false }));
  })()
  const scanFails = expect(scanning).rejects.toMatchObject({ code: 'internal' })
  await expect(dying.count('x', '')).rejects.toMatchObject({ failure: { code: 'internal', retryable: true, message: 'The search thread has stopped: it ended with code 7.' } })
  await watchFails
  await scanFails
  await expect(dying.page(rowSetId, 0, 1)).rejects.toMatchObject({ code: 'not-found' })
  await expect(dying.detail('x', 1)).resolves.toBeDefined()
})
