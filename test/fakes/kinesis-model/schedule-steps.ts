import type { VirtualClock } from '../virtual-clock.ts'
import { fanOutMishap } from './fan-out-steps.ts'
import type { FaultName, Faults } from './faults.ts'
import type { KinesisModel } from './model.ts'
import type { Chance } from './random.ts'
import { shardOfIterator, takeByOther } from './reading.ts'
import { openShards, shardCountStep } from './reshard.ts'
import { isOpen, retain } from './state.ts'
import type { ModelShard, ModelStream } from './state.ts'

/** What the steps of a schedule act on. */
export interface World {
  chance: Chance
  clock: VirtualClock
  model: KinesisModel
  faults: Faults
  stream(): ModelStream
  put(count: number): void
  note(what: string): void
  reshards: number
  /** When something began that may end a run, ms of the virtual clock. */
  lastTrouble: number
  isDeleted: boolean
  /** The consumer that the capture reads with; null where it polls. */
  consumer: { arn: string } | null
  /** The server's clock goes on while this machine's stands still. */
  shiftServer(ms: number): void
  crash(downtime: number): Promise<void>
  stop(downtime: number): Promise<void>
  pause(ms: number): Promise<void>
}

export interface Step {
  at: number
  run: () => Promise<void>
}

const MOST_OPEN = 9

const split = (world: World, shard = world.chance.pick(openShards(world.stream()))): void => {
  const { chance, model } = world
  const width = shard.end - shard.start
  if (width < 1000n) return
  const middle = shard.start + 2n + ((width - 4n) * BigInt(chance.between(1, 999))) / 1000n
  model.handle('SplitShard', { StreamName: 'orders', ShardToSplit: shard.id, NewStartingHashKey: String(middle) })
  world.reshards += 1
}

const pair = ({ chance, stream }: World): [ModelShard, ModelShard] | null => {
  const open = openShards(stream())
  const at = chance.between(0, Math.max(0, open.length - 2))
  const [left, right] = [open[at], open[at + 1]]
  return left === undefined || right === undefined ? null : [left, right]
}

const merge = (world: World, shards = pair(world)): void => {
  if (shards === null) return split(world)
  const [left, right] = shards
  world.model.handle('MergeShards', { StreamName: 'orders', ShardToMerge: left.id, AdjacentShardToMerge: right.id })
  world.reshards += 1
}

const newest = (world: World) => world.stream().shards.filter(isOpen).at(-1)

const reshards: Record<string, (world: World) => Promise<void> | void> = {
  split: (world) => split(world),
  merge: (world) => merge(world),
  'merge with a parent that lags'(world) {
    const shards = pair(world)
    if (shards === null) return split(world)
    const [slow] = shards
    world.put(40)
    world.faults.inject('empty pages with lag', { until: world.clock.now() + world.chance.between(10, 60) * 1000, only: (input) => input['ShardIterator'] !== undefined && shardOfIterator(input) === slow.number })
    if (world.consumer !== null) world.faults.inject('subscriptions go silent', { until: world.clock.now() + world.chance.between(10, 60) * 1000, only: (input) => input['ShardId'] === slow.id })
    merge(world, shards)
  },
  'merge, then split at once'(world) {
    merge(world)
    split(world, newest(world))
  },
  'split, then merge at once'(world) {
    split(world)
    const [left, right] = world.stream().shards.filter(isOpen).slice(-2)
    if (left !== undefined && right !== undefined && left.end + 1n === right.start) merge(world, [left, right])
  },
  'split twice without a record between'(world) {
    split(world)
    split(world, newest(world))
  },
  async 'count with shards that live for a moment'(world) {
    const { chance, clock, stream, model } = world
    const open = openShards(stream()).length
    const target = chance.between(Math.ceil(open / 2), Math.min(open * 2, MOST_OPEN))
    const pauses = chance.pick([0, 0, 150, 2000])
    while (shardCountStep(stream(), target, model.now)) {
      world.reshards += 1
      if (chance.isTrue(0.4)) world.put(chance.between(1, 6))
      if (pauses > 0) await clock.sleep(chance.next() * pauses)
    }
  },
}

export const reshardsOf = (world: World): Step => {
  const name = world.chance.pick(Object.keys(reshards))
  return {
    at: 0,
    async run() {
      const isFull = openShards(world.stream()).length > MOST_OPEN
      world.note(isFull ? 'merge' : name)
      if (isFull) merge(world)
      else await reshards[name]?.(world)
    },
  }
}

/** Faults that take so many calls, and whether they may end a run. */
const counted: { name: FaultName; most: number; mayEnd?: boolean }[] = [
  { name: 'calls hang', most: 3, mayEnd: true },
  { name: 'calls hang and ignore their signal', most: 3, mayEnd: true },
  { name: 'reset in mid-page', most: 12, mayEnd: true },
  { name: 'KMS denied', most: 1, mayEnd: true },
  { name: 'server errors', most: 10, mayEnd: true },
  { name: 'a proxy answers', most: 6, mayEnd: true },
  { name: 'clock skew refused', most: 4, mayEnd: true },
  { name: 'credentials went stale', most: 4, mayEnd: true },
  { name: '200 without keys', most: 15, mayEnd: true },
  { name: '200 without an iterator', most: 6, mayEnd: true },
  { name: 'spurious null', most: 15 },
  { name: 'iterators expire', most: 10 },
  { name: 'listing tokens expire', most: 4, mayEnd: true },
  { name: 'listing fails', most: 5, mayEnd: true },
]

