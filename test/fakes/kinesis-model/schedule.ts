import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StartPosition, StopCondition } from '#shared/model/stream.ts'
import { awsFailure } from '../../../electron/accounts/aws-failure.ts'
import { startRun } from '../../../electron/capture/capture-run.ts'
import type { CaptureRun } from '../../../electron/capture/capture-run.ts'
import type { CaptureJob, CaptureSnapshot } from '../../../electron/capture/messages.ts'
import { createVirtualClock, VIRTUAL_START } from '../virtual-clock.ts'
import { registerConsumer } from './fan-out-steps.ts'
import { createFaults, without } from './faults.ts'
import { modelClient } from './model-client.ts'
import { createModel } from './model.ts'
import { judgeCapture } from './oracle.ts'
import type { Judgement } from './oracle.ts'
import { createChance } from './random.ts'
import { livesOf, mishapsOf, reshardsOf } from './schedule-steps.ts'
import type { Step, World } from './schedule-steps.ts'
import { isOpen, trimByAge } from './state.ts'

export interface ScheduleReport extends Judgement {
  seed: number
  from: StartPosition['type']
  /** It was read by enhanced fan-out, as far as that went. */
  byFanOut: boolean
  /** Runs of the capture: one, and one more after each crash, stop or failure. */
  runs: number
  reshards: number
  /** Everything that happened, with the minute of the virtual clock. */
  happened: string[]
  /** How the last run ended. */
  state: string
}

const HOUR = 3_600_000
/** A run that should come to its end and does not within this many ms of the virtual clock. */
const LONGEST_ENDING = 6 * HOUR

/**
 * One capture of one stream through everything that its seed brings: reshards, faults, crashes, sleep. Runs on a
 * virtual clock in this thread, with a real file in `folder`, which is removed if it is as it should be.
 */
