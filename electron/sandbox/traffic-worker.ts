/**
 * Thread entry: writes the demo's traffic into the embedded Kinesis. Posts `{ started: true }` when the
 * first burst is stored, takes `{ ratePerSecond }`, and runs until the thread is ended.
 */
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { parentPort, workerData } from 'node:worker_threads'
import { createKinesisClient } from '../accounts/kinesis-client.ts'
import { placeholderKeys } from '../accounts/placeholder-keys.ts'
import { type DemoStreamName, demoAccounts } from './demo-accounts.ts'
import type { TrafficPlan, TrafficRate, TrafficStarted } from './messages.ts'
import { type Batch, createTraffic } from './traffic.ts'

const { endpoint, region, ratePerSecond, seed } = workerData as TrafficPlan

/** Ms between two looks at what is due. */
const TICK = 50
/** Entries of one PutRecords call at most. */
const LARGEST = 500

const clients = new Map<DemoStreamName, KinesisClient>(
  demoAccounts.flatMap(({ id, streams }) => {
    const client = createKinesisClient({ region, endpoint, credentials: placeholderKeys(id), readOnly: false, maxAttempts: 3 })
    return streams.map(({ name }) => [name, client] as const)
  }),
)

const put = async ({ stream, records }: Batch): Promise<void> => {
  const client = clients.get(stream)
  for (let from = 0; from < records.length; from += LARGEST) {
    await client?.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: records.slice(from, from + LARGEST).map(({ partitionKey, explicitHashKey, data }) => ({
          PartitionKey: partitionKey,
          ...(explicitHashKey === null ? {} : { ExplicitHashKey: explicitHashKey }),
          Data: data,
        })),
      }),
    )
  }
}

const traffic = createTraffic(seed, ratePerSecond)
const busy = new Set<DemoStreamName>()

const send = async (batch: Batch): Promise<void> => {
  busy.add(batch.stream)
  try {
    await put(batch)
  } catch {
    // A batch that was lost is no loss in a demo: somebody may have deleted the stream.
  } finally {
    busy.delete(batch.stream)
  }
}

// In a function, as the built entry is CommonJS, which has no await at its top.
const run = async (): Promise<void> => {
  // Per stream one after the other: two writers at once would only queue in the server.
  for (const batch of traffic.burst(Date.now())) await put(batch)
  parentPort?.postMessage({ started: true } satisfies TrafficStarted)
  let last = performance.now()
  setInterval(() => {
    const now = performance.now()
    for (const batch of traffic.due(now - last, Date.now(), busy)) void send(batch)
    last = now
  }, TICK)
}

parentPort?.on('message', ({ ratePerSecond }: TrafficRate) => traffic.setRate(ratePerSecond))
void run()