/** Faults that last for so many seconds. */
const lasting: { name: FaultName; most: number; mayEnd?: boolean }[] = [
  { name: 'throughput exceeded', most: 40 },
  { name: 'KMS throttled', most: 40 },
  { name: 'control plane throttled', most: 20, mayEnd: true },
  { name: 'empty pages with lag', most: 90 },
  { name: 'nothing listens', most: 25, mayEnd: true },
  { name: 'name not resolved', most: 25, mayEnd: true },
  { name: 'half-open sockets', most: 20, mayEnd: true },
  { name: 'listing fails', most: 60, mayEnd: true },
]

const others: Record<string, (world: World) => void> = {
  'another consumer takes the calls'({ chance, clock, stream, model }) {
    const until = clock.now() + chance.between(5, 30) * 1000
    const take = async () => {
      while (clock.now() < until) {
        for (const shard of openShards(stream())) for (let n = chance.between(3, 5); n > 0; n -= 1) takeByOther(shard, model.now())
        await clock.sleep(400)
      }
    }
    void take()
  },
  'all iterators expire at once'({ model }) {
    model.knobs.iteratorsSince = model.now()
  },
  'all listing tokens expire'({ model }) {
    model.knobs.tokensSince = model.now()
  },
  'new children are not listed yet'({ chance, clock, stream, model }) {
    const from = stream().shards.length
    const until = clock.now() + chance.between(10, 120) * 1000
    model.knobs.isHidden = (shard) => clock.now() < until && shard.number >= from
  },
  'retention is cut to a day'({ stream, model }) {
    retain(stream(), 24, model.now())
  },
}

export const mishapsOf = (world: World): Step => {
  const { chance, clock, faults } = world
  if (world.consumer !== null && chance.isTrue(0.5)) {
    const run = fanOutMishap(world)
    return { at: 0, run: async () => run() }
  }
  const kind = chance.next()
  const inject = (name: FaultName, mayEnd: boolean, limits: { until?: number; times?: number }, said: string) => {
    world.note(`${name} ${said}`)
    faults.inject(name, { ...limits, mayEnd })
  }
  if (kind < 0.45) {
    const { name, most, mayEnd = false } = chance.pick(counted)
    const times = chance.between(1, most)
    return { at: 0, run: async () => inject(name, mayEnd, { times }, `× ${times}`) }
  }
  if (kind < 0.75) {
    const { name, most, mayEnd = false } = chance.pick(lasting)
    const seconds = chance.between(1, most)
    return { at: 0, run: async () => inject(name, mayEnd, { until: clock.now() + seconds * 1000 }, `for ${seconds} s`) }
  }
  const name = chance.pick(Object.keys(others))
  return {
    at: 0,
    async run() {
      world.note(name)
      others[name]?.(world)
    },
  }
}

const recreate = ({ model, stream, chance }: World): void => {
  const old = stream()
  model.deleteStream('orders')
  const made = model.createStream('orders', old.shards.filter(({ parents }) => parents.length === 0).length)
  for (let n = 0; n < 20; n += 1) {
    model.handle('PutRecord', { StreamName: 'orders', PartitionKey: `other-${chance.between(0, 99)}`, Data: Buffer.from(`of ${made.incarnation}`) })
  }
}

const lives: Record<string, (world: World) => Promise<void> | void> = {
  crash: ({ crash, chance }) => crash(chance.pick([0, 100, 5000, 120_000])),
  'crash and stay down': ({ crash, chance }) => crash(chance.between(1, 60) * 3_600_000),
  stop: ({ stop, chance }) => stop(chance.pick([0, 3000, 60_000])),
  'stop for long': ({ stop, chance }) => stop(chance.between(1, 60) * 3_600_000),
  pause: ({ pause, chance }) => pause(chance.pick([20_000, 400_000])),
  sleep(world) {
    const { chance, clock, faults } = world
    const minutes = chance.between(1, 600)
    world.note(`sleep for ${minutes} minutes`)
    if (chance.isTrue(0.5)) clock.jump(minutes * 60_000)
    else world.shiftServer(minutes * 60_000)
    faults.inject('reset in mid-page', { times: 5, mayEnd: true })
    faults.inject('nothing listens', { until: clock.now() + 6000, mayEnd: true })
  },
  async 're-created under its name'(world) {
    if (world.isDeleted || world.chance.isTrue(0.6)) return
    // Every schedule has three reshards at least, also one that ends here.
    while (world.reshards < 3) await reshardsOf(world).run()
    world.note('re-created under its name')
    world.isDeleted = true
    recreate(world)
  },
}

export const livesOf = (world: World): Step => {
  const name = world.chance.pick(Object.keys(lives))
  return { at: 0, run: async () => lives[name]?.(world) }
}
