import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { systemClock } from '../../electron/kinesis/clock.ts'
import { putRecords } from '../../electron/kinesis/producer.ts'
import { newestVersion } from '../../electron/store/migrate.ts'
import { captureSchema } from '../../electron/store/migrations/capture.ts'
import { bundle } from '../fakes/bundle.ts'
import { captureFixture, type CaptureFixture, type TestStream } from '../fakes/capture-fixture.ts'
import { toFirstVersion } from '../fakes/first-version.ts'
import { CheckedFile } from './checked-file.ts'
import { type Aim, aimOf, seeded } from './kill-aims.ts'

export interface KillOptions {
  kills: number
  seed: number
  /** A new stream and file after so many kills, so that each check stays short. */
  killsPerFile?: number
  onKill?: (told: { kill: number; aim: Aim; records: number; resumedMs: number | null }) => void
}

export interface KillReport {
  kills: number
  /** Kills that came where they were aimed at, by aim. */
  hits: Record<string, number>
  files: number
  records: number
  /** Ms from the start of a capture to its state `reading`, over all that got there. */
  resumed: { median: number; worst: number }
}

/**
 * Captures a stream that is written all the time, in a process of its own, and kills that again and again: at random
 * moments and aimed at what the file is most vulnerable in. After every kill the file, as it was left, must be whole,
 * hold all that was acknowledged, and still hold what it held before; in the end it must equal what was put.
 */