export const runSchedule = async (seed: number, folder: string): Promise<ScheduleReport> => {
  const chance = createChance(seed * 7919 + 17)
  const clock = createVirtualClock(seed)
  let serverOffset = 0
  const happened: string[] = []
  const note = (what: string) => happened.push(`${(clock.now() / 60_000).toFixed(2)} ${what}`)
  const model = createModel({
    now: () => Math.floor(VIRTUAL_START + clock.now() + serverOffset),
    random: chance.next,
    trimmedStart: chance.pick(['invalid-argument', 'silent']),
    shardsPerPage: chance.pick([2, 3, 1000]),
  })
  const stream = model.createStream('orders', chance.between(1, 4))
  stream.retentionHours = chance.pick([24, 24, 48, 168])
  const faults = createFaults(clock.now, () => (world.lastTrouble = clock.now()))
  const pageLimit = chance.pick([null, null, 1, 3, 20])
  // What a server leaves out at the end of a shard.
  const endings = chance.pick<(output: Record<string, unknown>) => object>([
    (output) => output,
    (output) => output,
    without('NextShardIterator'),
    without('ChildShards'),
  ])
  const client = modelClient({
    model,
    clock,
    faults,
    chance,
    latency: chance.pick([0, 40, 400]),
    pageLimit: () => (pageLimit === null ? null : chance.between(1, pageLimit * 2)),
    atEnd: endings,
  })
  const endsAtOnce = chance.pick([0, 0.5, 1])
  model.knobs.endsAtOnce = () => chance.isTrue(endsAtOnce)
  const eventLimit = chance.pick([null, null, 1, 10])
  model.knobs.eventRecords = () => (eventLimit === null ? 10_000 : chance.between(1, eventLimit * 2))
  const consumer = chance.isTrue(1 / 3) ? { arn: registerConsumer(model) } : null
  let puts = 0
  const put = (count: number) => {
    const Records = Array.from({ length: count }, () => {
      puts += 1
      return { PartitionKey: `key-${chance.between(0, 400)}`, Data: Buffer.from(`{"n":${puts},"seed":${seed}}`) }
    })
    if (count > 0) model.handle('PutRecords', { StreamName: 'orders', Records })
  }
  const world: World = {
    chance,
    clock,
    model,
    faults,
    stream: () => model.stream('orders'),
    put,
    note,
    reshards: 0,
    lastTrouble: Number.NEGATIVE_INFINITY,
    isDeleted: false,
    consumer,
    shiftServer: (ms) => (serverOffset += ms),
    crash: (downtime) => crash(downtime),
    stop: (downtime) => stop(downtime),
    pause: (ms) => pause(ms),
  }

  // What happened before anybody looked.
  put(chance.between(0, 60))
  if (chance.isTrue(0.5)) {
    for (let n = chance.between(0, 2); n > 0; n -= 1) {
      await reshardsOf(world).run()
      put(chance.between(0, 30))
    }
    clock.jump(chance.between(1, 30) * HOUR)
    note('the capture begins')
    put(chance.between(0, 60))
  }
  world.reshards = 0

  const from = ((): StartPosition => {
    const retained = stream.shards.flatMap((shard) => shard.records.slice(shard.horizon).map(({ sequence }) => ({ shardId: shard.id, sequence })))
    const kind = chance.pick(['TRIM_HORIZON', 'TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP', 'AFTER_SEQUENCE_NUMBER', 'AT_SEQUENCE_NUMBER'] as const)
    if (kind === 'TRIM_HORIZON' || kind === 'LATEST') return { type: kind }
    if (kind === 'AT_TIMESTAMP') return { type: kind, at: model.now() - chance.between(0, 40 * HOUR) }
    model.handle('ListShards', { StreamName: 'orders' })
    const old = model.now() - stream.retentionHours * HOUR
    const usable = retained.filter(({ shardId, sequence }) => (stream.shards.find(({ id }) => id === shardId)?.records.find((record) => record.sequence === sequence)?.arrival ?? 0) > old + 600_000)
    if (usable.length === 0) return { type: 'TRIM_HORIZON' }
    const { shardId, sequence } = chance.pick(usable)
    return { type: kind, shardId, sequenceNumber: sequence }
  })()
  const startedAt = model.now()
  for (const shard of stream.shards) trimByAge(stream, shard, startedAt)
  const openedAt = new Map<string, number>()
  let firstBorn: number | null = null
  client.onAnswer = (operation, input) => {
    if (operation !== 'GetShardIterator' && operation !== 'SubscribeToShard') return
    firstBorn ??= stream.shards.length
    const shardId = String(input['ShardId'])
    const shard = stream.shards.find(({ id }) => id === shardId)
    if (!openedAt.has(shardId)) openedAt.set(shardId, shard?.records.length ?? 0)
  }

  const skew = chance.pick([0, 0, HOUR, -HOUR])
  const localClock = { ...clock, wall: () => clock.wall() + skew }
  let path = join(folder, `${seed}-0.kinescope`)
  const job = (until: StopCondition): CaptureJob => ({
    path,
    mode: 'create-or-continue',
    durable: seed % 20 === 0,
    isView: false,
    capBytes: null,
    connection: { id: 'model', kind: 'endpoint', label: 'model', environment: 'local', region: 'us-east-1', endpoint: 'http://127.0.0.1:1', profile: null, accountId: null, readOnly: true },
    stream: { name: 'orders', arn: stream.arn },
    from,
    until,
    maxRecords: null,
    maxBytes: null,
    filter: null,
    readsPerSecond,
    name: null,
    tool: 'schedule',
    dealtTurns: false,
    fanOut: consumer === null ? null : { consumerArn: consumer.arn },
  })
  const readsPerSecond = chance.pick([1, 1, 2, 5])
  const problems: string[] = []
  let runs = 0
  let run: CaptureRun | null = null
  let ended: CaptureSnapshot | null = null
  let endedAt = 0
  const start = (until: StopCondition): Promise<CaptureSnapshot> => {
    runs += 1
    ended = null
    const started = startRun({
      job: job(until),
      client,
      fanOutClient: client,
      clock: localClock,
      explain: (error) => awsFailure(error, { action: 'read the stream', stream: stream.arn, endpoint: null, region: 'us-east-1' }),
      onProgress: () => {},
    })
    run = started
    return started.finished.then((snapshot) => {
      if (run === started) {
        ended = snapshot
        endedAt = clock.now()
      }
      return snapshot
    })
  }
  const halt = async () => {
    const halting = run
    run = null
    halting?.stop()
    await halting?.finished
  }
  /** As kill -9 leaves it: the file as it is at this moment, with its WAL. */
  const crash = async (downtime: number) => {
    note(`crash, down for ${Math.round(downtime / 1000)} s`)
    const next = join(folder, `${seed}-${runs}.kinescope`)
    for (const part of ['', '-wal']) if (existsSync(path + part)) copyFileSync(path + part, next + part)
    await halt()
    rmSync(path, { force: true })
    path = next
    await resumeAfter(downtime)
  }
  const stop = async (downtime: number) => {
    note(`stop, for ${Math.round(downtime / 1000)} s`)
    await halt()
    await resumeAfter(downtime)
  }
  const resumeAfter = async (downtime: number) => {
    put(chance.between(0, 20))
    if (downtime > 600_000) clock.jump(downtime)
    else await clock.sleep(downtime)
    put(chance.between(0, 20))
    void start({ type: 'never' })
  }
  const pause = async (ms: number) => {
    note(`pause for ${Math.round(ms / 1000)} s`)
    run?.pause()
    for (let left = ms; left > 0; left -= 30_000) {
      await clock.sleep(Math.min(left, 30_000))
      put(chance.between(0, 3))
    }
    run?.resume()
  }

  const begin = clock.now()
  const length = chance.between(120, 360) * 1000
  const steps: Step[] = [
    ...Array.from({ length: chance.between(3, 6) }, () => reshardsOf(world)),
    ...Array.from({ length: chance.between(2, 7) }, () => mishapsOf(world)),
    ...Array.from({ length: chance.between(0, 3) }, () => livesOf(world)),
  ].map((step) => ({ ...step, at: chance.next() * length }))
  steps.sort((a, b) => a.at - b.at)
  void start({ type: 'never' })
  let lateness = 0
  while (steps.length > 0 || clock.now() - begin - lateness < length) {
    await clock.sleep(chance.between(200, 5000))
    if (chance.isTrue(0.7)) put(chance.between(0, 12))
    while ((steps[0]?.at ?? Number.POSITIVE_INFINITY) <= clock.now() - begin - lateness) {
      const before = clock.now()
      await steps.shift()?.run()
      // Long downtimes don't use up the schedule's own time.
      lateness += Math.max(0, clock.now() - before - 60_000)
    }
    const last = ended as CaptureSnapshot | null
    if (last === null) continue
    note(`the run ended: ${last.state} ${last.failure?.code ?? ''}`)
    if (world.isDeleted) break
    if (last.state !== 'failed') problems.push(`a run that never ends ended: ${last.state}`)
    else if (endedAt - world.lastTrouble > 240_000) problems.push(`a run failed without a reason: ${last.failure?.code} ${last.failure?.message}`)
    await clock.sleep(chance.between(100, 30_000))
    void start({ type: 'never' })
  }
  faults.clear()
  model.knobs.isHidden = () => false
  if (chance.isTrue(0.3)) await clock.sleep(90_000)
  await halt()
  note('the last run')
  const last = await Promise.race([start({ type: 'now' }), clock.sleep(LONGEST_ENDING).then(() => null)])
  if (last === null) {
    problems.push('the last run does not come to its end')
    await halt()
  }
  if (world.isDeleted) {
    const code = last?.failure?.code
    if (code !== 'other-stream' && code !== 'stream-not-found') problems.push(`a re-created stream was not noticed: ${last?.state} ${code}`)
  } else if (last !== null && last.state !== 'complete') problems.push(`the last run ended: ${last.state} ${last.failure?.code} ${last.failure?.message}`)
  if (stream.shards.filter(isOpen).length === 0) problems.push('the model has no open shard')
  const judgement: Judgement = existsSync(path)
    ? judgeCapture(path, { stream, from, startedAt, openedAt, firstBorn: firstBorn ?? stream.shards.length, isDeleted: world.isDeleted, now: model.now() })
    : { put: puts, stored: 0, lost: puts, gaps: 0, problems: world.isDeleted ? [] : ['there is no file'] }
  problems.push(...judgement.problems)
  if (problems.length === 0) for (const part of ['', '-wal', '-shm', '-lock']) rmSync(path + part, { force: true })
  return { ...judgement, seed, from: from.type, byFanOut: consumer !== null, runs, reshards: world.reshards, happened, state: last?.state ?? 'none', problems }
}
