import { createAppLogs } from './app-logs.ts'
import { createAudit } from './audit.ts'
import { createClicks } from './clicks.ts'
import type { DemoStreamName } from './demo-accounts.ts'
import type { DemoRecord, Producer } from './demo-record.ts'
import { createReadings } from './iot-readings.ts'
import { createOrders } from './orders.ts'
import { createPayments } from './payments.ts'
import { poison } from './poison.ts'
import { createRandom, type Random } from './random.ts'

interface Flow {
  stream: DemoStreamName
  create: (random: Random) => Producer
  /** Part of all Kinesis records, of 1 in sum. */
  share: number
  /** Records of the first burst, so that a view is not empty. */
  burst: number
  /** One in so many is a poison record; 0 for none. */
  poisonEvery: number
}

const flows: readonly Flow[] = [
  { stream: 'orders', create: createOrders, share: 0.34, burst: 160, poisonEvery: 400 },
  { stream: 'clicks', create: createClicks, share: 0.4, burst: 160, poisonEvery: 120 },
  { stream: 'iot-readings', create: createReadings, share: 0.2, burst: 80, poisonEvery: 0 },
  { stream: 'app-logs', create: createAppLogs, share: 0.03, burst: 20, poisonEvery: 0 },
  { stream: 'payments-kpl', create: createPayments, share: 0.025, burst: 12, poisonEvery: 0 },
  { stream: 'audit', create: createAudit, share: 0.005, burst: 10, poisonEvery: 0 },
]

/**
 * Ms between two batches of a stream, drawn anew each time: no two streams march in step. A call costs the
 * embedded server 7 to 10 ms of CPU however small it is, so not more often than a tail needs to look alive.
 */
const PAUSE = [220, 520] as const

/** Records at full rate: 20 minutes of 120/s. */
const FULL_RATE_UNTIL = 150_000

/**
 * The part of the set rate that is written after `total` records. The server holds everything in memory,
 * about 2 KB a record (measured: 0.7 GB at 40,000 records, 1.0 GB at 150,000), and never lets go of any; falling with
 * the cube keeps a demo that is left on: 260,000 records after an hour of 120/s, 460,000 after eight.
 */
export const thinning = (total: number): number => (total <= FULL_RATE_UNTIL ? 1 : (FULL_RATE_UNTIL / total) ** 3)

/** What may pile up while the server is busy, in ms of traffic: more is left out rather than sent in one flood. */
const BACKLOG = 2000

export interface Batch {
  stream: DemoStreamName
  records: DemoRecord[]
}

export interface Traffic {
  /** The first records of every stream, and each poison record once. */
  burst(now: number): Batch[]
  /** What is due after `elapsed` more ms. Streams in `busy` wait for their next turn. */
  due(elapsed: number, now: number, busy: ReadonlySet<DemoStreamName>): Batch[]
  setRate(ratePerSecond: number): void
}

/** The demo's producers behind one clock: a pure function of the seed and of the times that it is given. `written`: records that there already are. */
export const createTraffic = (seed: number, ratePerSecond: number, written = 0): Traffic => {
  let rate = ratePerSecond
  let total = written
  const lanes = flows.map((flow, at) => {
    const random = createRandom(seed + at)
    const produce = flow.create(random)
    let poisoned = random.int(0, poison.length - 1)
    return {
      flow,
      random,
      owed: 0,
      wait: random.int(...PAUSE),
      take: (count: number, now: number): DemoRecord[] =>
        Array.from({ length: count }, () => {
          if (flow.poisonEvery === 0 || !random.chance(1 / flow.poisonEvery)) return produce(now)
          return poison[poisoned++ % poison.length] ?? poison[0]
        }),
    }
  })
  return {
    burst: (now) => [
      { stream: 'clicks', records: [...poison] },
      ...lanes.map(({ flow, take }) => ({ stream: flow.stream, records: take(flow.burst, now) })),
    ],
    due: (elapsed, now, busy) => {
      const actual = rate * thinning(total)
      return lanes.flatMap((lane) => {
        const mean = lane.flow.share * actual
        lane.owed = Math.min(lane.owed + (mean * elapsed) / 1000, Math.max(1, (mean * BACKLOG) / 1000))
        lane.wait -= elapsed
        if (lane.wait > 0 || busy.has(lane.flow.stream)) return []
        lane.wait = lane.random.int(...PAUSE)
        const count = lane.random.count(lane.owed)
        lane.owed = 0
        total += count
        return count === 0 ? [] : [{ stream: lane.flow.stream, records: lane.take(count, now) }]
      })
    },
    setRate: (ratePerSecond) => {
      rate = ratePerSecond
    },
  }
}
