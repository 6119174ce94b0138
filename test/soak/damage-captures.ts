import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { KinescopeError } from '#shared/model/error.ts'
import { openCapture } from '../../electron/store/capture-reader.ts'
import { continueCapture, createCapture } from '../../electron/store/capture-writer.ts'
import { salvageCapture } from '../../electron/store/salvage.ts'
import { verifyCapture } from '../../electron/store/verify.ts'
import { firstArrival, meta, noise, range, record, shard, write } from '../unit/store/records.ts'
import { damaged, damages, mayBeWrong, type Damage } from './damage.ts'

/*
 * Damages a small capture in every way (fast-check), and opens, reads, verifies, continues and salvages it: arguments are the number of
 * runs and the seed. In a process of its own: it may be what crashes, or hangs. Prints how often what came out.
 */
const [runs = '100', seed = '1'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'kinescope-damage-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Two shards, whose records take turns; some of the records have pages of their own. */
const all = range(0, 500).map((n) => record(n, { data: n % 50 === 7 ? noise(40_000, n) : noise(100 + ((n * 31) % 300), n), text: n % 9 === 0 ? `text of ${n}` : null }))
const sound = makeSound()
const counts: Record<string, number> = {}
const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1)

function makeSound(): Buffer {
  const path = join(folder, 'sound.kinescope')
  const writer = createCapture(path, meta, { durable: false })
  writer.putShards([shard(0), shard(1)])
  for (let from = 0; from < all.length; from += 100) {
    const batch = all.slice(from, from + 100)
    writer.append([write(0, batch.filter((_, n) => n % 2 === 0)), write(1, batch.filter((_, n) => n % 2 === 1))], [])
  }
  writer.close()
  return readFileSync(path)
}

interface Row {
  shardId: string
  sequenceNumber: string
  subsequence: number
  arrival: number
  partitionKey: string
  data: Uint8Array
  text: string | null
}

const digest = ({ sequenceNumber, subsequence, arrival, partitionKey, data, text }: Omit<Row, 'shardId'>): string =>
  JSON.stringify([sequenceNumber, subsequence, arrival, partitionKey, Buffer.from(data).toString('base64'), text])
const originals = new Set(all.map(digest))

/** What it returns, or null for an error: which must be a sentence with what to do about it. */
function told<T>(what: string, run: () => T): T | null {
  try {
    const value = run()
    count(`${what}: done`)
    return value
  } catch (error) {
    expectSentence(error)
    count(`${what}: ${(error as KinescopeError).code}`)
    return null
  }
}

const expected = ['damaged-capture', 'not-a-capture', 'newer-capture']

function expectSentence(error: unknown): void {
  if (!(error instanceof KinescopeError)) throw error
  const { code, message, action } = error.failure
  if (!expected.includes(code) || !/[.)]$/.test(message) || !action?.endsWith('.')) throw new Error(`not told as it should be: ${code}: ${message} ${action}`, { cause: error })
}

/** The records that are none that were stored, or are there twice, are no more than what was damaged. */
function expectRight(what: string, rows: readonly Row[], befallen: readonly Damage[]): void {
  const wrong = rows.filter((row) => !originals.has(digest(row)))
  const twice = rows.length - new Set(rows.map(({ shardId, sequenceNumber, subsequence }) => `${shardId} ${sequenceNumber} ${subsequence}`)).size
  if (wrong.length > 0) count(`${what}: changed records`)
  if (wrong.length > mayBeWrong(befallen) || twice > 0) throw new Error(`${what}: ${wrong.length} records are none that were stored, ${twice} are there twice`)
}

async function salvaged(path: string, out: string): Promise<number | null> {
  try {
    let records = 0
    for await (const progress of salvageCapture({ path, out })) records = progress.records
    count('salvage: done')
    return records
  } catch (error) {
    expectSentence(error)
    count(`salvage: ${(error as KinescopeError).code}`)
    return null
  }
}

/** A file that says of itself that it has a WAL is folded by who closes it, which writes its header. */
function expectUntouched(path: string, bytes: Buffer): void {
  const now = readFileSync(path)
  const from = bytes[18] === 2 || bytes[19] === 2 ? 100 : 0
  if (!now.subarray(from).equals(bytes.subarray(from))) throw new Error('the file was changed')
}

function read(path: string, befallen: readonly Damage[]): void {
  const reader = told('open', () => openCapture(path))
  if (reader === null) return
  try {
    const rows = told('rows', () => reader.rows(1, reader.lastRow()))
    if (rows !== null) expectRight('rows', rows, befallen)
    const page = told('page', () => reader.page(100, 300, { head: 50 }))
    if (page !== null && page.length > 300) throw new Error(`a page of ${page.length}`)
    told('rest', () => [reader.meta, reader.counters(), reader.shards(), reader.gaps(), reader.histogram(firstArrival, 100, 10), reader.offsetOf(77), reader.bytes(8, 30_000, 100)])
    told('blocks', () => reader.blocks().map(({ id }) => reader.filters(id, id).next()))
  } finally {
    reader.close()
  }
}

async function examine(befallen: readonly Damage[]): Promise<void> {
  const place = mkdtempSync(join(folder, 'run-'))
  const path = join(place, 'a.kinescope')
  const bytes = damaged(sound, befallen)
  writeFileSync(path, bytes)
  if (bytes.length === 0) return
  read(path, befallen)
  expectUntouched(path, bytes)

  const verification = told('verify', () => verifyCapture(path))
  expectUntouched(path, bytes)
  if (verification !== null) count(`verify: ${verification.ok ? 'sound' : 'damaged'}`)
  if (verification?.ok === true && verification.records !== all.length) throw new Error(`verify finds nothing wrong with ${verification.records} of ${all.length} records`)

  const out = join(place, 'out.kinescope')
  const records = await salvaged(path, out)
  expectUntouched(path, bytes)
  if (records !== null) {
    const { ok, problems } = verifyCapture(out)
    if (!ok) throw new Error(`what was salvaged is not sound: ${problems.join(' ')}`)
    using reader = openCapture(out)
    const rows = reader.rows(1, reader.lastRow())
    if (rows.length !== records) throw new Error(`${rows.length} of ${records} records are in the salvaged file`)
    expectRight('salvage', rows, befallen)
  }

  const writer = told('continue', () => continueCapture(path, { durable: false }))
  if (writer === null) expectUntouched(path, bytes)
  else {
    told('append', () => {
      writer.putShards([shard(2)])
      writer.append([write(2, [record(9000)])], [])
    })
    writer.close()
  }
  const left = readdirSync(place).filter((name) => name.startsWith('.') || name.endsWith('-new'))
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`)
  rmSync(place, { recursive: true, force: true })
}

mkdirSync(folder, { recursive: true })
await fc.assert(fc.asyncProperty(damages, examine), { numRuns: Number(runs), seed: Number(seed) })
console.log(JSON.stringify(counts))
