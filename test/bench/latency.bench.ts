import { startEmbedded } from '../fakes/embedded-kinesis.ts'
import { percentile, putToScreen } from './put-to-screen.ts'
import type { Result } from './store.bench.ts'

const puts = 200
/** The floor of what two reads a second allow: a record waits half a read on average, 19 in 20 at most 0.95 of one. */
const pollMs = 500

/** Put to screen by polling, on the embedded server. The baseline is what waiting for the next of two reads a second costs alone. */
export async function run(): Promise<Result[]> {
  const kinesis = await startEmbedded({ streams: 'tail:2' })
  try {
    const waits = await putToScreen({ ...kinesis, client: kinesis.client(), puts, spread: pollMs })
    return [
      result(`put to screen, p50 of ${puts}`, percentile(waits, 0.5), pollMs * 0.5),
      result(`put to screen, p95 of ${puts}`, percentile(waits, 0.95), pollMs * 0.95),
      { name: `put to screen, slowest of ${puts}`, value: percentile(waits, 1), unit: 'ms', baseline: null, ratio: null },
    ]
  } finally {
    await kinesis.stop()
  }
}

function result(name: string, value: number, baseline: number): Result {
  return { name, value, unit: 'ms', baseline, ratio: value / baseline }
}