export async function killCaptures({ kills, seed, killsPerFile = 20, onKill }: KillOptions): Promise<KillReport> {
  const report: KillReport = { kills: 0, hits: {}, files: 0, records: 0, resumed: { median: 0, worst: 0 } }
  const resumed: number[] = []
  const random = seeded(seed)
  const folder = mkdtempSync(join(tmpdir(), 'kinescope-kills-'))
  try {
    // From source a start would cost three times as much.
    const program = await bundle(folder, { process: '../fakes/capture-process.ts', worker: '../../electron/capture/capture-worker.ts', hook: '../soak/aimed-kill.ts' })
    while (report.kills < kills) {
      await using fixture = await captureFixture()
      await oneFile(fixture, program, Math.min(killsPerFile, kills - report.kills))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const sorted = resumed.toSorted((a, b) => a - b)
  report.resumed = { median: sorted[Math.floor(sorted.length / 2)] ?? 0, worst: sorted.at(-1) ?? 0 }
  return report

  async function oneFile(fixture: CaptureFixture, program: Program, wanted: number): Promise<void> {
    const stream = await fixture.createStream(3)
    const producer = startProducer(fixture, stream)
    const file = new CheckedFile(stream.path, join(fixture.folder, 'check'), producer.put)
    for (let kill = 0; kill < wanted; ) {
      const aim = aimOf(kill, { isBorn: existsSync(stream.path), versions }, random)
      if (aim.aim === 'migration') toFirstVersion(stream.path, { walled: random() < 0.5 })
      const outcome = await runAndKill(program, fixture.optionsFor(stream, { until: { type: 'never' }, readsPerSecond: 200 }), aim)
      const where = `kill ${report.kills + 1} (seed ${seed}), ${JSON.stringify(aim)}`
      if (outcome.failure !== null) throw new Error(`${where}: the capture failed: ${outcome.failure}`)
      const records = file.check(where, outcome.acknowledged)
      if (outcome.resumedMs !== null) resumed.push(outcome.resumedMs)
      if (!outcome.killed) {
        // It folded its file before the shot came.
        expectOneFile(stream.path, where)
        continue
      }
      kill += 1
      report.kills += 1
      if (outcome.hit) report.hits[aim.aim] = (report.hits[aim.aim] ?? 0) + 1
      onKill?.({ kill: report.kills, aim, records, resumedMs: outcome.resumedMs })
      if (kill === 5) await fixture.split(stream)
      if (kill === 12) await fixture.merge(stream)
    }
    await producer.stop()
    const last = await fixture.capture(stream).finished
    const where = `after kill ${report.kills} (seed ${seed})`
    if (last.state !== 'complete' || last.gaps !== 0) throw new Error(`${where}: ended as ${last.state} with ${last.gaps} gaps: ${last.failure?.message ?? ''}`)
    const records = file.check(where, producer.put.size)
    if (records !== producer.put.size) throw new Error(`${where}: ${records} of ${producer.put.size} records are in the file`)
    expectOneFile(stream.path, where)
    report.files += 1
    report.records += records
  }
}

interface Outcome {
  killed: boolean
  /** The shot came from where it was aimed, not from out of patience. */
  hit: boolean
  /** Records that the capture had told of. */
  acknowledged: number
  resumedMs: number | null
  failure: string | null
}

type Program = Record<'process' | 'worker' | 'hook', string>

/** Of the capture file, so far. */
const versions = newestVersion(captureSchema)
/** A capture that nothing has hit by then is shot at random, ms. */
const patience = 1500

async function runAndKill(program: Program, options: object, aim: Aim): Promise<Outcome> {
  const child: ChildProcess = spawn(process.execPath, ['--import', pathToFileURL(program.hook).href, program.process, JSON.stringify(options), pathToFileURL(program.worker).href], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', KINESCOPE_KILL: JSON.stringify(aim) },
  })
  const outcome: Outcome = { killed: false, hit: aim.aim === 'random', acknowledged: 0, resumedMs: null, failure: null }
  let shot = false
  const shoot = (): void => {
    shot = true
    child.kill('SIGKILL')
  }
  const timers = [setTimeout(shoot, aim.aim === 'random' ? aim.delay / 1000 : 30_000)]
  let lines = 0
  if (child.stdout === null) throw new Error('no output')
  createInterface(child.stdout).on('line', (line) => {
    const { state, records, sinceStart, failure } = JSON.parse(line) as { state: string; records: number; sinceStart: number; failure?: { message: string } | null }
    if (state === 'failed') outcome.failure = failure?.message ?? 'no reason'
    if (state !== 'reading') return
    outcome.acknowledged = Math.max(outcome.acknowledged, records)
    if (lines === 0) {
      outcome.resumedMs = sinceStart
      if (aim.aim !== 'random') timers.push(setTimeout(shoot, patience))
    }
    lines += 1
    if (lines === 4 && aim.aim === 'folding') child.kill('SIGINT')
  })
  const [, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done) => child.on('close', (code, by) => done([code, by])))
  for (const timer of timers) clearTimeout(timer)
  outcome.killed = signal === 'SIGKILL'
  outcome.hit &&= outcome.killed
  if (!shot && outcome.killed) outcome.hit = true
  return outcome
}

/** Puts records without end; `put` has every one that was sent, by its payload, with its key. */
function startProducer({ client }: CaptureFixture, { arn }: TestStream): { put: ReadonlyMap<string, string>; stop: () => Promise<void> } {
  const over = new AbortController()
  const put = new Map<string, string>()
  const producing = (async () => {
    while (!over.signal.aborted) {
      const entries = Array.from({ length: 20 }, (_, i) => {
        const n = put.size + i
        return { partitionKey: `key-${n % 97}`, explicitHashKey: null, data: Buffer.from(JSON.stringify({ n, text: 'x'.repeat((n * 37) % 400) })) }
      })
      for (const { partitionKey, data } of entries) put.set(data.toString(), partitionKey)
      const results = await putRecords(client, { arn }, entries, { signal: new AbortController().signal, clock: systemClock })
      if (results.some(({ state }) => state !== 'acknowledged')) throw new Error('the server refused a record')
      await delay(20, undefined, { signal: over.signal }).catch(() => {})
    }
  })()
  // Told by `stop`.
  producing.catch(() => {})
  return {
    put,
    stop: () => {
      over.abort()
      return producing
    },
  }
}

/** A capture that ended is one file: no WAL, no lock, no draft beside it. */
function expectOneFile(path: string, where: string): void {
  const left = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)))
  if (left.length !== 1) throw new Error(`${where}: it left ${left.join(', ')}`)
}
