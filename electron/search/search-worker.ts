import { setImmediate as nextTurn } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { KinescopeError } from '#shared/model/error.ts'
import { cancelled, failureOf, noSuchRows } from './failure-of.ts'
import type { CallName, Calls, FromWorker, ToWorker } from './messages.ts'
import { OpenFiles } from './open-files.ts'
import { parseQuery } from '../query/parse-query.ts'
import { detailOf } from './record-view.ts'
import { RowSet } from './row-set.ts'
import { countMatches } from './scan.ts'
import { ScanJob } from './scan-job.ts'

// The entry of a search worker: it answers what `SearchPool` asks (messages.ts), with readers of its own.
const port = parentPort
if (port === null) throw new Error('search-worker runs in a worker thread')

const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

const files = new OpenFiles((name, ms) => send({ kind: 'slow', name, ms }))
const rowSets = new Map<string, { path: string; rows: RowSet }>()
const scans = new Map<number, ScanJob>()
const counts = new Map<number, { path: string; abort: AbortController }>()

const rowsOf = (rowSetId: string): RowSet => {
  const entry = rowSets.get(rowSetId)
  if (entry === undefined) throw noSuchRows()
  return entry.rows
}

const closeRows = (rowSetId: string): void => {
  rowSets.get(rowSetId)?.rows[Symbol.dispose]()
  if (rowSets.delete(rowSetId)) send({ kind: 'closed', rowSetId })
}

const noSuchRecord = (): KinescopeError =>
  new KinescopeError('not-found', 'This record is no longer in the capture.', { action: 'Refresh the rows: a view keeps only its newest records.' })

/** Ends all that reads a file; it lets go of it with its next turn at the latest. */
const endReadersOf = async (isMeant: (path: string) => boolean): Promise<void> => {
  for (const [rowSetId, { path }] of rowSets) if (isMeant(path)) closeRows(rowSetId)
  for (const job of scans.values()) if (isMeant(job.path)) job.stop()
  for (const { path, abort } of counts.values()) if (isMeant(path)) abort.abort()
  await nextTurn()
}

type Handlers = { [Name in CallName]: (input: Calls[Name]['input'], id: number) => Calls[Name]['output'] | Promise<Calls[Name]['output']> }

const handlers: Handlers = {
  async openRows({ rowSetId, path, query, isLive }) {
    const parsed = parseQuery(query)
    const rows = new RowSet({ rowSetId, file: files.use(path), query: parsed, isLive, publish: (progress) => send({ kind: 'progress', progress }) })
    rowSets.set(rowSetId, { path, rows })
    try {
      return await rows.open()
    } catch (error) {
      closeRows(rowSetId)
      throw error
    }
  },
  page: ({ rowSetId, offset, limit }) => rowsOf(rowSetId).page(offset, limit),
  histogram: ({ rowSetId, buckets }) => rowsOf(rowSetId).histogram(buckets),
  stopRows({ rowSetId }) {
    rowsOf(rowSetId).stop()
    return null
  },
  closeRows({ rowSetId }) {
    closeRows(rowSetId)
    return null
  },
  detail({ path, id }) {
    using file = files.use(path)
    const record = file.reader.record(id)
    if (record === null) throw noSuchRecord()
    return detailOf(file.reader, record)
  },
  bytes({ path, id, offset, length }) {
    using file = files.use(path)
    const found = file.reader.bytes(id, offset, length)
    if (found === null) throw noSuchRecord()
    return { dataBase64: found.data.toString('base64'), size: found.size }
  },
  extent({ path, query }) {
    parseQuery(query)
    using file = files.use(path)
    // In this order: a block that closes in between only holds rows that are in the tail for the count.
    const lastBlock = file.reader.blocks().at(-1)?.id ?? 0
    return { lastRow: file.reader.lastRow(), lastBlock }
  },
  async count({ path, query, ...extent }, id) {
    using file = files.use(path)
    const abort = new AbortController()
    counts.set(id, { path, abort })
    try {
      let result = { count: 0, scanned: 0 }
      for await (const progress of countMatches(file.reader, parseQuery(query), { ...extent, signal: abort.signal })) result = progress
      if (abort.signal.aborted) throw cancelled()
      return result
    } finally {
      counts.delete(id)
    }
  },
  async forget({ path }) {
    await endReadersOf((other) => other === path)
    files.forget(path)
    return null
  },
  async close() {
    await endReadersOf(() => true)
    files.close()
    return null
  },
}

const answer = async (id: number, work: () => unknown): Promise<void> => {
  try {
    send({ kind: 'result', id, value: await work() })
  } catch (error) {
    send({ kind: 'failure', id, failure: failureOf(error) })
  }
}

const runScan = async (scanId: number, request: Extract<ToWorker, { kind: 'scan' }>['request']): Promise<void> => {
  try {
    const query = parseQuery(request.query)
    const job = new ScanJob(request, files.use(request.path), query, (batch) => send({ kind: 'batch', scanId, batch }, [batch.data]))
    scans.set(scanId, job)
    await job.run()
    send({ kind: 'end', scanId, failure: job.wasStopped ? cancelled().failure : null })
  } catch (error) {
    send({ kind: 'end', scanId, failure: failureOf(error) })
  } finally {
    scans.delete(scanId)
  }
}

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'call': {
      const handler = handlers[message.name] as (input: unknown, id: number) => unknown
      return void answer(message.id, () => handler(message.input, message.id))
    }
    case 'cancel':
      return counts.get(message.id)?.abort.abort()
    case 'changed':
      for (const { path, rows } of rowSets.values()) if (path === message.path) rows.changed()
      for (const job of scans.values()) if (job.path === message.path) job.changed()
      return
    case 'scan':
      return void runScan(message.scanId, message.request)
    case 'more':
      return scans.get(message.scanId)?.more()
    case 'stop':
      return scans.get(message.scanId)?.stop()
  }
})
