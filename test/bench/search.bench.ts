import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SearchPool } from '../../electron/search/search-pool.ts'
import { createCapture } from '../../electron/store/capture-writer.ts'

interface Result {
  name: string
  value: number
  unit: string
  baseline: number | null
  ratio: number | null
}

const RECORDS = Number(process.env['KINESCOPE_BENCH_RECORDS'] ?? 200_000)
const NEEDLE = 'needle4711zq'
const countries = ['DE', 'FR', 'NL', 'SE', 'PT', 'US', 'JP', 'BR']

/** A record of 1 KB, the same for the same number in every run; one in all holds the needle. */
const payload = (at: number): string => {
  const hex = createHash('sha512').update(String(at)).digest('hex')
  const order = {
    type: at % 3 === 0 ? 'OrderPlaced' : 'OrderPaid',
    order: at,
    customer: { id: `customer-${hex.slice(0, 6)}`, country: countries[at % 8] },
    total: (at * 37) % 1000,
    note: at === Math.floor(RECORDS / 3) ? NEEDLE : '',
    items: Array.from({ length: 6 }, (_, item) => ({ sku: `SKU-${hex.slice(item * 12, item * 12 + 12)}`, qty: (at % 5) + 1, warehouse: 'rotterdam-north', status: 'reserved' })),
  }
  return JSON.stringify(order).padEnd(1000).slice(0, 1000)
}

const make = (folder: string): { capture: string; plain: string } => {
  const capture = join(folder, 'bench.kinescope')
  const plain = join(folder, 'bench.ndjson')
  const file = openSync(plain, 'w')
  const writer = createCapture(
    capture,
    {
      streamArn: 'arn:aws:kinesis:eu-west-1:111111111111:stream/bench',
      streamName: 'bench',
      streamCreatedAt: null,
      endpoint: null,
      region: 'eu-west-1',
      account: null,
      connectionId: null,
      from: { type: 'TRIM_HORIZON' },
      dueFrom: null,
      filter: null,
      createdAt: 0,
      tool: 'bench',
      name: null,
    },
    { durable: false },
  )
  const shardId = 'shardId-000000000000'
  writer.putShards([
    { shardId, parentShardId: null, adjacentParentShardId: null, startingHashKey: '0', endingHashKey: '1', startingSequenceNumber: '0', endingSequenceNumber: null },
  ])
  const batch = 2000
  for (let from = 0; from < RECORDS; from += batch) {
    const texts = Array.from({ length: Math.min(batch, RECORDS - from) }, (_, at) => payload(from + at))
    writeSync(file, `${texts.join('\n')}\n`)
    const records = texts.map((text, at) => ({
      sequenceNumber: String(10n ** 55n + BigInt(from + at)),
      subsequence: 0,
      arrival: 1_700_000_000_000 + from + at,
      partitionKey: `customer-${(from + at) % 5000}`,
      explicitHashKey: null,
      data: Buffer.from(text),
      text: null,
    }))
    writer.append([{ shardId, records, checkpoint: { sequenceNumber: null, ended: false, heldFrom: null } }], [])
  }
  closeSync(file)
  writer.close()
  return { capture, plain }
}

const timed = async (work: () => unknown): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** The best of three: the machine's other work only ever adds. */
const best = async (work: () => unknown): Promise<number> => {
  const times: number[] = []
  for (let round = 0; round < 3; round++) times.push(await timed(work))
  return Math.min(...times)
}

/** What reading all of the plain text for the term costs at least: large reads, and the runtime's own byte search. */
const plainScan = (path: string, term: string): void => {
  const file = openSync(path, 'r')
  const chunk = Buffer.allocUnsafe(4 << 20)
  const pattern = Buffer.from(term)
  for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) for (let at = chunk.indexOf(pattern); at >= 0 && at < size; at = chunk.indexOf(pattern, at + 1));
  closeSync(file)
}

const ripgrep = async (path: string, ...args: string[]): Promise<number | null> => {
  try {
    return await best(() => execFileSync('rg', ['-c', ...args, path], { stdio: 'ignore' }))
  } catch {
    return null
  }
}

/** Counting, first matches and pages of a capture on the warm file, beside a plain scan (and ripgrep, where it is) of the same records. */
export const run = async (): Promise<Result[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-bench-'))
  const results: Result[] = []
  const report = (name: string, value: number, baseline: number | null, unit = 'ms'): void => {
    results.push({ name: `${name} (${RECORDS.toLocaleString('en')} records of 1 KB)`, value, unit, baseline, ratio: baseline === null ? null : value / baseline })
  }
  try {
    const { capture, plain } = make(folder)
    await using pool = new SearchPool({ worker: new URL('../../electron/search/search-worker.ts', import.meta.url), size: 2 })
    await pool.count(capture, 'warm-up')

    const scan = await best(() => plainScan(plain, NEEDLE))
    report('count a distinctive term of 12 bytes, beside a plain scan', await best(() => pool.count(capture, NEEDLE)), scan)
    for (const [name, query, literal] of [
      ['count a distinctive term of 12 bytes', NEEDLE, NEEDLE],
      ['count a term in every record', 'rotterdam', 'rotterdam'],
      ['count 4 hex digits', 'a7f3', 'a7f3'],
    ] as const) {
      const found = await ripgrep(plain, '-i', '-F', literal)
      report(`${name}, beside rg -i -F`, await best(() => pool.count(capture, query)), found)
    }
    report('count a JSON predicate, beside rg -F of a literal', await best(() => pool.count(capture, 'customer.country:PT AND total:>500')), await ripgrep(plain, '-F', '"PT"'))

    const firstMatches = await best(async () => {
      const { rowSetId } = await pool.openRows(capture, 'rotterdam')
      await pool.page(rowSetId, 0, 100)
      await pool.closeRows(rowSetId)
    })
    report('first 100 matches of a common term', firstMatches, null)

    const all = await pool.openRows(capture, '')
    const offsets = [0, RECORDS / 3, RECORDS / 2, RECORDS - 100].map(Math.floor)
    const pages: number[] = []
    for (const offset of offsets) pages.push(await best(() => pool.page(all.rowSetId, offset, 100)))
    report('a page of 100 at the worst of four offsets', Math.max(...pages), null)
    report('histogram of 200 buckets', await best(() => pool.histogram(all.rowSetId, 200)), null)
    return results
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
