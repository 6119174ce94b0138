import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBuilt } from '../../electron/launch/ensure-built.mjs'
import { startModel } from '../fakes/kinesis-model/start-model.ts'
import type { RunningModel } from '../fakes/kinesis-model/start-model.ts'
import type { PeerJob, PeerResult } from './capture-peer.ts'
import { startLifion } from './lifion.ts'
import type { RunningLifion } from './lifion.ts'
import type { Result } from './store.bench.ts'

const SHARDS = 4
const RECORD_BYTES = 1000
/** Of each reading beside the SDK's. */
const RECORDS = Number(process.env['KINESCOPE_BENCH_RECORDS'] ?? 1_000_000)
/** Of each beside those that write lines, which take long. */
const FEWER = RECORDS / 4
const ROUNDS = Number(process.env['KINESCOPE_BENCH_ROUNDS'] ?? 3)
/** What the project sets itself, MB and ms. */
const MEMORY = 350
const BUSY = 50

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const rateOf = ({ records, ms }: PeerResult): number => (records / ms) * 1000

const runPeer = async (kind: PeerJob['kind'], model: RunningModel, lifion: RunningLifion | null, records: number): Promise<PeerResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-bench-'))
  try {
    const { endpoint, region, stream } = model
    const job: PeerJob = { kind, endpoint, region, stream, shards: SHARDS, records, folder, lifion }
    const child = spawn(process.execPath, [fileURLToPath(new URL('capture-peer.ts', import.meta.url)), JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`the peer ${kind} ended with code ${code}`)
    const result = JSON.parse(output) as PeerResult
    if (result.records !== records) throw new Error(`the peer ${kind} read ${result.records} of ${records} records`)
    return result
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

const within = (name: string, value: number, unit: string, limit: number): Result => ({ name, value, unit, baseline: limit, ratio: value / limit })

type Round = Partial<Record<PeerJob['kind'], PeerResult>>

const compared = (name: string, kind: PeerJob['kind'], rounds: readonly Round[]): Result[] => {
  const pairs = rounds.flatMap(({ capture, [kind]: peer }) => (capture === undefined || peer === undefined ? [] : [{ ours: rateOf(capture), theirs: rateOf(peer) }]))
  if (pairs.length === 0) return []
  const [ours, theirs, ratio] = [median(pairs.map((pair) => pair.ours)), median(pairs.map((pair) => pair.theirs)), median(pairs.map((pair) => pair.ours / pair.theirs))]
  return [{ name, value: ours, unit: 'records/s', baseline: theirs, ratio }]
}

/**
 * A durable and searchable capture beside a bare loop of the stock SDK that throws its records away, a loop that writes them as NDJSON, and a
 * public consumer that does: all of the same stream from one server, each in a process of its own, taking turns. A ratio is the median over
 * the rounds, of peers that ran right after each other, as the machine may be busy with other things.
 */
export async function run(): Promise<Result[]> {
  await ensureBuilt()
  const lifion = await startLifion()
  try {
    const beside = async (records: number, peers: readonly PeerJob['kind'][]): Promise<Round[]> => {
      await using model = await startModel({ canned: { shards: SHARDS, recordsPerShard: records / SHARDS, recordBytes: RECORD_BYTES } })
      const rounds: Round[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const results: Round = {}
        // In the other order every second time, so that none is always the one after another.
        for (const kind of round % 2 === 0 ? peers : peers.toReversed()) results[kind] = await runPeer(kind, model, lifion, records)
        rounds.push(results)
      }
      return rounds
    }
    const rounds = await beside(RECORDS, ['sdk', 'capture'])
    const writing = await beside(FEWER, ['ndjson', 'capture', ...(lifion === null ? [] : ['lifion' as const])])
    const captures = rounds.flatMap(({ capture }) => (capture === undefined ? [] : [capture]))
    const most = (of: (capture: PeerResult) => number) => Math.max(...captures.map(of))
    const size = (RECORDS / 1e6).toLocaleString('en')
    return [
      ...compared('capture, beside a bare loop of the SDK', 'sdk', rounds),
      ...compared('capture, beside lifion-kinesis that writes NDJSON', 'lifion', writing),
      ...compared('capture, beside a loop of the SDK that writes NDJSON', 'ndjson', writing),
      {
        name: `capture: rate at ${size} M records, beside that at 0.1 M`,
        value: median(captures.map(({ lateRate }) => lateRate)),
        unit: 'records/s',
        baseline: median(captures.map(({ earlyRate }) => earlyRate)),
        ratio: median(captures.map(({ lateRate, earlyRate }) => lateRate / earlyRate)),
      },
      within(`capture of ${size} M: peak RSS of the process`, most(({ peakMb }) => peakMb), 'MB', MEMORY),
      { name: `capture of ${size} M: growth of the peak in the second half`, value: median(captures.map(({ growthMb }) => growthMb)), unit: 'MB', baseline: null, ratio: null },
      within(`capture of ${size} M: main thread's delay, p99`, median(captures.map(({ delayP99 }) => delayP99)), 'ms', BUSY),
      within(`capture of ${size} M: main thread's longest synchronous work`, most(({ busyMax }) => busyMax), 'ms', BUSY),
      { name: `capture of ${size} M: main thread's delay, longest`, value: median(captures.map(({ delayMax }) => delayMax)), unit: 'ms', baseline: null, ratio: null },
    ]
  } finally {
    lifion?.stop()
  }
}
